"""A page over past cases, counted: rows and money, what is missing, what is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import ibis.expr.types as ir

from evenhand.policy.kinds import Kind
from evenhand.policy.program import Page
from evenhand.policy.sql.amounts import CASES, Amounts, amounts_of
from evenhand.policy.sql.answers import HIT, RULE, STATUSES, WHY, Decided
from evenhand.policy.sql.counting import (
    decided_of,
    lines_of,
    part_column,
    part_of,
    row_of,
    status_of,
)
from evenhand.policy.sql.deciding import Wanted
from evenhand.policy.sql.files import Facts
from evenhand.policy.sql.gaps import Gaps
from evenhand.policy.sql.halves import parts_of
from evenhand.policy.sql.refusals import of_some_depth
from evenhand.policy.tree import SINGLE, Policy

Money = dict[str, int]  # currency -> minor units


@dataclass(slots=True)
class RowCount:
    """How many cases a row decides, and the money of each column by currency."""

    row: str
    cases: int = 0
    money: dict[str, Money] = field(default_factory=dict)


@dataclass(slots=True)
class Replay:
    """What a page says about past cases.

    `rows` in page order; `missing` how many cases wait for want of a fact, by fact (a
    case that lacks two counts under both); `faults` by what is wrong; `parts` the rows
    by month or by a fact, if that was asked; `unread` facts that no case has.
    """

    policy: str
    version: str
    cases: int = 0
    statuses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    rows: list[RowCount] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    parts: dict[str, list[RowCount]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON holds it; money in minor units."""
        return asdict(self)


def money_outcomes(policy: Policy) -> tuple[str, ...]:
    """Return the outcomes that are money, of tables that give one row."""
    found = [
        outcome.name
        for table in policy.tables
        if table.hit in SINGLE
        for outcome in table.outcomes
        if outcome.kind is Kind.MONEY
        and any(outcome.name in dict(r.results) for r in table.rows)
    ]
    return tuple(dict.fromkeys(found))


@of_some_depth()
def replay(page: Page, facts: Facts, *, by: str = "") -> Replay:
    """Count what a page says about cases; `by` is a fact, or `month` or `group`.

    Untranslatable where SQL cannot hold the page exactly.
    """
    policy = page.policy
    part = part_column(policy, facts, by) if by else ""
    currency = policy.head.currency_from
    report = Replay(policy.head.policy, policy.head.version, unread=facts.missing)
    money = money_outcomes(policy)
    counts: defaultdict[str, defaultdict[str, _Count]]
    counts = defaultdict(lambda: defaultdict(_Count))
    missing: Counter[str] = Counter()
    for answer, line in _answers(page, facts, (currency, part), money):
        code = line[currency] if currency else policy.head.currency
        _count(report, answer.found, line)
        missing.update(dict.fromkeys(answer.gaps.missing(line), line[CASES]))
        row = row_of(answer.found, line)
        for name in ["", *([part_of(policy, part, line[part])] if part else [])]:
            counts[name][row].add(line[CASES], answer.money(line), code or "")
    known = [row.id for table in policy.tables[:1] for row in table.rows]
    order = {row: place for place, row in enumerate([*known, *STATUSES])}
    ordered = {
        name: [found[row].told(row) for row in sorted(found, key=order.__getitem__)]
        for name, found in counts.items()
    }
    report.rows = [one for one in ordered.pop("", []) if one.cases]
    parts = {name: [one for one in rows if one.cases] for name, rows in ordered.items()}
    report.parts = {name: parts[name] for name in sorted(parts) if parts[name]}
    report.missing = {name: count for name, count in missing.most_common() if count}
    report.faults = {name: count for name, count in report.faults.items() if count}
    return report


@dataclass(slots=True)
class _Count:
    """What is counted of a row: cases, money and how many cases have any."""

    cases: int = 0
    money: Counter[tuple[str, str]] = field(default_factory=Counter)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, cases: int, money: Mapping[str, tuple[int, int]], code: str) -> None:
        """Add a group of cases, with its money and how many have any, by column."""
        self.cases += cases
        for column, (amount, given) in money.items():
            self.money[column, code] += amount
            self.given[column, code] += given

    def told(self, row: str) -> RowCount:
        """Return the count of a row as it is reported, currencies by their codes."""
        one = RowCount(row, self.cases)
        by_code = sorted(self.given.items(), key=lambda given: given[0][1])
        for (column, code), given in by_code:
            if given:
                amounts = one.money.setdefault(column, {})
                amounts[code] = self.money[column, code]
        return one


@dataclass(frozen=True, slots=True)
class _Answer:
    """How the lines of a part are read: its answers, what is missing, its money.

    The money of a column is summed by row where that is told by the row (`Amounts`).
    """

    found: Decided
    gaps: Gaps
    amounts: Mapping[str, Amounts | None]

    def sums(self, known: Collection[str]) -> dict[str, ir.Value]:
        """Return what is summed."""
        table = self.found.table
        sums: dict[str, ir.Value] = {}
        for name, one in self.amounts.items():
            if one is None:
                column = table[f"outcome.{name}"]
                sums |= {f"+{name}": column.sum(), f"#{name}": column.count()}
                continue
            sums |= {total: table[fact].sum() for total, fact in one.sums.items()}
            if one.others:
                sums[f"+{name}"] = one.apart(table, table[RULE], known).sum()
        return sums

    def money(self, line: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
        """Return the money of a group of cases by column, and how many have any."""
        row = line[RULE] if status_of(line) == HIT else 0
        return {
            name: one.total(line, row) if one else (line[f"+{name}"], line[f"#{name}"])
            for name, one in self.amounts.items()
        }


def _answers(
    page: Page, facts: Facts, parts: Iterable[str], money: tuple[str, ...]
) -> Iterator[tuple[_Answer, dict[str, Any]]]:
    """Give how many cases come to each answer, with the money, by some columns."""
    keys = dict.fromkeys(name for name in parts if name)
    read = dict.fromkeys([*(fact.name for fact in page.policy.facts), *keys])
    amounts = {name: amounts_of(page.policy, name) for name in money}
    wanted = Wanted([name for name, one in amounts.items() if one is None])
    for part in parts_of(facts):
        found = decided_of(page, facts, part, tuple(read), wanted)
        answer = _Answer(found, Gaps(page.policy, found), amounts)
        sums = answer.sums(part.known.names)
        table = found.table.mutate(**answer.gaps.columns)
        grouped = [*found.keys(), *keys, *answer.gaps.columns]
        for line in lines_of(table, grouped, sums):
            yield answer, line


def _count(report: Replay, found: Decided, line: Mapping[str, Any]) -> None:
    report.cases += line[CASES]
    report.statuses[STATUSES[status_of(line)]] += line[CASES]
    if (number := line.get(WHY, 0)) < 0:
        why = found.faults[-number - 1]
        name = f"{why.table}: {why.row}" if why.row else why.table
        report.faults[name] = report.faults.get(name, 0) + line[CASES]
