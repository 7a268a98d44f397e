"""Lists: a table of elements beside the cases, grouped by case before a fold is read.

Each fold becomes two columns per case: how many elements keep it from an answer, and
what the others come to. All folds over one list at one stage share a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from evenhand.policy import limits
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Call, Condition, Fold, IsNull, Item, Member, Name
from evenhand.policy.sql import cells, expressions, values
from evenhand.policy.sql.calls import call_ahead
from evenhand.policy.sql.engines import fenced
from evenhand.policy.sql.integers import Whole, constant, sql, times
from evenhand.policy.sql.reach import ahead_of, names_below
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.shape import VALUE, element_facts, place_of
from evenhand.policy.sql.sheet import CASE, Place, Sheet
from evenhand.policy.sql.values import Held, Listed, Number, Truth
from evenhand.policy.tree import Fact

Looked = Fold | Member | Condition
Asks = Callable[[ir.Table, ir.BooleanValue], Truth]
Reader = Callable[[ir.Table, ir.BooleanValue], Held]
_PARENT = "^"  # begins the names of a case's columns beside its elements


@dataclass(slots=True)
class _Elements(Sheet):
    """The sheet of every element: its fields, and the names of its case."""

    fields: dict[str, Place] = field(default_factory=dict)
    gathered: dict[str, ir.Value] = field(default_factory=dict)

    def item(self, item: Item) -> Held:
        """Return the element, or a field of it."""
        return self.element(item.field or VALUE)

    def element(self, name: str) -> Held:
        """Return a column of the elements."""
        return self.fields[name].on(self.table)

    def count(self, truth: Truth, name: str) -> str:
        """Gather how often a truth holds for sure."""
        held = values.is_true(truth)
        there = self.table[CASE].notnull()
        column = there & held.column if isinstance(held.held, bool) else held.column
        self.gathered[name] = column.ifelse(1, 0).sum().cast("int64")
        return name


def fold_ahead(
    sheet: Sheet, looked: Iterable[Looked], lists: Mapping[str, Fact]
) -> None:
    """Compute folds and tests of lists as columns, and keep them on the sheet."""
    by_list: dict[str, list[Looked]] = {}
    for one in dict.fromkeys(looked):
        if sheet.kept(one) is None:
            by_list.setdefault(_list_of(one), []).append(one)
    for name, wanted in by_list.items():
        _fold_list(sheet, lists[name], wanted)


def _list_of(one: Looked) -> str:
    match one:
        case Fold():
            return one.over.name
        case Member(_, Name(name)):
            return name
        case Condition():
            return one.fact.name
        case _:
            raise AssertionError(one)


def _fold_list(sheet: Sheet, fact: Fact, wanted: list[Looked]) -> None:
    named = dict.fromkeys(name for one in wanted for name in _names(one, fact.name))
    named |= dict.fromkeys(_looked_for(sheet, wanted))
    inside = _beside(sheet, fact, list(named))
    for call in _calls(wanted):
        call_ahead(inside, call)
    readers = {one: _gathered(inside, one, sheet.own()) for one in wanted}
    grouped = inside.table.group_by(CASE).aggregate(**inside.gathered)
    cases = sheet.table
    joined = cases.left_join(grouped, cases[CASE] == grouped[CASE])
    sheet.table = sheet.fence(joined.select(*cases.columns, *inside.gathered))
    listed = sheet.name(fact.name)
    if not isinstance(listed, Listed) or listed.count is None:
        raise AssertionError(listed)
    known = listed.count.notnull()
    found = {
        str(n): read(sheet.table, known) for n, read in enumerate(readers.values())
    }
    places = sheet.stage(found)
    for one, place in zip(readers, places.values(), strict=True):
        sheet.keep_ahead(one, place, _names(one, ""))


def _names(one: Looked, own: str) -> list[str]:
    names = one.names if isinstance(one, Condition) else names_below(one)
    return [name for name in names if name != own]


def _calls(wanted: list[Looked]) -> list[Call]:
    """Return the long calls inside folds, innermost first."""
    parts = [
        p for one in wanted if isinstance(one, Fold) for p in (one.where, one.body)
    ]
    levels = {one: at for part in parts if part for one, at in ahead_of(part).items()}
    calls = [one for one in levels if isinstance(one, Call)]
    return sorted(calls, key=levels.__getitem__)


def _looked_for(sheet: Sheet, wanted: list[Looked]) -> Iterator[str]:
    """Lay down what memberships look for, where it stands on other lists."""
    for one in wanted:
        if isinstance(one, Member) and ahead_of(one.value):
            name = _value_name(one)
            value = expressions.held(one.value, sheet)
            sheet.places[name] = sheet.stage({name: value})[name]
            yield name


def _value_name(one: Member) -> str:
    """Name what is looked for where it is itself computed from lists."""
    return f"~{one.value!r}"


def _beside(sheet: Sheet, fact: Fact, names: list[str]) -> _Elements:
    """Join to each element what its case says under some names."""
    table = sheet.lists[fact.name]
    places = {name: sheet.places[name] for name in names}
    used = [c for place in places.values() for c in (place.column, place.below) if c]
    if used:
        columns = {_PARENT + column: sheet.table[column] for column in used}
        table = table.inner_join(sheet.table.select(CASE, **columns), CASE)
    fields = {
        column: place_of(one, column=column, is_narrow=True)
        for column, one in element_facts(fact).items()
    }
    known = {name: place.under(_PARENT) for name, place in places.items()}
    return _Elements(fenced(table), sheet.rounding, {}, places=known, fields=fields)


def _gathered(inside: _Elements, one: Looked, name: str) -> Reader:
    """Gather the columns of one fold; return what reads its answer from them."""
    match one:
        case Condition():
            return _cell(inside, one, name)
        case Member(value, _):
            own = _value_name(one)
            laid = own in inside.places
            held = inside.name(own) if laid else expressions.held(value, inside)
            same = expressions.compared("=", held, inside.element(VALUE))
            return _asked(inside, same, "exists", name)
        case Fold():
            part = expressions.truth(one.where, inside) if one.where else Truth(True)  # noqa: FBT003  # every element takes part
            if one.word in ("exists", "all", "exists_one"):
                return _asked(inside, _answer(one, part, inside), one.word, name)
            return _totalled(inside, one, part, name)


def _answer(one: Fold, part: Truth, inside: _Elements) -> Truth:
    if one.body is None:
        raise AssertionError(one)
    body = expressions.truth(one.body, inside)
    body = values.negated(body) if one.word == "all" else body
    return values.all_of([part, body])


def _asked(inside: _Elements, answer: Truth, word: str, name: str) -> Asks:
    """Count the elements that say yes and those that cannot say.

    `all` asks for one that fails: its answer is turned.
    """
    sure = inside.count(answer, name)
    unsure = inside.count(values.is_unknown(answer), f"{name}?")

    def read(table: ir.Table, known: ir.BooleanValue) -> Truth:
        yes, open_ones = table[sure].fill_null(0), table[unsure].fill_null(0)
        settled = (yes > 1, False) if word == "exists_one" else (yes > 0, word != "all")
        last = yes == 1 if word == "exists_one" else ibis.literal(word == "all")
        column = ibis.cases(
            (~known, ibis.null("boolean")),
            settled,
            (open_ones > 0, ibis.null("boolean")),
            else_=last,
        )
        return Truth(column, lacks=True)

    return read


def _totalled(inside: _Elements, one: Fold, part: Truth, name: str) -> Reader:
    """Gather the body of the elements that take part; 0 of nothing for sum and count."""
    if one.body is None:
        unsure = inside.count(values.is_unknown(part), f"{name}?")
        total = inside.count(part, name)
        return _total_reader(Whole(0, limits.LIST_ITEMS), one, (total, unsure))
    body = expressions.number(one.body, inside)
    if body.below.constant is None:
        why = f"each line is divided by a field of its own in {one.over.name}"
        raise Untranslatable(f"{why}; a sum of such fractions has no common part below")
    lacking = values.all_of([part, cells.is_null(body)])
    open_part = values.any_of([values.is_unknown(part), lacking])
    unsure = inside.count(open_part, f"{name}?")
    above = _taken(body, part, one.word)
    inside.gathered[name] = above
    return _total_reader(_bounds(body, one.word), one, (name, unsure), body)


def _taken(body: Number, part: Truth, word: str) -> ir.Value:
    takes = values.is_true(part).column
    column = ibis.ifelse(takes, sql(body.above), ibis.null())
    if word != "sum":
        return column.min() if word == "min" else column.max()
    total = column.sum()
    return total if _bounds(body, word).is_wide else total.cast("int64")


def _bounds(body: Number, word: str) -> Whole:
    above = Whole(body.above.low, body.above.high)
    if word != "sum":
        return above
    most = times(constant(limits.LIST_ITEMS), constant(above.high)).high
    least = times(constant(limits.LIST_ITEMS), constant(above.low)).low
    return Whole(min(least, 0), max(most, 0))


def _total_reader(
    bounds: Whole, one: Fold, columns: tuple[str, str], body: Number | None = None
) -> Reader:
    total, unsure = columns
    below = body.below if body else constant(1)
    is_sum = one.word in ("sum", "count")

    def read(table: ir.Table, known: ir.BooleanValue) -> Number:
        found = table[total].fill_null(0) if is_sum else table[total]
        sure = known & (table[unsure].fill_null(0) == 0)
        column = ibis.cases((sure, found), else_=ibis.null())
        above = Whole(bounds.low, bounds.high, column)
        return Number(above, below, lacks=True, day=one.kind is Kind.DATE)

    return read


def _cell(inside: _Elements, cell: Condition, name: str) -> Reader:
    """A list holds a cell if any element does; `null` holds for no list at all."""
    tests = [test for test in cell.tests if not isinstance(test, IsNull)]
    accepts = len(tests) < len(cell.tests)
    element = inside.element(VALUE)
    held = values.any_of(cells.element_test(t, element) for t in tests)
    read_any = _asked(inside, held, "exists", name)

    def read(table: ir.Table, known: ir.BooleanValue) -> Truth:
        found = read_any(table, known)
        found = values.negated(found) if cell.negated else found
        if not accepts:
            return found
        otherwise = ibis.literal(not cell.negated)
        return Truth(ibis.cases((~known, otherwise), else_=found.column), lacks=True)

    return read
