"""Conditions as Python source: any of a cell's tests holds or, negated, none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from evenhand.policy.compiled.expressions import ORDERS, logic, logic_of
from evenhand.policy.compiled.writer import Piece
from evenhand.policy.kinds import LISTS, Kind, Value, exact
from evenhand.policy.nodes import (
    Compare,
    Condition,
    IsNull,
    Literal,
    Name,
    Operand,
    Test,
    Within,
    operands,
)

if TYPE_CHECKING:
    from evenhand.policy.compiled.writer import Writer

Tests = list[Test]


def condition(writer: Writer, cell: Condition) -> Piece:
    """Write a cell over the sheet's variables."""
    fact = writer.variable(cell.fact.name)
    others = [writer.variable(name) for name in cell.names[1:]]
    absent = [name for name in others if name in writer.absent]
    if fact not in writer.absent and not absent:
        return _known(writer, cell, fact)
    kept = writer.objects.fresh("t")
    ways = [(" or ".join(f"{name} is ABSENT" for name in absent), False)]
    if fact in writer.absent:
        ways.insert(0, (f"{fact} is ABSENT", cell.accepts_null))
    _unless_absent(writer, kept, [way for way in ways if way[0]])
    writer.indent += 1
    writer.line(f"{kept} = {_known(writer, cell, fact).three_valued}")
    writer.indent -= 1
    return Piece(kept, (kept,))


def _unless_absent(writer: Writer, kept: str, ways: list[tuple[str, bool]]) -> None:
    """Write what holds where an outcome is absent, and an `else` for the rest.

    What a cell compares is kept in lines of its own, which run before its result does:
    they too have to stand where no outcome is absent.
    """
    for word, (test, held) in zip(("if", "elif"), ways, strict=False):
        writer.line(f"{word} {test}:")
        writer.line(f"    {kept} = {held}")
    writer.line("else:")


def _known(writer: Writer, cell: Condition, fact: str) -> Piece:
    """Write a cell as if no outcome were absent."""
    tests: Tests = [test for test in cell.tests if not isinstance(test, IsNull)]
    null = len(tests) < len(cell.tests)
    if null and not tests:
        return Piece(f"({fact} is {'not ' if cell.negated else ''}None)")
    piece = _any(writer, cell, fact, tests)
    if cell.negated:
        piece = Piece(f"(not {piece.text})", piece.needs)
    if null:
        kept = writer.temp(
            f"{not cell.negated} if {fact} is None else ({piece.three_valued})"
        )
        return Piece(kept, (kept,))
    return piece


def _any(writer: Writer, cell: Condition, fact: str, tests: Tests) -> Piece:
    if cell.fact.kind in LISTS:
        return _any_element(writer, fact, tests)
    if _is_exact(writer, cell):
        fact, tests = _in_fractions(writer, fact, tests)
    wanted = _literals(tests)
    if wanted is not None and len(wanted) > 1:
        return Piece(f"({fact} in {writer.objects.add(wanted)})", (fact,))
    pieces = [_test(writer, fact, test) for test in tests]
    if all(set(piece.needs) <= {fact} for piece in pieces):
        text = " or ".join(piece.text for piece in pieces)
        return Piece(f"({text})" if len(pieces) > 1 else text, (fact,))
    return logic_of(writer, "or", pieces)


def _is_exact(writer: Writer, cell: Condition) -> bool:
    """Tell whether a cell of numbers must be compared as fractions.

    A number that was given is a float, and so may be what the page writes beside it.
    One that was computed is exact, and so must be what it is compared with.
    """
    kinds = [cell.fact.kind]
    for test in cell.tests:
        kinds += [one.kind for one in operands(test) if isinstance(one, Name)]
    if Kind.NUMBER not in kinds:
        return False
    return len(kinds) > 1 or writer.names[cell.fact.name] not in writer.floats


def _in_fractions(writer: Writer, fact: str, tests: Tests) -> tuple[str, Tests]:
    """Return the fact, as an exact number, and the tests with exact literals."""
    exactly = [_exact_test(test) for test in tests]
    if fact not in writer.floats:
        return fact, exactly
    return writer.temp(f"None if {fact} is None else exact({fact})"), exactly


def _exact_test(test: Test) -> Test:
    match test:
        case Compare(order, operand):
            return Compare(order, _exact_operand(operand))
        case Within(low, high, low_in, high_in):
            return Within(_exact_operand(low), _exact_operand(high), low_in, high_in)
        case _:
            return test


def _exact_operand(operand: Operand) -> Operand:
    if isinstance(operand, Literal) and isinstance(operand.value, float):
        return Literal(cast(Value, exact(operand.value)))  # only ever compared
    return operand


def _literals(tests: Tests) -> frozenset[object] | None:
    """Return the values of a cell that lists values only."""
    found = [
        test.operand.value
        for test in tests
        if isinstance(test, Compare)
        and test.order == "="
        and isinstance(test.operand, Literal)
    ]
    return frozenset(found) if len(found) == len(tests) else None


def _any_element(writer: Writer, fact: str, tests: Tests) -> Piece:
    """A list holds a cell if any of its elements does."""
    wanted = _literals(tests)
    if wanted is not None:
        text = f"(not {writer.objects.add(wanted)}.isdisjoint({fact}))"
        return Piece(text, (fact,))
    one = writer.objects.fresh("e")
    pieces = [_test(writer, one, test) for test in tests]
    text = " or ".join(piece.text for piece in pieces)
    needs = dict.fromkeys(need for p in pieces for need in p.needs if need != one)
    return Piece(f"any({text} for {one} in {fact})", (fact, *needs))


def _test(writer: Writer, fact: str, test: Test) -> Piece:
    if isinstance(test, Compare):
        text = f"({fact} {ORDERS[test.order]} {_operand(writer, test.operand)})"
        return Piece(text, (fact, *_variables(writer, test)))
    if not isinstance(test, Within):
        raise TypeError(test)
    low, high = _operand(writer, test.low), _operand(writer, test.high)
    above, below = "<=" if test.low_in else "<", "<=" if test.high_in else "<"
    if not _variables(writer, test):
        return Piece(f"({low} {above} {fact} {below} {high})", (fact,))
    # One end that fails settles it, though the other is unknown.
    ends = [
        Piece(f"({end})", tuple(dict.fromkeys((fact, *_variable(writer, operand)))))
        for end, operand in (
            (f"{low} {above} {fact}", test.low),
            (f"{fact} {below} {high}", test.high),
        )
    ]
    return logic(writer, "and", ends[0], ends[1])


def _operand(writer: Writer, operand: Operand) -> str:
    if isinstance(operand, Literal):
        return writer.objects.add(operand.value)
    name = writer.variable(operand.name)
    return f"exact({name})" if name in writer.floats else name


def _variable(writer: Writer, operand: Operand) -> tuple[str, ...]:
    return (writer.variable(operand.name),) if isinstance(operand, Name) else ()


def _variables(writer: Writer, test: Test) -> tuple[str, ...]:
    return tuple(name for one in operands(test) for name in _variable(writer, one))
