"""`evenhand mail deliver`: take one mail from a mail server's pipe.

Exit statuses are those of sysexits.h, which Postfix, Exim and procmail read: 0 it is
kept, 75 keep it and try again, 65 and 69 return it to its sender.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.channels import identity
from evenhand.channels.actions import intake
from evenhand.kernel.addresses import domain_of
from evenhand.kernel.text import is_text

DATA_ERROR = 65
UNAVAILABLE = 69
# read on in pieces of this size, to tell how large a mail that is refused was
PIECE = 2**20
# what local delivery agents write before the mail, as in an mbox file
MBOX_MARK = b"From "


class Command(BaseCommand):
    help = (
        "Take one mail from standard input, as a mail server's pipe hands it over."
        " Exits with 0 when it is kept, 75 to be tried again, 65 or 69 when refused."
    )
    # a pipe starts for every mail: nothing but the mail is looked at
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="sender", metavar="ADDRESS", help="the envelope's sender"
        )
        parser.add_argument(
            "--to",
            dest="recipients",
            metavar="ADDRESS",
            action="append",
            default=[],
            help="a recipient of the envelope; may be given again",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        sender, recipients = options["sender"], options["recipients"]
        _refuse_strange_addresses(sender, recipients)
        raw, size = _read(sys.stdin.buffer)
        envelope = intake.Envelope(sender=sender, recipients=recipients)
        if size > settings.MAIL_LARGEST:
            intake.refuse(size=size, envelope=envelope, at=timezone.now())
            raise CommandError(
                f"the mail has {size} bytes, more than {settings.MAIL_LARGEST}",
                returncode=UNAVAILABLE,
            )
        _keep(raw, envelope)


def _refuse_strange_addresses(sender: str | None, recipients: list[str]) -> None:
    """Refuse what the SMTP receiver refuses: strangers' mail, and no text at all."""
    for address in [sender or "", *recipients]:
        if not is_text(address):
            raise CommandError("no address is written like this", returncode=DATA_ERROR)
    for address in recipients:
        if domain_of(address) not in identity.domains():
            raise CommandError(
                f"{address}: this desk takes mail for its own addresses only",
                returncode=UNAVAILABLE,
            )


def _read(stream: BinaryIO) -> tuple[bytes, int]:
    """Return the mail and its size; of one that is too large only the size is kept."""
    raw = stream.read(settings.MAIL_LARGEST + PIECE)
    size = len(raw)
    while piece := stream.read(PIECE):
        size += len(piece)
    if raw.startswith(MBOX_MARK):
        mark, _, raw = raw.partition(b"\n")
        size -= len(mark) + 1
    if not raw.strip():
        raise CommandError("there is no mail on standard input", returncode=DATA_ERROR)
    return raw, size


def _keep(raw: bytes, envelope: intake.Envelope) -> None:
    # without --from nobody said that the sender is empty, as it is for a report
    source = "stdin" if envelope.sender is None else "pipe"
    # what goes wrong here becomes 75 in evenhand.web.command, as all faults of ours do
    intake.store(raw=raw, source=source, envelope=envelope, at=timezone.now())
