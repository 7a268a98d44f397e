"""Paper and counter: how often decisions left their page, which way, and for how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evenhand.insight.rules.figures import ENOUGH
from evenhand.insight.rules.periods import Period
from evenhand.kernel.statistics import Interval, share

REASONS = 5  # the latest of a row


class Way(StrEnum):
    """Where a decision went, seen from what the page says."""

    FOLLOWED = "followed"
    MORE = "more"
    LESS = "less"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Side:
    """What the page says, or what the desk did: money in minor units, and a height.

    `height` orders verdicts by what they mean for the customer, the best highest.
    """

    minor: int | None
    height: int


@dataclass(frozen=True, slots=True)
class Made:
    """One standing decision. `paper` is None where the page gave no answer.

    `is_exception`: it was decided otherwise than the page says. What an agent adds
    within a limit is no exception; it shows as more money on the same answer.
    """

    at: datetime
    policy: str
    rule: str
    person: int
    name: str
    is_exception: bool
    currency: str
    paper: Side | None
    desk: Side
    reason: str = ""


def way(made: Made) -> Way:
    """Return which way a decision left its page: by money, else by verdict."""
    if not made.is_exception:
        return Way.FOLLOWED
    if made.paper is None:
        return Way.OTHER
    money = _over(made)
    height = made.desk.height - made.paper.height
    over = money or height
    return Way.MORE if over > 0 else Way.LESS if over < 0 else Way.OTHER


def _over(made: Made) -> int:
    """Return what the desk gave above what the page says; below zero if less."""
    paper = made.paper.minor if made.paper else None
    return (made.desk.minor or 0) - (paper or 0)


@dataclass(frozen=True, slots=True)
class Ways:
    """Decisions counted by way."""

    followed: int = 0
    more: int = 0
    less: int = 0
    other: int = 0

    @property
    def n(self) -> int:
        return self.followed + self.otherwise

    @property
    def otherwise(self) -> int:
        return self.more + self.less + self.other

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def share(self) -> Interval | None:
        """The part that was decided otherwise, with its interval."""
        return share(hits=self.otherwise, n=self.n)


@dataclass(frozen=True, slots=True)
class Sum:
    """Money in one currency, in minor units; `on_top` was added on the page's answer."""

    currency: str
    exceptions: int
    on_top: int


@dataclass(frozen=True, slots=True)
class RowDrift:
    """One row of a page; an empty `rule` stands for cases without an answer."""

    policy: str
    rule: str
    ways: Ways
    sums: tuple[Sum, ...]
    weeks: tuple[Ways, ...]
    reasons: tuple[str, ...]

    @property
    def nobody_follows(self) -> bool:
        """Whether enough decisions came to this row and not one followed it."""
        return bool(self.rule) and self.ways.is_enough and self.ways.followed == 0


@dataclass(frozen=True, slots=True)
class PersonDrift:
    """One member; those with too few decisions stand together without a name."""

    name: str
    ways: Ways
    weeks: tuple[Ways, ...] = ()
    people: int = 1


@dataclass(frozen=True, slots=True)
class PageDrift:
    """A page with the rows that were used, and those that nobody came to."""

    policy: str
    rows: tuple[RowDrift, ...]
    never_hit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything of a period."""

    period: Period
    ways: Ways
    sums: tuple[Sum, ...]
    weeks: tuple[tuple[Period, Ways], ...]
    pages: tuple[PageDrift, ...]
    people: tuple[PersonDrift, ...]


def drift(
    made: Sequence[Made], *, period: Period, rows: Mapping[str, tuple[str, ...]]
) -> Drift:
    """Compare decisions with their pages; `rows` are those of the pages in force.

    `made` reaches back over the weeks of the period; only what lies within it counts,
    the weeks apart.
    """
    within = [one for one in made if period.holds(one.at)]
    weeks = tuple((week, ways_of(_held(made, week))) for week in period.weeks)
    names = sorted({*rows, *(one.policy for one in within)})
    return Drift(
        period=period,
        ways=ways_of(within),
        sums=sums_of(within),
        weeks=weeks,
        pages=tuple(_page(name, made, period, rows.get(name, ())) for name in names),
        people=people_of(made, period=period),
    )


def _held(made: Iterable[Made], period: Period) -> list[Made]:
    return [one for one in made if period.holds(one.at)]


def ways_of(made: Iterable[Made]) -> Ways:
    """Count decisions by way."""
    counted = Counter(way(one) for one in made)
    return Ways(*(counted[word] for word in Way))


def sums_of(made: Iterable[Made]) -> tuple[Sum, ...]:
    """Add up the money above or below what pages say, by currency, where there is any."""
    exceptions: Counter[str] = Counter()
    on_top: Counter[str] = Counter()
    for one in made:
        if one.is_exception:
            exceptions[one.currency] += _over(one)
        elif one.paper is not None and one.paper.minor is not None:
            # an offer may be worth less than the entitlement: that is the page's own
            on_top[one.currency] += max(_over(one), 0)
    names = sorted({*exceptions, *on_top})
    found = (Sum(name, exceptions[name], on_top[name]) for name in names)
    return tuple(one for one in found if one.exceptions or one.on_top)


def people_of(made: Iterable[Made], *, period: Period) -> tuple[PersonDrift, ...]:
    """Count by member, most decisions first; few decisions are not shown by name."""
    by_person: dict[int, list[Made]] = {}
    for one in made:
        by_person.setdefault(one.person, []).append(one)
    counted = [(mine, _held(mine, period)) for mine in by_person.values()]
    named = [
        PersonDrift(within[0].name, ways_of(within), _by_week(mine, period))
        for mine, within in counted
        if len(within) >= ENOUGH
    ]
    named.sort(key=lambda one: (-one.ways.n, one.name))
    few = [within for _mine, within in counted if 0 < len(within) < ENOUGH]
    if few:
        together = [one for found in few for one in found]
        named.append(PersonDrift("", ways_of(together), people=len(few)))
    return tuple(named)


def _by_week(made: Iterable[Made], period: Period) -> tuple[Ways, ...]:
    mine = list(made)
    return tuple(ways_of(_held(mine, week)) for week in period.weeks)


def _page(
    name: str, made: Sequence[Made], period: Period, rows: tuple[str, ...]
) -> PageDrift:
    mine = [one for one in made if one.policy == name]
    used = {one.rule for one in mine if period.holds(one.at)}
    found = [_row(name, rule, mine, period) for rule in used]
    found.sort(key=lambda one: (-one.ways.otherwise, -one.ways.n, one.rule))
    never = tuple(rule for rule in rows if rule not in used)
    return PageDrift(name, tuple(found), never)


def _row(policy: str, rule: str, made: Sequence[Made], period: Period) -> RowDrift:
    mine = [one for one in made if one.rule == rule]
    within = _held(mine, period)
    latest = sorted(within, key=lambda one: one.at, reverse=True)
    reasons = dict.fromkeys(one.reason for one in latest if one.reason)
    return RowDrift(
        policy=policy,
        rule=rule,
        ways=ways_of(within),
        sums=sums_of(within),
        weeks=_by_week(mine, period),
        reasons=tuple(reasons)[:REASONS],
    )
