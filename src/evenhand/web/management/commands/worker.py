from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from evenhand.jobs import actions as jobs
from evenhand.jobs.worker import process_name
from evenhand.web.background import work
from evenhand.web.serve import readiness


class Command(BaseCommand):
    help = (
        "Do the work that waits: file mail, send answers, watch promises. Any number"
        " of workers share it. SIGTERM ends it after the job at hand."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--instead-of",
            type=int,
            metavar="PID",
            help="a worker process of this machine that is known to be dead: its jobs"
            " are taken over at once",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        readiness.database_answers()
        readiness.migrations_are_applied()
        if options["instead_of"] is not None:
            process = process_name(options["instead_of"])
            jobs.end_leases_of(process=process, at=timezone.now())
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if not work(stop=stop):
            sys.exit(1)
