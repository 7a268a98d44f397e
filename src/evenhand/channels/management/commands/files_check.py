"""`evenhand files check`: look for files that a message names and the store has not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evenhand.channels.queries.files import missing_files
from evenhand.channels.stores.shape import StoreDown


class Command(BaseCommand):
    help = (
        "List the files that a message or an answer names and the store does not have."
        " Nothing is changed."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        missing = 0
        try:
            for row in missing_files():
                missing += 1
                self.stdout.write(f"{row.sha256}\t{row.name}")
        except StoreDown as error:
            raise CommandError(f"the store does not answer: {error}") from error
        if missing:
            raise CommandError(f"{missing} files are missing; look in a backup")
