"""The facts of a case read into variables: checked in place where that is cheap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from evenhand.policy import limits
from evenhand.policy.kinds import Kind

if TYPE_CHECKING:
    from evenhand.policy.compiled.writer import Writer
    from evenhand.policy.tree import Fact

# What a check in place must not take for another: True is an int to `isinstance`.
_EXACT = {
    Kind.WHOLE: int,
    Kind.MONEY: int,
    Kind.DURATION: int,
    Kind.NUMBER: float,
    Kind.DATE: date,
}


def read(
    writer: Writer, fact: Fact, reader: Callable[[object], Any], *, gaps: bool
) -> None:
    """Write how a fact comes into its variable.

    A value that is not plainly right goes to the fact's own reader, which takes other
    spellings of it or raises FactError. A fact that is not given is a KeyError; one
    that is None ends the function, unless it is for cases with gaps.
    """
    variable, objects = writer.names[fact.name], writer.objects
    name, call = objects.add(fact.name), f"{objects.add(reader)}({variable})"
    writer.line(f"{variable} = f[{name}]")
    writer.line(f"if {_needs_reader(writer, fact, variable)}:")
    if gaps:
        writer.line(f"    if {variable} is not None: {variable} = {call}")
    else:
        writer.line(f"    if {variable} is None: return None")
        writer.line(f"    {variable} = {call}")


def _needs_reader(writer: Writer, fact: Fact, variable: str) -> str:
    """Return the test that a value is not plainly right."""
    kind, words, objects = fact.kind, fact.domain.words, writer.objects
    if kind is Kind.YES_NO:
        return f"{variable} is not True and {variable} is not False"
    if words and kind in (Kind.ONE_OF, Kind.TEXT):
        return f"{variable} not in {objects.add(frozenset(words))}"
    exactly = _EXACT.get(kind)
    if exactly is None:
        return "True"
    right = [f"type({variable}) is {objects.add(exactly)}"]
    if kind is Kind.NUMBER:  # 3.0 is read as 3
        right.append(f"{variable} % 1")
    right += _inside(writer, fact, variable)
    return f"not ({' and '.join(right)})"


def _inside(writer: Writer, fact: Fact, variable: str) -> list[str]:
    """Return the test that a value lies in its domain; empty if all do."""
    low, high = _bounds(fact)
    ends = [variable]
    ends = ends if low is None else [writer.objects.add(low), *ends]
    ends = ends if high is None else [*ends, writer.objects.add(high)]
    return [" <= ".join(ends)] if len(ends) > 1 else []


def _bounds(fact: Fact) -> tuple[Any, Any]:
    low, high = fact.domain.low, fact.domain.high
    if fact.kind is Kind.DATE:
        return low, high
    return (
        -limits.LARGEST if low is None else low,
        limits.LARGEST if high is None else high,
    )
