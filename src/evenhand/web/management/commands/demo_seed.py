"""`evenhand demo seed`: fill an empty database with the demo shop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.web.demo.seed import NotEmpty, cases_made, seed


class Command(BaseCommand):
    help = "Fill an empty database with a lively shop, through the real actions."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            seed(at=timezone.now())
        except NotEmpty as error:
            raise CommandError(
                "somebody works here already; name an empty EVENHAND_DATA_FOLDER",
                returncode=2,
            ) from error
        self.stdout.write(f"a shop with {cases_made()} cases is ready")
