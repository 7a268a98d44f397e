"""Cells as columns: any of the tests holds or, negated, none; unknown stays NULL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import ibis.expr.types as ir

from evenhand.policy.nodes import (
    Compare,
    Condition,
    IsNull,
    Literal,
    Name,
    Operand,
    Test,
    Within,
)
from evenhand.policy.sql import engines, values
from evenhand.policy.sql.expressions import among_these, compared, literal
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.sheet import Sheet
from evenhand.policy.sql.values import Held, Listed, Number, Truth, Word
from evenhand.policy.tree import Row

Asked = tuple[Truth, str]


def asked_of(row: Row, sheet: Sheet) -> list[Asked]:
    """Return what must hold for a row to match: its cells, and that no exception does.

    Beside each stands the name that it is unknown for want of, if it is one alone.
    """
    wanted = [(condition(one, sheet), _only_name(one, sheet)) for one in row.conditions]
    excepted = (all_hold(group, sheet) for group in row.unless)
    return [*wanted, *((values.negated(one), "") for one in excepted)]


def _only_name(cell: Condition, sheet: Sheet) -> str:
    """Return the name without which a cell is unknown, and with which it never is."""
    name = cell.fact.name
    has_null = any(isinstance(test, IsNull) for test in cell.tests)
    is_alone = len(cell.names) == 1 and sheet.places[name].given is True
    is_list = isinstance(sheet.places[name].shape, Listed)
    return name if is_alone and not (has_null or is_list) else ""


def row_matches(row: Row, sheet: Sheet) -> Truth:
    """Tell whether a row matches: its conditions hold, and no exception does."""
    return values.all_of(truth for truth, _ in asked_of(row, sheet))


def all_hold(conditions: Iterable[Condition], sheet: Sheet) -> Truth:
    """Tell whether all of some cells hold."""
    return values.all_of(condition(one, sheet) for one in conditions)


def condition(cell: Condition, sheet: Sheet) -> Truth:
    """Translate a cell. Of an outcome that no row gave only `null` holds."""
    found = _known(cell, sheet)
    own = sheet.given(cell.fact.name)
    others = [sheet.given(name) for name in cell.names[1:]]
    found = _unless_absent(found, others, otherwise=False)
    return _unless_absent(found, [own], otherwise=cell.accepts_null)


def _unless_absent(found: Truth, given: list[Truth], *, otherwise: bool) -> Truth:
    there = values.all_of(given)
    if there.held is True:
        return found
    if otherwise:
        return values.any_of([values.negated(there), found])
    return values.all_of([there, found])


def _known(cell: Condition, sheet: Sheet) -> Truth:
    """Translate a cell as if no outcome were absent."""
    value = sheet.name(cell.fact.name)
    ahead = sheet.kept(cell)
    if isinstance(ahead, Truth):
        return ahead
    if cell.negated and (others := _other_words(cell, value)):
        return among_these(value, others)
    found = values.any_of(_tests(cell.tests, value, sheet))
    found = values.negated(found) if cell.negated else found
    if isinstance(found.held, ir.BooleanValue):
        return replace(found, held=engines.as_comparison(found.held))
    return found


def _other_words(cell: Condition, value: Held) -> list[Held]:
    """Return the words that a negated cell leaves; none where that takes no codes."""
    tested = {
        test.operand.value
        for test in cell.tests
        if isinstance(test, Compare)
        and test.order == "="
        and isinstance(test.operand, Literal)
    }
    if not isinstance(value, Word) or value.code is None or len(tested) < 2:
        return []
    is_all = len(tested) == len(cell.tests) and tested <= set(value.words)
    return [literal(word) for word in value.words if word not in tested and is_all]


def _tests(tests: Sequence[Test], value: Held, sheet: Sheet) -> Iterable[Truth]:
    words = [
        literal(test.operand.value)
        for test in tests
        if isinstance(test, Compare)
        and test.order == "="
        and isinstance(test.operand, Literal)
    ]
    if len(words) == len(tests):
        return [among_these(value, words)]
    return [_test(test, value, sheet) for test in tests]


def _test(test: Test, value: Held, sheet: Sheet) -> Truth:
    match test:
        case Compare(order, operand):
            return compared(order, value, _operand(operand, sheet))
        case Within():
            low, high = _operand(test.low, sheet), _operand(test.high, sheet)
            above = compared(">=" if test.low_in else ">", value, low)
            below = compared("<=" if test.high_in else "<", value, high)
            return values.all_of([above, below])
        case IsNull():
            return is_null(value)


def _operand(operand: Operand, sheet: Sheet) -> Held:
    if isinstance(operand, Name):
        return sheet.name(operand.name)
    return literal(operand.value)


def is_null(value: Held) -> Truth:
    """Tell whether nothing is known of a value."""
    if not value.lacks:
        return Truth(held=False)
    column: ir.Value | None
    match value:
        case Number(above):
            column = above.column
        case Truth():
            column = value.column
        case Word(text, code=code):
            plain = None if isinstance(text, str) else text
            column = plain if code is None else code
        case Listed(_, count):
            column = count
    if column is None:
        raise Untranslatable("a value that is the same for all cases is never unknown")
    return Truth(engines.is_null(column))


def element_test(test: Test, element: Held) -> Truth:
    """Translate one test of a list's element; such cells hold values only."""
    if isinstance(test, Compare) and isinstance(test.operand, Literal):
        return compared(test.order, element, literal(test.operand.value))
    raise Untranslatable("a list is compared with something other than values")
