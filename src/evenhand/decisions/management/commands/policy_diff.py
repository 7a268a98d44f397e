"""`evenhand policy diff OLD NEW`: what changes between two versions, and for whom."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evenhand.decisions.management.commands.policy_check import UNREADABLE, page_of
from evenhand.policy.proof import SECONDS, NeedsProver, compare
from evenhand.policy.proof.telling import comparison_lines, verdict


class Command(BaseCommand):
    """Tells changes on standard output; ends with 1 unless the versions are equal."""

    help = "Compare two versions of a policy page: proved equal, or what changes."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the two pages and the time."""
        parser.add_argument("old", type=Path, help="the earlier version")
        parser.add_argument("new", type=Path, help="the later version")
        parser.add_argument(
            "--seconds",
            type=float,
            default=SECONDS,
            help=f"time for the proofs, {SECONDS:g} if not said",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self, *, old: Path, new: Path, seconds: float, json: bool, **_options: object
    ) -> None:
        """Compare the pages and print what is found."""
        pages = page_of(old), page_of(new)
        try:
            found = compare(*pages, seconds=seconds)
        except NeedsProver as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        if json:
            self.stdout.write(_as_json(found.as_json()))
        else:
            self.stdout.write("\n".join(comparison_lines(found)))
        if not found.equal:
            raise CommandError(verdict(found), returncode=1)


def _as_json(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
