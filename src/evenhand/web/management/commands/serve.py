from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from evenhand.channels.queries.mailboxes import mailboxes_to_fetch
from evenhand.web.serve import readiness
from evenhand.web.serve.lookout import Lookout
from evenhand.web.serve.supervisor import Part, Supervisor


class Command(BaseCommand):
    help = (
        "Run the whole desk: pages, live updates, the mail receiver, the worker and, where"
        " mailboxes are connected, what fetches them, all in one process group. Ends"
        " with SIGTERM or Ctrl-C."
    )
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        readiness.database_answers()
        readiness.migrations_are_applied()
        readiness.let_go_of_the_database()
        readiness.port_is_free(settings.WEB_LISTEN, setting="EVENHAND_WEB_LISTEN")
        readiness.port_is_free(settings.SMTP_LISTEN, setting="EVENHAND_SMTP_LISTEN")
        if settings.LMTP_LISTEN is not None:
            readiness.port_is_free(settings.LMTP_LISTEN, setting="EVENHAND_LMTP_LISTEN")
        readiness.certificate_is_usable()
        status = Supervisor(parts=_parts(), say=self._say).run()
        if status:
            sys.exit(status)

    def _say(self, line: str) -> None:
        self.stdout.write(f"evenhand: {line}")
        self.stdout.flush()


def _parts() -> tuple[Part, ...]:
    return (
        Part(name="web", words=("web",), listens=settings.WEB_LISTEN),
        Part(name="mail", words=("mail", "receive"), listens=settings.SMTP_LISTEN),
        Part(
            name="worker",
            words=("worker",),
            after_death=lambda pid: ("--instead-of", str(pid)),
        ),
        Part(
            name="fetching",
            words=("mail", "fetch"),
            after_death=lambda pid: ("--instead-of", str(pid)),
            wanted=Lookout(mailboxes_to_fetch),
        ),
    )
