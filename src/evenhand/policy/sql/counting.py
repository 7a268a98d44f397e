"""What a replay and a comparison of two pages share: cases decided, grouped, named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir

from evenhand.policy.kinds import LISTS, Kind
from evenhand.policy.program import Page
from evenhand.policy.sql.amounts import CASES
from evenhand.policy.sql.answers import (
    FAULTY,
    HIT,
    NEEDS_FACT,
    NO_RULE,
    RULE,
    STATUSES,
    WHY,
    Decided,
)
from evenhand.policy.sql.deciding import Wanted, decided
from evenhand.policy.sql.files import GROUP, MONTH, Facts
from evenhand.policy.sql.halves import WEIGHT, Part
from evenhand.policy.sql.shape import MILLION
from evenhand.policy.sql.values import FIRST_DAY
from evenhand.policy.tree import Policy


def decided_of(
    page: Page,
    facts: Facts,
    part: Part,
    keep: tuple[str, ...],
    wanted: Wanted,
) -> Decided:
    """Decide a part of many cases, as far as is wanted."""
    return decided(
        page,
        part.table,
        facts.lists,
        codes=facts.codes,
        known=part.known,
        keep=(*keep, WEIGHT),
        wanted=wanted,
        fence=facts.fence,
    )


def lines_of(
    table: ir.Table, keys: Iterable[str], sums: Mapping[str, ir.Value]
) -> Iterable[dict[str, Any]]:
    """Count cases and sum columns, by some others; each case by its weight."""
    sums = {CASES: table.count(), **sums}
    found = table.group_by([*keys, WEIGHT]).aggregate(**sums)
    lines: list[dict[str, Any]] = found.to_pyarrow().to_pylist()
    for line in lines:
        for name in sums:
            line[name] = line[WEIGHT] * int(line[name] or 0)
    return lines


def status_of(line: Mapping[str, Any], prefix: str = "") -> int:
    """Tell the status of a group of cases, which needs no column of its own."""
    if why := line.get(f"{prefix}{WHY}", 0):
        return NEEDS_FACT if why > 0 else FAULTY
    return HIT if line[f"{prefix}{RULE}"] else NO_RULE


def row_of(found: Decided, line: Mapping[str, Any], prefix: str = "") -> str:
    """Return the row of a group of cases, or the status where there is none."""
    state = status_of(line, prefix)
    if state == HIT:
        return str(found.rules[line[f"{prefix}{RULE}"] - 1])
    return str(STATUSES[state])


def part_column(policy: Policy, facts: Facts, by: str) -> str:
    """Return the column that parts the cases: the history's own month before a fact's."""
    own = {"month": MONTH, "group": GROUP}.get(by, by)
    if own == by and own not in [f.name for f in policy.facts if f.kind not in LISTS]:
        raise ValueError(f"{by} is not a fact of the page")
    if own in facts.table.columns:
        return own
    if by == "month" and policy.head.judged_on:
        return policy.head.judged_on
    raise ValueError(f"the cases have no column {by}")


def part_of(policy: Policy, name: str, value: Any) -> str:
    """Name the part of the cases that has this value: a month for a day."""
    if value is None:
        return "unknown"
    kinds = {fact.name: fact.kind for fact in policy.facts}
    if kinds.get(name) is Kind.DATE and isinstance(value, int):
        return f"{date.fromordinal(value + FIRST_DAY):%Y-%m}"
    if kinds.get(name) is Kind.NUMBER:
        number = value if isinstance(value, Decimal) else Decimal(value) / MILLION
        return f"{number.normalize():f}"
    return str(value)
