"""`evenhand mail fetch`: fetch mail from the mailboxes of the desk until told to stop."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evenhand.channels.actions import fetching
from evenhand.channels.mailboxes.fetcher import Fetcher
from evenhand.channels.queries.mailboxes import mailboxes_held
from evenhand.jobs.worker import process_name


class Command(BaseCommand):
    help = (
        "Fetch mail from the connected mailboxes (IMAP, POP3) until SIGTERM or SIGINT."
        " Several such processes share the mailboxes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="take what is there now, say what became of each mailbox, and end;"
            " 1 where one failed",
        )
        parser.add_argument(
            "--instead-of",
            type=int,
            metavar="PID",
            help="a fetching process of this machine that is known to be dead: its"
            " mailboxes are taken over at once",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["instead_of"] is not None:
            fetching.end_leases_of(process=process_name(options["instead_of"]))
        fetcher = Fetcher()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: fetcher.stop.set())
        if options["once"]:
            self._once(fetcher)
        else:
            fetcher.run()

    def _once(self, fetcher: Fetcher) -> None:
        failed = 0
        others = set(mailboxes_held())
        for mailbox, trouble in fetcher.look_once():
            others.discard(mailbox.name)
            said = f"{trouble.fault} {mailbox.error}".strip() if trouble else "fine"
            failed += trouble is not None
            self.stdout.write(f"{mailbox.name}: {mailbox.taken} taken in all, {said}")
        for name in sorted(others):
            self.stdout.write(f"{name}: another process fetches it")
        if failed:
            raise CommandError(f"{failed} failed", returncode=1)
