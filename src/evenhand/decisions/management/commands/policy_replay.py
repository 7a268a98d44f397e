"""`evenhand policy replay PAGE`: what a page would have said to past cases."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evenhand.decisions.history import write_history
from evenhand.decisions.management.commands.policy_check import UNREADABLE, page_of
from evenhand.decisions.management.waiting import Waiting
from evenhand.kernel.money import Money
from evenhand.policy.program import Page

MISSING = "to replay past cases: pip install 'evenhand[publish]'"


class Command(BaseCommand):
    """Counts verdicts and money by row on standard output; stores nothing."""

    help = "Replay a policy page over past cases: verdicts and money by row."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the page and where its cases come from."""
        parser.add_argument("page", type=Path, help="the policy, a Markdown file")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument(
            "--facts", type=Path, help="cases: .parquet, .csv, .jsonl or .duckdb"
        )
        source.add_argument(
            "--history", action="store_true", help="the desk's own decisions by it"
        )
        parser.add_argument(
            "--of", default="", help="with --history: the decisions by this policy"
        )
        parser.add_argument(
            "--by", default="", help="count by month, by group, or by a fact too"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self,
        *,
        page: Path,
        facts: Path | None,
        history: bool,
        of: str,
        by: str,
        json: bool,
        **_options: object,
    ) -> None:
        """Replay; a page or a file that cannot be read ends with exit code 2."""
        if of and not history:
            raise CommandError("--of goes with --history", returncode=UNREADABLE)
        loaded = page_of(page)
        with TemporaryDirectory() as folder:
            path = facts or Path(folder) / "history.jsonl"
            if history:
                self.stderr.write(_kept(loaded, of, path))
            with Waiting(self.stderr) as wait:
                report = _replayed(loaded, path, by, wait)
        self.stdout.write(_as_json(report) if json else "\n".join(_lines(report)))


def _kept(page: Page, of: str, path: Path) -> str:
    """Write the cases of the page's own policy, or of another, and tell how many."""
    head = page.policy.head
    policy = of or head.policy
    # a page's own past is in its currency; that of another page may be in many
    currency = head.currency if of and not head.currency_from else ""
    count = write_history(path, policy=policy, currency=currency)
    told = f"{count:,} decisions by {policy}{f' in {currency}' if currency else ''}"
    return told if count or of else f"{told}; --of takes those by another policy"


def _replayed(page: Page, path: Path, by: str, wait: Waiting) -> Any:
    try:
        from evenhand.policy.sql import files, replaying  # noqa: PLC0415  # an extra

        wait.doing("opening the cases")
        facts = files.open_facts(path, page.policy)
        wait.doing("replaying", facts.connection.con)
        return replaying.replay(page, facts, by=by)
    except ImportError as error:
        raise CommandError(MISSING, returncode=UNREADABLE) from error
    except ValueError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from error


def _as_json(report: Any) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, indent=2)


def _lines(report: Any) -> Iterator[str]:
    """Tell the report in lines of tabs: what, cases, money."""
    yield f"{report.policy} {report.version}: {report.cases:,} cases"
    for status, count in report.statuses.items():
        yield f"{status}\t{count:,}"
    yield from _rows("", report.rows)
    for fact, count in report.missing.items():
        yield f"lacks {fact}\t{count:,}"
    for what, count in report.faults.items():
        yield f"fault {what}\t{count:,}"
    for fact in report.unread:
        yield f"not in the cases: {fact}"
    for part, rows in report.parts.items():
        yield from _rows(f"{part}\t", rows)


def _rows(before: str, rows: Any) -> Iterator[str]:
    for row in rows:
        money = [
            f"{column} {Money(minor, code) if code else minor}"
            for column, amounts in row.money.items()
            for code, minor in sorted(amounts.items())
        ]
        yield "\t".join([f"{before}{row.row}", f"{row.cases:,}", *money])
