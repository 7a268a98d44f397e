"""`evenhand mail ingest FILE…`: store and file mails from files, without a worker."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from evenhand.cases.rules import reference
from evenhand.channels.actions import intake
from evenhand.channels.mail.mbox import split_mails
from evenhand.channels.models import Delivery, DeliveryState


class Command(BaseCommand):
    help = "Store and file raw mails (files, mbox files, or - for standard input)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *_args: Any, **options: Any) -> None:
        for name, content in _contents(options["files"]):
            for raw in split_mails(content):
                self.stdout.write(json.dumps(_ingested(name, raw), ensure_ascii=False))


def _contents(names: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        try:
            yield (
                name,
                sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes(),
            )
        except OSError as error:
            raise CommandError(f"{name}: {error.strerror}") from error


@transaction.atomic
def _ingested(name: str, raw: bytes) -> dict[str, object]:
    """Store and file one mail in one commit; `new` says if a message came of it now.

    A crash before the commit leaves the file as the only copy, as it was; ingest it
    again.
    """
    at = timezone.now()
    try:
        delivery, is_new = intake.store(raw=raw, source="file", at=at)
    except intake.TooLarge as error:
        return _line(name, None, is_new=False, reason=f"too large: {error}")
    if delivery.state == DeliveryState.STORED:
        delivery = intake.file(delivery_pk=delivery.pk, at=at)
    return _line(name, delivery, is_new=is_new, reason=delivery.reason)


def _line(
    name: str, delivery: Delivery | None, *, is_new: bool, reason: str
) -> dict[str, object]:
    message = delivery.message if delivery else None
    aside = delivery.side_message if delivery else None
    lies = message.case_id if message else aside.side.case_id if aside else None
    return {
        "file": name,
        "message": message.pk if message else None,
        "case": reference(lies) if lies else None,
        "new": bool(is_new and lies and delivery and not delivery.duplicate),
        "set_aside": reason or None,
    }
