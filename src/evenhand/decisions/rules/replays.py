"""What a replay over the past says: from which row to which, for how much, when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evenhand.kernel.money import Money

# How an answer ends that is no row of the page.
ASKS, NO_ROW, BROKEN, NOTHING = "?asks", "?none", "?broken", "?nothing"
_UNDECIDED = frozenset({ASKS, NO_ROW, BROKEN})


@dataclass(frozen=True, slots=True)
class Ending:
    """One page's answer to one past case: its row, or how it ended without one.

    `asks` are the facts that it would ask for, `broken` why it could not decide.
    `gives` is what else comes out beside the money: what is given, who may grant it.
    """

    row: str
    minor: int | None = None
    rank: int = 0  # of the verdict: more is better for the customer
    asks: tuple[str, ...] = ()
    broken: str = ""
    gives: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One past case by both pages; `month` is "2026-11", `group` the customer's tier."""

    month: str
    currency: str
    old: Ending
    new: Ending
    group: str = ""

    @property
    def moved(self) -> bool:
        """Whether the case gets another answer: a row, an amount, or what else is given."""
        old, new = self.old, self.new
        return (old.row, old.minor, old.gives) != (new.row, new.minor, new.gives)

    @property
    def is_paid_by_both(self) -> bool:
        """Whether money can be compared: what is asked first has no amount yet."""
        return not self.new.row.startswith("?") and self.old.row not in _UNDECIDED

    @property
    def worse(self) -> bool:
        """Whether the customer gets less: less money, or a worse verdict."""
        if not self.is_paid_by_both or self.old.row == NOTHING:
            return False
        before, after = self.old.minor or 0, self.new.minor or 0
        return after < before or (after == before and self.new.rank < self.old.rank)


@dataclass(slots=True)
class Sum:
    """So many cases, and the money of each currency before and after."""

    cases: int = 0
    worse: int = 0
    moved: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)  # by those who get less

    def add(self, one: Replayed) -> None:
        """Count one case in."""
        self.cases += 1
        self.worse += one.worse
        self.moved += one.moved
        if one.is_paid_by_both:
            self.before[one.currency] += one.old.minor or 0
            self.after[one.currency] += one.new.minor or 0
        if one.worse:
            self.lost[one.currency] += (one.old.minor or 0) - (one.new.minor or 0)

    def as_data(self) -> dict[str, Any]:
        return {
            "cases": self.cases,
            "worse": self.worse,
            "moved": self.moved,
            "before": dict(self.before),
            "after": dict(self.after),
            "lost": dict(self.lost),
        }


class Tally:
    """Counts replayed cases as they come; `as_data` is the report that a run keeps."""

    def __init__(self) -> None:
        self.all = Sum()
        self.moves: defaultdict[tuple[str, str], Sum] = defaultdict(Sum)
        self.months: defaultdict[str, Sum] = defaultdict(Sum)
        self.groups: defaultdict[str, Sum] = defaultdict(Sum)
        self.asks: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()

    def add(self, one: Replayed) -> None:
        """Count one case in everywhere."""
        for total in (
            self.all,
            self.moves[one.old.row, one.new.row],
            self.months[one.month],
            self.groups[one.group],
        ):
            total.add(one)
        self.asks.update(one.new.asks)
        if one.new.broken:
            self.broken[one.new.broken] += 1

    def as_data(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        moves = sorted(self.moves.items(), key=lambda item: -item[1].cases)
        return {
            "all": self.all.as_data(),
            "moves": [{"old": a, "new": b, **s.as_data()} for (a, b), s in moves],
            "months": [
                {"month": month, **self.months[month].as_data()}
                for month in sorted(self.months)
            ],
            "groups": [
                {"group": group, **self.groups[group].as_data()}
                for group in sorted(self.groups)
            ],
            "asks": self.asks.most_common(),
            "broken": self.broken.most_common(20),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """A sum of the report, ready to be shown."""

    name: str
    other: str
    cases: int
    moved: int
    worse: int
    before: tuple[Money, ...]
    after: tuple[Money, ...]
    change: tuple[Money, ...]
    lost: tuple[Money, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.moved == 0

    @property
    def cost(self) -> tuple[Money, ...]:
        """What it costs more or less than before, where it does."""
        return tuple(money for money in self.change if money.minor)

    @property
    def by_currency(self) -> tuple[tuple[str, Money, Money, Money], ...]:
        """Each currency with what was paid before, after, and the change."""
        sums = zip(self.before, self.after, self.change, strict=True)
        return tuple((a.currency, a, b, c) for a, b, c in sums)


@dataclass(frozen=True, slots=True)
class Report:
    """A kept report, read back."""

    all: Line
    moves: tuple[Line, ...]
    months: tuple[Line, ...]
    groups: tuple[Line, ...]
    asks: tuple[tuple[str, int], ...]
    broken: tuple[tuple[str, int], ...]

    @property
    def is_mixed(self) -> bool:
        """Whether the money is in more than one currency, so that each must be named."""
        return len(self.all.change) > 1

    @property
    def asking(self) -> int:
        """How many cases the new page would ask something about first."""
        return sum(line.cases for line in self.moves if line.other == ASKS)

    @property
    def without_row(self) -> int:
        return sum(line.cases for line in self.moves if line.other == NO_ROW)

    @property
    def undecided(self) -> int:
        return sum(line.cases for line in self.moves if line.other == BROKEN)

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Report:
        """Read what `Tally.as_data` wrote."""
        return cls(
            all=_line("", "", data["all"]),
            moves=tuple(_line(m["old"], m["new"], m) for m in data["moves"]),
            months=tuple(_line(m["month"], "", m) for m in data["months"]),
            # a report kept by an earlier version has no groups
            groups=tuple(_line(g["group"], "", g) for g in data.get("groups", ())),
            asks=_counts(data["asks"]),
            broken=_counts(data["broken"]),
        )


def _counts(pairs: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(count)) for name, count in pairs)


def _line(name: str, other: str, data: Mapping[str, Any]) -> Line:
    codes = {**data["before"], **data["after"]}
    before = {code: data["before"].get(code, 0) for code in codes}
    after = {code: data["after"].get(code, 0) for code in codes}
    change = {code: after[code] - before[code] for code in codes}
    return Line(
        name=name,
        other=other,
        cases=data["cases"],
        moved=data["moved"],
        worse=data["worse"],
        before=_money(before),
        after=_money(after),
        change=_money(change),
        lost=_money({c: n for c, n in data.get("lost", {}).items() if n}),
    )


def _money(amounts: Mapping[str, int]) -> tuple[Money, ...]:
    return tuple(Money(minor, code) for code, minor in sorted(amounts.items()) if code)
