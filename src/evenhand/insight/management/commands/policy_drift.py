"""`evenhand policy drift`: how decisions left their pages, row by row."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.insight import drifting
from evenhand.insight.rules.drift import Drift, RowDrift, Sum, Ways
from evenhand.insight.rules.periods import LONGEST_DAYS, Period
from evenhand.kernel.money import Money

_HEADER = ("page", "row", "decisions", "more", "less", "other", "money", "reasons")


class Command(BaseCommand):
    """Prints a line for each row that was used, and the rows that nobody came to."""

    help = "Compare what policy pages say with what the desk did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the days, the page and the form of the answer."""
        parser.add_argument("--days", type=int, default=90, help="the latest days")
        parser.add_argument("--policy", default="", help="one page only")
        parser.add_argument("--json", action="store_true", help="as JSON, people apart")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the comparison; people are named nowhere."""
        days: int = options["days"]
        if not 1 <= days <= LONGEST_DAYS:
            why = f"--days goes from 1 to {LONGEST_DAYS}"
            raise CommandError(why, returncode=2)
        found = _found(days, timezone.now())
        pages = [p for p in found.pages if options["policy"] in ("", p.policy)]
        if options["policy"] and not pages:
            raise CommandError(f"no page {options['policy']}", returncode=2)
        rows = [row for page in pages for row in page.rows]
        never = {page.policy: list(page.never_hit) for page in pages if page.never_hit}
        if options["json"]:
            self.stdout.write(json.dumps(_data(rows, never), ensure_ascii=False))
            return
        for line in (_HEADER, *map(_cells, rows)):
            self.stdout.write("\t".join(line))
        for policy, names in never.items():
            self.stdout.write(f"{policy}: no decision came to {', '.join(names)}")


def _found(days: int, at: datetime) -> Drift:
    zone = ZoneInfo(timezone.get_default_timezone_name())
    period = Period.latest(days=days, zone=zone, at=at)
    return drifting.of_the_desk(period=period, today=at.astimezone(zone).date())


def _cells(row: RowDrift) -> Iterator[str]:
    yield from (row.policy, row.rule or "(no answer)", str(row.ways.n))
    yield from map(str, (row.ways.more, row.ways.less, row.ways.other))
    yield ", ".join(_money(one) for one in row.sums if one.exceptions) or "-"
    yield " / ".join(" ".join(reason.split())[:80] for reason in row.reasons) or "-"


def _money(one: Sum) -> str:
    sign = "+" if one.exceptions > 0 else "-"
    return f"{sign}{Money(abs(one.exceptions), one.currency)}"


def _data(rows: list[RowDrift], never: dict[str, list[str]]) -> dict[str, Any]:
    return {"rows": [_row(row) for row in rows], "never_hit": never}


def _row(row: RowDrift) -> dict[str, Any]:
    return {
        "policy": row.policy,
        "row": row.rule,
        **_counted(row.ways),
        "nobody_follows": row.nobody_follows,
        "money": [
            {"currency": s.currency, "exceptions": s.exceptions, "on_top": s.on_top}
            for s in row.sums
        ],
        "weeks": [_counted(week) for week in row.weeks],
        "reasons": list(row.reasons),
    }


def _counted(ways: Ways) -> dict[str, int]:
    return {
        "decisions": ways.n,
        "more": ways.more,
        "less": ways.less,
        "other": ways.other,
    }
