"""The functions of an expression, and why others are not in the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import NoReturn, cast

from evenhand.policy.errors import Misread
from evenhand.policy.expressions.dates import text_of, written_date, written_duration
from evenhand.policy.expressions.syntax import Joined, Syntax, Word
from evenhand.policy.expressions.typed import Typed, Values, need_order
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Call, Function, Literal, Node
from evenhand.policy.saying import _
from evenhand.policy.tree import Constant

Arguments = tuple[Syntax, ...]
_TEXTS = "startsWith endsWith contains matches lowerAscii upperAscii replace split"
_KINDS = "int uint double string bool bytes dyn type float list map"
_TIMES = (
    "getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours "
    "getMinutes getSeconds getMilliseconds"
)
_PRESENCE = ("has", "isNull")
_REASONS = (
    (
        (*_TEXTS.split(), "+"),
        "text functions are not in the language",
        "compare whole texts: ==, !=, in",
    ),
    (
        tuple(_KINDS.split()),
        "types are not converted",
        "declare the fact with the type that it has",
    ),
    (
        tuple(_TIMES.split()),
        "parts of a date or a time are not in the language",
        "ask for them as facts of their own",
    ),
    (
        _PRESENCE,
        "an expression does not ask whether something is known",
        "test a column for null or not(null)",
    ),
)


def refuse_function(name: str, offset: int) -> NoReturn:
    """Say why this function is not in the language, or which one was meant."""
    for names, what, form in _REASONS:
        if name in names:
            told = what if name == "+" else f"{name}(): {what}"
            raise Misread(offset, told, form)
    if name in METHODS:
        form = _("ask it of a list: list.{name}()", name=name)
        what = _("{name} stands behind a list", name=name)
        raise Misread(offset, what, form)
    known = (*CALLS, *METHODS)
    near = get_close_matches(name, known, n=1)
    form = (
        _("did you mean {value}?", value=near[0])
        if near
        else _("known: {value}", value=", ".join(CALLS))
    )
    raise Misread(
        offset, _("{name} is not a function of the language", name=name), form
    )


def _extreme(name: Function, values: Values, arguments: Arguments, at: int) -> Typed:
    if len(arguments) < 2:
        raise Misread(at, _("{name} needs two or more values", name=name))
    typed = [values.value(argument) for argument in arguments]
    first = next((one for one in typed if one.bare is None), typed[0])
    together = [values.alike(first, one)[1] for one in typed]
    need_order(first, at)
    nodes = tuple(one.node for one in together)
    kind = next((one.kind for one in together if one.kind is Kind.NUMBER), first.kind)
    return Typed(Call(name, nodes), kind, at)


def _between(name: Function, values: Values, arguments: Arguments, at: int) -> Typed:
    """`days(later - earlier)`; working days may name holidays besides."""
    holidays = _holidays(name, values, arguments, 1)
    form = _("write {name}(later - earlier)", name=name)
    if len(arguments) - len(holidays) != 1:
        raise Misread(
            at, _("{name} takes one difference of two dates", name=name), form
        )
    difference = arguments[0]
    if not isinstance(difference, Joined) or difference.sign != "-":
        raise Misread(difference.offset, _("- is missing between two dates"), form)
    later = values.of_kind(difference.left, Kind.DATE)
    earlier = values.of_kind(difference.right, Kind.DATE)
    call = Call(name, (later.node, earlier.node, *holidays))
    return Typed(call, Kind.WHOLE, at)


def _added(name: Function, values: Values, arguments: Arguments, at: int) -> Typed:
    """`add_months(date, 24)`; working days may name holidays besides."""
    holidays = _holidays(name, values, arguments, 2)
    if len(arguments) - len(holidays) != 2:
        raise Misread(at, _("{name} needs a date and a whole number", name=name))
    start = values.of_kind(arguments[0], Kind.DATE)
    count = values.of_kind(arguments[1], Kind.WHOLE)
    call = Call(name, (start.node, count.node, *holidays))
    return Typed(call, Kind.DATE, at)


def _holidays(
    name: str, values: Values, arguments: Arguments, before: int
) -> tuple[Node, ...]:
    """Return the list of holidays, if it is named, as one literal: each day once."""
    if "working" not in name or len(arguments) != before + 1:
        return ()
    word = arguments[before]
    known = values.scope.find(word.name) if isinstance(word, Word) else None
    if known is None or not isinstance(known.declared, Constant):
        form = _("name a list of date of ## Values")
        raise Misread(word.offset, _("these are not the holidays"), form)
    if known.kind is not Kind.DATES:
        form = _("declare it under ## Values as a list of date")
        raise Misread(word.offset, f"{known.name} is {known.kind}", form)
    days = cast(tuple[date, ...], known.declared.value)
    return (Literal(tuple(sorted(set(days)))),)


def _written(name: str, _values: Values, arguments: Arguments, at: int) -> Typed:
    token = text_of(name, arguments, at)
    return written_duration(token) if name == "duration" else written_date(token)


_Reader = Callable[[Values, Arguments, int], Typed]
CALLS: Mapping[str, _Reader] = {
    "min": partial(_extreme, "min"),
    "max": partial(_extreme, "max"),
    "days": partial(_between, "days"),
    "months": partial(_between, "months"),
    "working_days": partial(_between, "working_days"),
    "add_months": partial(_added, "add_months"),
    "add_working_days": partial(_added, "add_working_days"),
    "date": partial(_written, "date"),
    "timestamp": partial(_written, "timestamp"),
    "duration": partial(_written, "duration"),
}
# The first of these names is the list that is looked through; `typing` reads them.
METHODS = ("exists", "all", "exists_one", "filter", "map", "size", "sum", "min", "max")
