"""`evenhand policy recompute`: decide every stored decision again and compare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.decisions.actions import rechecks


class Command(BaseCommand):
    """Checks all stored decisions; what differs is kept as by the nightly round."""

    help = "Decide every stored decision again and tell which differ."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Tell how far it is on standard error, the result on standard output."""
        checked, differing = rechecks.check_all(at=timezone.now(), told=self._tell)
        self.stdout.write(f"{checked} decisions checked, {differing} differ")
        if differing:
            why = "see “Decisions that no longer follow” under Policies"
            raise CommandError(why, returncode=1)

    def _tell(self, checked: int, differing: int) -> None:
        self.stderr.write(f"{checked} checked, {differing} differ")
