"""The typed tree of a page: what every back end (Python, SQL, proof) reads.

Nothing here runs. `compiled` turns the tree into Python; other back ends translate
the same nodes. A back end needs no other source than this tree and its `nodes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from evenhand.policy.kinds import Kind, Rounding, Value
from evenhand.policy.nodes import Condition, Expression


@dataclass(frozen=True, slots=True)
class Domain:
    """What a value may be: bounds (both in, either may be absent) or a list of words."""

    low: int | float | date | None = None
    high: int | float | date | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact. `optional`: it may be unknown for good or not apply.

    `fixed`: nobody can change it, so it is never offered as a way out.
    `asks` maps a language to the question that finds it out, `labels` a language to
    the label. `fields` are what each line of a `list` of order lines holds; their names
    stand without the list's: `price` of `lines.price`.
    """

    name: str
    kind: Kind
    domain: Domain = Domain()
    optional: bool = False
    fixed: bool = False
    label: str = ""
    asks: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """A named value of the page with the place where it is laid down.

    Rows of one name with different `since` are one dated value: the row that holds is
    the last that began by the day that judges (`Head.judged_on`); the earliest holds
    before its day too. A dated value stands in the tree as a Derived of its name.
    So does an amount that is written in each `currency` of the case, a row for each.
    """

    name: str
    kind: Kind
    value: Value
    reference: str = ""
    since: date | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact that follows from other facts; `dated` if it is a value by date."""

    name: str
    expression: Expression
    label: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    dated: bool = False


class Hit(StrEnum):
    """Which of the rows that match a table gives (DMN's hit policies)."""

    FIRST = "first"
    UNIQUE = "unique"
    ANY = "any"
    PRIORITY = "priority"
    RULE_ORDER = "rule order"
    OUTPUT_ORDER = "output order"
    COLLECT = "collect"
    SUM = "collect sum"
    MIN = "collect min"
    MAX = "collect max"
    COUNT = "collect count"


SINGLE = frozenset({Hit.FIRST, Hit.UNIQUE, Hit.ANY, Hit.PRIORITY})
LISTED = frozenset({Hit.RULE_ORDER, Hit.OUTPUT_ORDER, Hit.COLLECT})
TOTALLED = frozenset({Hit.SUM, Hit.MIN, Hit.MAX, Hit.COUNT})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A column of results; `words` in the order of rank where it is one of a list."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: when all conditions hold, these outcomes, for this reason.

    `unless` are its exceptions: a row whose conditions hold does not match if all
    conditions of any one exception hold too.
    """

    id: str
    conditions: tuple[Condition, ...]
    results: tuple[tuple[str, Expression], ...]
    because: str = ""
    says: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    unless: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one hit policy."""

    name: str
    hit: Hit
    outcomes: tuple[Outcome, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """An invariant: its conditions, over facts and outcomes, never hold together."""

    id: str
    conditions: tuple[Condition, ...]
    because: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Always:
    """An entitlement: when `when` holds, over facts, so does `must`, over outcomes."""

    id: str
    when: tuple[Condition, ...]
    must: tuple[Condition, ...]
    because: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A case with its answer: a row id, `ask FACT`, or `no rule`; and outcomes.

    `listed` holds, by `table.outcome`, what the rows of a list give, in their order.
    """

    given: Mapping[str, Value]
    expect: str
    outcome: Mapping[str, Value | None]
    rows: Mapping[str, tuple[str, ...]]  # table -> ids of the rows that match
    line: int
    column: int
    listed: Mapping[str, tuple[Value | None, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """Who, which, since when: the +++ part of a page."""

    policy: str
    version: str
    title: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)  # by language
    # by language: each word of a domain, as people read it
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: str = "en"
    from_on: date | None = None
    to_on: date | None = None
    judged_on: str = ""
    currency: str = ""
    currency_from: str = ""
    rounding: Rounding = Rounding.HALF_UP
    base: str = ""
    jurisdiction: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    reviewed_by: str = ""
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole page, typed."""

    head: Head
    facts: tuple[Fact, ...]
    values: tuple[Constant, ...]
    derived: tuple[Derived, ...]
    tables: tuple[Table, ...]
    nevers: tuple[Never, ...] = ()
    always: tuple[Always, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def follows(self) -> tuple[Derived, ...]:
        """The derived facts of the page; without values that the tree holds as such.

        A value by date or by currency stands in the tree as a Derived of its name.
        """
        laid_down = {value.name for value in self.values}
        return tuple(one for one in self.derived if one.name not in laid_down)
