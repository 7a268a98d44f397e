"""A page over past cases, counted: rows and money, what is missing, what is wrong.

And two pages over the same cases: from which row to which, with the money.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from evenhand.policy.kinds import LISTS, Kind
from evenhand.policy.program import Page
from evenhand.policy.sql.answers import (
    FAULTY,
    HIT,
    NEEDS_FACT,
    NO_RULE,
    STATUSES,
    Decided,
)
from evenhand.policy.sql.deciding import decided
from evenhand.policy.sql.files import GROUP, MONTH, Facts
from evenhand.policy.sql.gaps import Gaps
from evenhand.policy.sql.halves import halves
from evenhand.policy.sql.refusals import of_some_depth
from evenhand.policy.sql.values import FIRST_DAY
from evenhand.policy.tree import SINGLE, Policy

Amounts = dict[str, int]  # currency -> minor units
_OLD = "old:"  # begins the columns of the page that is compared with
# How good a verdict is for the customer; any other word, and none, stands between.
_RANKS = {"upheld": 3, "partly_upheld": 2, "not_upheld": 0, "out_of_scope": 0}
_BETWEEN = 1


@dataclass(slots=True)
class RowCount:
    """How many cases a row decides, and the money of each column by currency."""

    row: str
    cases: int = 0
    money: dict[str, Amounts] = field(default_factory=dict)


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


@dataclass(slots=True)
class Move:
    """Cases that go from one row of the old page to another of the new one.

    A row is its id, or the status where there is none. `worse`: how many get less
    money, or a worse verdict for the same; `lost`: how much less these get in all.
    """

    old: str
    new: str
    cases: int = 0
    worse: int = 0
    before: Amounts = field(default_factory=dict)
    after: Amounts = field(default_factory=dict)
    lost: Amounts = field(default_factory=dict)


@dataclass(slots=True)
class Comparison:
    """What changes between two pages over past cases; moves with most cases first."""

    old: str
    new: str
    cases: int
    moves: list[Move]
    parts: dict[str, list[Move]] = field(default_factory=dict)

    @property
    def worse(self) -> int:
        """How many cases are worse off for the customer."""
        return sum(move.worse for move in self.moves)

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as JSON holds it; money in minor units."""
        return {**asdict(self), "worse": self.worse}


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
    part = _part_column(policy, facts, by) if by else ""
    currency = policy.head.currency_from
    report = Replay(policy.head.policy, policy.head.version, unread=facts.missing)
    money = money_outcomes(policy)
    rows: defaultdict[str, dict[str, RowCount]] = defaultdict(dict)
    missing: Counter[str] = Counter()
    for found, gaps, line in _answers(page, facts, (currency, part), money):
        code = line[currency] if currency else policy.head.currency
        _count(report, found, line)
        missing.update(dict.fromkeys(gaps.missing(line), line["cases"]))
        for name in ["", *([_part(policy, part, line[part])] if part else [])]:
            _add(rows[name], _row(found, line), line, money, code or "")
    known = [row.id for table in policy.tables[:1] for row in table.rows]
    order = {row: place for place, row in enumerate([*known, *STATUSES])}
    ordered = {
        name: sorted(counts.values(), key=lambda one: order[one.row])
        for name, counts in rows.items()
    }
    report.rows = ordered.pop("", [])
    report.parts = dict(sorted(ordered.items()))
    report.missing = {name: count for name, count in missing.most_common() if count}
    return report


def _answers(
    page: Page, facts: Facts, parts: Iterable[str], money: tuple[str, ...]
) -> Iterator[tuple[Decided, Gaps, dict[str, Any]]]:
    """Give how many cases come to each answer, with the money, by some columns."""
    keys = dict.fromkeys(name for name in parts if name)
    read = dict.fromkeys([*(fact.name for fact in page.policy.facts), *keys])
    for cases, known in halves(facts, page.policy):
        found = _decided(page, facts, cases, tuple(read), known)
        gaps = Gaps(page.policy, found)
        table = found.table.mutate(**gaps.columns)
        grouped = table.group_by(["rule", "why", *keys, *gaps.columns])
        sums = {f"+{name}": table[f"outcome.{name}"].sum() for name in money}
        for line in _lines(grouped.aggregate(cases=table.count(), **sums)):
            yield found, gaps, line


