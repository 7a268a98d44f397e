"""`evenhand policy diff OLD NEW`: what changes between two versions, and for whom."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext, override

from evenhand.decisions.history import write_history
from evenhand.decisions.management.commands.policy_check import UNREADABLE, page_of
from evenhand.decisions.management.waiting import Waiting
from evenhand.decisions.speaking import add_language, language_of
from evenhand.policy.program import Page
from evenhand.policy.proof import SECONDS, NeedsProver, compare
from evenhand.policy.proof.moving import move_lines
from evenhand.policy.proof.telling import comparison_lines, verdict
from evenhand.policy.saying import said_in


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
        source = parser.add_mutually_exclusive_group()
        source.add_argument(
            "--facts",
            type=Path,
            metavar="FILE",
            help="past cases (.parquet, .csv, .jsonl, .duckdb): count what moves",
        )
        source.add_argument(
            "--history",
            action="store_true",
            help="count what moves among the desk's own decisions by this policy",
        )
        parser.add_argument(
            "--by", default="", help="count past cases by month, group or a fact too"
        )
        add_language(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self,
        *,
        old: Path,
        new: Path,
        seconds: float,
        facts: Path | None,
        history: bool,
        by: str,
        json: bool,
        language: str | None,
        **_options: object,
    ) -> None:
        """Compare the pages and print what is found."""
        with override(language_of(new, language)):
            self._compare(old, new, seconds, facts, history=history, by=by, json=json)

    def _compare(
        self,
        old: Path,
        new: Path,
        seconds: float,
        facts: Path | None,
        *,
        history: bool,
        by: str,
        json: bool,
    ) -> None:
        pages = page_of(old), page_of(new)
        with Waiting(self.stderr) as wait:
            try:
                wait.doing(gettext("proving"))
                found = compare(*pages, seconds=seconds)
            except NeedsProver as error:
                raise CommandError(str(error), returncode=UNREADABLE) from error
            moves = _moved(*pages, facts, by, wait) if facts or history else None
        if json:
            data = found.as_json() | ({"moves": moves.as_json()} if moves else {})
            self.stdout.write(_as_json(data))
        else:
            lines = list(comparison_lines(found, gettext))
            if moves:
                counted = gettext("{place}, {n} cases:")
                lines += [
                    "",
                    counted.format(
                        place=facts or gettext("history"), n=f"{moves.cases:,}"
                    ),
                    *move_lines(moves.moves, moves.parts, gettext),
                ]
            self.stdout.write("\n".join(lines))
        if not found.equal:
            raise CommandError(said_in(verdict(found), gettext), returncode=1)


def _moved(old: Page, new: Page, facts: Path | None, by: str, wait: Waiting) -> Any:
    """Count the past cases that move, of a file or else of the desk's own decisions."""
    with TemporaryDirectory() as folder:
        path = facts or Path(folder) / "history.jsonl"
        if facts is None:
            write_history(path, policy=new.policy.head.policy)
        return _counted(old, new, path, by, wait)


def _counted(old: Page, new: Page, facts: Path, by: str, wait: Waiting) -> Any:
    """Count the cases of a file that move; ends with 2 if it cannot be read."""
    try:
        from evenhand.policy.sql import comparing, files  # noqa: PLC0415  # an extra

        wait.doing(gettext("opening the cases"))
        cases = files.open_facts(facts, comparing.both(old, new))
        wait.doing(gettext("comparing"), cases.connection.con)
        return comparing.compare(old, new, cases, by=by)
    except ImportError as error:
        why = "to count past cases: pip install 'evenhand[publish]'"
        raise CommandError(why, returncode=UNREADABLE) from error
    except ValueError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from error


def _as_json(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
