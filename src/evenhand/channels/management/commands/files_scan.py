"""`evenhand files scan`: hand the files of before, or that failed, to the scanner."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.channels.actions import scanning
from evenhand.channels.queries.files import BATCH, unscanned_hashes


class Command(BaseCommand):
    help = (
        "Queue every file for the virus scanner that it was not asked about,"
        " and those that it could not read."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.CLAMAV:
            raise CommandError("EVENHAND_CLAMAV names no scanner", returncode=2)
        at = timezone.now()
        again, new = scanning.scan_again(at=at), 0
        hashes = iter(list(unscanned_hashes()))
        while batch := list(islice(hashes, BATCH)):
            new += scanning.ask(hashes=batch, at=at)
        self.stdout.write(f"{new} queued for the first time, {again} once more")