def _decided(
    page: Page,
    facts: Facts,
    table: ir.Table,
    keep: tuple[str, ...],
    known: Collection[str],
) -> Decided:
    return decided(
        page,
        table,
        facts.lists,
        codes=facts.codes,
        known=known,
        keep=keep,
        fence=facts.fence,
    )


def _lines(table: ir.Table) -> Iterable[dict[str, Any]]:
    lines: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return lines


def _count(report: Replay, found: Decided, line: Mapping[str, Any]) -> None:
    report.cases += line["cases"]
    report.statuses[STATUSES[_status(line)]] += line["cases"]
    if line["why"] < 0:
        why = found.faults[-line["why"] - 1]
        name = f"{why.table}: {why.row}" if why.row else why.table
        report.faults[name] = report.faults.get(name, 0) + line["cases"]


def _status(line: Mapping[str, Any], prefix: str = "") -> int:
    """Tell the status of a group of cases, which needs no column of its own."""
    if line[f"{prefix}why"]:
        return NEEDS_FACT if line[f"{prefix}why"] > 0 else FAULTY
    return HIT if line[f"{prefix}rule"] else NO_RULE


def _row(found: Decided, line: Mapping[str, Any], prefix: str = "") -> str:
    state = _status(line, prefix)
    if state == HIT:
        return str(found.rules[line[f"{prefix}rule"] - 1])
    return str(STATUSES[state])


def _add(
    rows: dict[str, RowCount],
    name: str,
    line: Mapping[str, Any],
    money: tuple[str, ...],
    code: str,
) -> None:
    one = rows.setdefault(name, RowCount(name))
    one.cases += line["cases"]
    for column in money:
        amount = line[f"+{column}"]
        if amount is not None:
            amounts = one.money.setdefault(column, {})
            amounts[code] = amounts.get(code, 0) + int(amount)


def _part_column(policy: Policy, facts: Facts, by: str) -> str:
    """Return the column that parts the cases: the history's own month before a fact's."""
    own = {"month": MONTH, "group": GROUP}.get(by, by)
    if own == by and own not in [f.name for f in policy.facts if f.kind not in LISTS]:
        raise ValueError(f"{by} is not a fact of the page")
    if own in facts.table.columns:
        return own
    if by == "month" and policy.head.judged_on:
        return policy.head.judged_on
    raise ValueError(f"the cases have no column {by}")


def _part(policy: Policy, name: str, value: Any) -> str:
    if value is None:
        return "unknown"
    kinds = {fact.name: fact.kind for fact in policy.facts}
    if kinds.get(name) is Kind.DATE and isinstance(value, int):
        return f"{date.fromordinal(value + FIRST_DAY):%Y-%m}"
    return str(value)


@of_some_depth()
def compare(
    old: Page, new: Page, facts: Facts, *, by: str = "", amount: str = "amount"
) -> Comparison:
    """Count where cases move between two pages, with the money of one outcome.

    `facts` are shaped for both pages (`both`). `by` is as for `replay`.
    """
    policy = new.policy
    part = _part_column(policy, facts, by) if by else ""
    currency = policy.head.currency_from
    moves: defaultdict[str, dict[tuple[str, str], Move]] = defaultdict(dict)
    for first, last, line in _moved(old, new, facts, (currency, part), amount):
        code = (line[currency] if currency else policy.head.currency) or ""
        names = _row(first, line, _OLD), _row(last, line)
        for name in ["", *([_part(policy, part, line[part])] if part else [])]:
            _move(moves[name].setdefault(names, Move(*names)), line, code)
    ordered = {
        name: sorted(found.values(), key=lambda one: (-one.cases, one.old, one.new))
        for name, found in sorted(moves.items())
    }
    everywhere = ordered.pop("", [])
    return Comparison(
        f"{old.policy.head.policy} {old.policy.head.version}",
        f"{policy.head.policy} {policy.head.version}",
        sum(move.cases for move in everywhere),
        everywhere,
        ordered,
    )


