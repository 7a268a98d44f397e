"""The language read off its tree in the plainest way: slow, and without the engine.

It shares with the engine only the tree and the reader of facts. Each rule stands here
as the reference page tells it, by counting and comparing one thing at a time, so that
the engine and the other back ends can be held to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evenhand.policy.given import value_reader
from evenhand.policy.kinds import LISTS, Kind
from evenhand.policy.nodes import (
    Binary,
    Call,
    Choice,
    Compare,
    Condition,
    Expression,
    Fold,
    IsNull,
    Item,
    Literal,
    Logic,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Operand,
    Ordered,
    Test,
    children,
)
from evenhand.policy.tree import LISTED, SINGLE, Hit, Policy, Row, Table
from tests.policy.reckoning import (
    both,
    called,
    either,
    exact,
    folded,
    joined,
    opposite,
    ordered,
    rounded,
)

ABSENT = "\x00absent"
Sheet = dict[str, Any]
Items = Mapping[tuple[str, str], Any]


@dataclass
class Pass:
    """One pass: `end` is decided, stuck, pending or overlap; rows taken by table."""

    end: str = "decided"
    outcome: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def one_pass(policy: Policy, facts: Mapping[str, object]) -> Pass:
    """Read the facts, the derived facts and the tables once, top down."""
    return _Reference(policy).run(facts)


def sheet_of(policy: Policy, facts: Mapping[str, object]) -> Sheet:
    """The facts as they are read, and what follows from them."""
    reference = _Reference(policy)
    reference.fill(facts)
    return reference.sheet


class _Reference:
    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.sheet: Sheet = {}
        self.found = Pass()

    def fill(self, facts: Mapping[str, object]) -> None:
        currency = self.policy.head.currency
        for fact in self.policy.facts:
            value = facts.get(fact.name)
            read = value_reader(fact, currency)
            self.sheet[fact.name] = None if value is None else read(value)
        for constant in self.policy.values:
            self.sheet[constant.name] = constant.value
        for table in self.policy.tables:
            for name in _given_by(table):
                self.sheet.setdefault(name, ABSENT)
        for derived in self.policy.derived:
            self.sheet[derived.name] = self.finished(derived.expression)

    def run(self, facts: Mapping[str, object]) -> Pass:
        self.fill(facts)
        for table in self.policy.tables:
            if not self.table(table):
                return self.found
        if self.found.end == "decided":
            self.invariants()
        return self.found

    def invariants(self) -> None:
        for never in self.policy.nevers:
            if both(self.cell(one) for one in never.conditions):
                self.found.broken.append(never.id)
        for always in self.policy.always:
            due = both(self.cell(one) for one in always.when)
            if due and not both(self.cell(one) for one in always.must):
                self.found.broken.append(always.id)

    def table(self, table: Table) -> bool:
        """Read a table; False if nothing after it can be read."""
        taken: list[Row] = []
        for row in table.rows:
            held = self.matches(row)
            if held is None:
                self.found.end = "stuck"
                return False
            if held:
                taken.append(row)
                if table.hit is Hit.FIRST:
                    break
        chosen = self.chosen(table, taken)
        if chosen is None:
            self.found.end = "overlap"
            return False
        self.found.rows[table.name] = [row.id for row in chosen]
        self.give(table, chosen)
        return True

    def matches(self, row: Row) -> bool | None:
        excepted = either(both(self.cell(c) for c in group) for group in row.unless)
        held = both(self.cell(one) for one in row.conditions)
        return both(iter((held, opposite(excepted))))

    def chosen(self, table: Table, taken: list[Row]) -> list[Row] | None:
        """The rows that count, of those that match; None where they collide."""
        if len(taken) < 2:
            return taken
        if table.hit is Hit.UNIQUE:
            return None
        if table.hit is Hit.ANY:
            return taken[:1] if self.agree(taken) else None
        if table.hit in (Hit.PRIORITY, Hit.OUTPUT_ORDER):
            ranked = sorted(taken, key=lambda row: self.rank(table, row))
            return ranked[:1] if table.hit is Hit.PRIORITY else ranked
        return taken

    def agree(self, rows: list[Row]) -> bool:
        """Whether what is known of the results of these rows is the same."""
        given = [dict(self.given(row)) for row in rows]  # also notes what waits
        for name in {name for one in given for name in one}:
            known = [one.get(name, ABSENT) for one in given]
            known = [value for value in known if value is not None]
            if any(value != known[0] for value in known):
                return False
        return True

    def rank(self, table: Table, row: Row) -> list[int]:
        results = self.results(row)
        columns = [outcome for outcome in table.outcomes if outcome.words]
        return [
            one.words.index(results[one.name])
            if results.get(one.name) in one.words
            else len(one.words)
            for one in columns
        ]

    def results(self, row: Row) -> dict[str, Any]:
        return {name: self.finished(expression) for name, expression in row.results}

    def give(self, table: Table, rows: list[Row]) -> None:
        if table.hit is Hit.COUNT:
            self.set(table.name, len(rows))
            return
        given = [dict(self.given(row)) for row in rows]
        if table.hit in LISTED:
            self.found.outcome[table.name] = [
                {"id": row.id} | one for row, one in zip(rows, given, strict=True)
            ]
        elif table.hit in SINGLE:
            for one in given:
                for name, value in one.items():
                    self.set(name, value)
        else:
            self.total(table, [v for one in given for v in list(one.values())[:1]])

    def given(self, row: Row) -> Iterator[tuple[str, Any]]:
        """Each result that the row gives: None where it waits for a fact."""
        for name, expression in row.results:
            value = self.finished(expression)
            if value is None and not self.waits(expression.root):
                continue
            if value is None:
                self.found.end = "pending"
            yield name, value

    def total(self, table: Table, values: list[Any]) -> None:
        if None in values:
            self.sheet[table.name] = None
        elif values or table.hit is Hit.SUM:
            amounts = [exact(value) for value in values]
            ways: dict[Hit, Callable[[list[Any]], Any]]
            ways = {Hit.SUM: sum, Hit.MIN: min, Hit.MAX: max}
            self.set(table.name, ways[table.hit](amounts))

    def set(self, name: str, value: Any) -> None:
        self.sheet[name] = value
        self.found.outcome[name] = value

    def waits(self, root: Node) -> bool:
        """Whether a value that is missing waits for a fact, and is not just absent."""
        match root:
            case Name(name):
                return self.sheet[name] is None
            case Choice(test, yes, no):
                held = self.value(test, {})
                if held is None:
                    return self.waits(test)
                return self.waits(yes if held else no)
            case Fold() if self.value(root, {}) is None:
                return self.fold_waits(root)
            case Logic() | Member() | Fold() if self.value(root, {}) is not None:
                return False
            case _:
                return any(self.waits(child) for child in children(root))

    def fold_waits(self, root: Fold) -> bool:
        items = self.sheet[root.over.name]
        if items is None or root.word not in ("min", "max"):
            return True
        parts = [self.part(root, item, {}) for item in items]
        inside = [p for p in (root.where, root.body) if p is not None]
        return any(p is not False for p in parts) or any(
            self.sheet[name] is None for one in inside for name in _names(one)
        )

    # --- conditions

    def cell(self, cell: Condition) -> bool | None:
        value = self.sheet[cell.fact.name]
        if value is ABSENT:
            return not cell.negated and IsNull() in cell.tests
        if any(self.sheet[name] is ABSENT for name in cell.names[1:]):
            return False
        held = either(self.test(value, test, cell.fact.kind) for test in cell.tests)
        return opposite(held) if cell.negated else held

    def test(self, value: Any, test: Test, kind: Kind) -> bool | None:
        if isinstance(test, IsNull):
            return value is None
        if value is None:
            return None
        if kind in LISTS:
            return either(self.compared(one, test) for one in value)
        return self.compared(value, test)

    def compared(self, value: Any, test: Test) -> bool | None:
        if isinstance(test, Compare):
            return ordered(test.order, value, self.operand(test.operand))
        if isinstance(test, IsNull):
            return False
        low, high = self.operand(test.low), self.operand(test.high)
        above = ordered(">=" if test.low_in else ">", value, low)
        below = ordered("<=" if test.high_in else "<", value, high)
        return both(iter((above, below)))

    def operand(self, operand: Operand) -> Any:
        if isinstance(operand, Literal):
            return operand.value
        return self.sheet[operand.name]

    # --- expressions

    def finished(self, expression: Expression) -> Any:
        """A value of the kind of its expression: money and durations are rounded."""
        value = self.value(expression.root, {})
        if value is None or value is ABSENT:
            return None
        if expression.kind in (Kind.MONEY, Kind.DURATION):
            return rounded(value, self.policy.head.rounding)
        return value

    def value(self, root: Node, items: Items) -> Any:
        match root:
            case Literal() | Name() | Item():
                return self.leaf(root, items)
            case Logic(word, left, right):
                parts = (self.value(one, items) for one in (left, right))
                return both(parts) if word == "and" else either(parts)
            case Choice(test, yes, no):
                held = self.value(test, items)
                return None if held is None else self.value(yes if held else no, items)
            case Member():
                return self.member(root, items)
            case Fold():
                return self.fold(root, items)
            case _:
                return self.strict(root, items)

    def leaf(self, root: Literal | Name | Item, items: Items) -> Any:
        if isinstance(root, Literal):
            value: Any = root.value
        elif isinstance(root, Name):
            value = self.sheet[root.name]
        else:
            value = items[root.variable, root.field]
        return None if value is ABSENT else exact(value)

    def strict(self, root: Node, items: Items) -> Any:
        values = [self.value(child, items) for child in children(root)]
        if None in values:
            return None
        match root:
            case Not():
                return not values[0]
            case Negative():
                return -values[0]
            case Ordered(order):
                return ordered(order, values[0], values[1])
            case Binary(sign):
                return joined(sign, values[0], values[1])
            case Call(function):
                return called(function, values)
            case _:
                raise AssertionError(root)

    def member(self, root: Member, items: Items) -> bool | None:
        value = self.value(root.value, items)
        if isinstance(root.among, Name):
            others = self.sheet[root.among.name]
            if others is None:
                return None
        else:
            others = [self.value(one, items) for one in root.among]
        return either(ordered("=", value, other) for other in others)

    def fold(self, root: Fold, items: Items) -> Any:
        found = self.sheet[root.over.name]
        if found is None:
            return None
        parts = [self.part(root, item, items) for item in found]
        if root.word == "count":
            return None if None in parts else parts.count(True)
        bodies = [self.body(root, item, items) for item in found]
        return folded(root.word, parts, bodies)

    def part(self, root: Fold, item: Any, items: Items) -> bool | None:
        if root.where is None:
            return True
        held: bool | None = self.value(root.where, self.inside(root, item, items))
        return held

    def body(self, root: Fold, item: Any, items: Items) -> Any:
        if root.body is None:
            raise AssertionError(root)
        return self.value(root.body, self.inside(root, item, items))

    def inside(self, root: Fold, item: Any, items: Items) -> Items:
        (fact,) = [f for f in self.policy.facts if f.name == root.over.name]
        if not fact.fields:
            return {**items, (root.variable, ""): item}
        fields = zip(fact.fields, item, strict=True)
        return {**items, **{(root.variable, f.name): value for f, value in fields}}


def _given_by(table: Table) -> list[str]:
    if table.hit in LISTED:
        return []
    return [o.name for o in table.outcomes] if table.hit in SINGLE else [table.name]


def _names(root: Node) -> Iterator[str]:
    if isinstance(root, Name):
        yield root.name
    for child in children(root):
        yield from _names(child)