def _moved(
    old: Page, new: Page, facts: Facts, parts: Iterable[str], amount: str
) -> Iterator[tuple[Decided, Decided, dict[str, Any]]]:
    """Give how many cases come to each pair of answers, with the money of both."""
    keys = dict.fromkeys(name for name in parts if name)
    pair = [f"{_OLD}why", f"{_OLD}rule", "why", "rule", *keys]
    every = tuple(facts.table.columns)
    for cases, known in halves(facts, old.policy, new.policy):
        first = _decided(old, facts, cases, every, known)
        kept = _answers_of(first, amount)
        renamed = first.table.rename({_OLD + name: name for name in kept})
        keep = (*(_OLD + name for name in kept), *keys)
        last = _decided(new, facts, renamed, keep, known)
        table = last.table
        before, after = _money(table, _OLD, amount), _money(table, "", amount)
        worse = _is_worse(table, before, after)
        grouped = table.group_by(pair).aggregate(
            cases=table.count(),
            before=before.sum(),
            after=after.sum(),
            worse=worse.ifelse(1, 0).sum(),
            lost=worse.ifelse(before.fill_null(0) - after.fill_null(0), 0).sum(),
        )
        for line in _lines(grouped):
            yield first, last, line


def _answers_of(found: Decided, amount: str) -> tuple[str, ...]:
    wanted = ("status", "rule", "why", f"outcome.{amount}", "outcome.verdict")
    return tuple(name for name in wanted if name in found.table.columns)


def _money(table: ir.Table, prefix: str, amount: str) -> ir.Value:
    name = f"{prefix}outcome.{amount}"
    if name in table.columns:
        return table[name]
    return ibis.cases((table.status < 0, 0), else_=ibis.null())  # no money in any case


def _is_worse(table: ir.Table, before: ir.Value, after: ir.Value) -> ir.BooleanValue:
    """Whether a case that both pages decide gets less, or a worse verdict."""
    both = (table[f"{_OLD}status"] == HIT) & (table.status == HIT)
    paid, pays = before.fill_null(0), after.fill_null(0)
    rank, other = _rank(table, _OLD), _rank(table, "")
    return both & ((pays < paid) | ((pays == paid) & (other < rank)))


def _rank(table: ir.Table, prefix: str) -> ir.Value:
    name = f"{prefix}outcome.verdict"
    if name not in table.columns:
        return ibis.literal(_BETWEEN)
    cases = [(table[name] == word, rank) for word, rank in _RANKS.items()]
    return ibis.cases(*cases, else_=_BETWEEN)


def _move(move: Move, line: Mapping[str, Any], code: str) -> None:
    move.cases += line["cases"]
    move.worse += line["worse"]
    for amounts, name in ((move.before, "before"), (move.after, "after")):
        if line[name] is not None:
            amounts[code] = amounts.get(code, 0) + int(line[name])
    if line["lost"]:
        move.lost[code] = move.lost.get(code, 0) + int(line["lost"])


def both(old: Page, new: Page) -> Policy:
    """Return a policy with the facts of two pages, for opening their facts at once.

    ValueError where a fact has another type in each.
    """
    facts = {fact.name: fact for fact in old.policy.facts}
    for fact in new.policy.facts:
        known = facts.get(fact.name)
        if known and known.kind is not fact.kind:
            raise ValueError(f"{fact.name} is {known.kind} before and {fact.kind} now")
        facts[fact.name] = fact
    merged = new.policy
    return Policy(
        merged.head, tuple(facts.values()), merged.values, merged.derived, merged.tables
    )
