"""Dates moved by days, and dates and durations in CEL's own spelling."""

from __future__ import annotations

import re
from typing import cast

from evenhand.policy import limits
from evenhand.policy.durations import seconds_of
from evenhand.policy.errors import Misread
from evenhand.policy.expressions.syntax import Joined, Syntax, Written
from evenhand.policy.expressions.typed import Typed
from evenhand.policy.kinds import Kind
from evenhand.policy.literals import day
from evenhand.policy.nodes import Arithmetic, Binary, Literal, Node
from evenhand.policy.saying import _
from evenhand.policy.tokens import Token

_DAY = 86_400
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T00:00:00(?:\.0{1,9})?Z")
_GO = re.compile(
    r"(?P<sign>-?)(?=[0-9])(?:(?P<h>[0-9]{1,15})h)?"
    r"(?:(?P<m>[0-9]{1,15})m)?(?:(?P<s>[0-9]{1,15})s)?"
)


def moved(syntax: Joined, left: Typed, right: Typed) -> Typed:
    """Type a date so many days on or back; a duration must be whole written days."""
    if left.kind is right.kind:
        form = _("write days(later - earlier) or months(later - earlier)")
        raise Misread(left.offset, _("the time between two dates has no unit"), form)
    if right.kind is Kind.DATE:
        if syntax.sign == "-" or left.kind is not Kind.DURATION:
            form = _("write date + 14, or date - 14")
            raise Misread(syntax.at, _("the date comes first"), form)
        left, right = right, left
    sign = cast(Arithmetic, syntax.sign)
    return Typed(Binary(sign, left.node, _days(right)), Kind.DATE, syntax.offset)


def _days(typed: Typed) -> Node:
    if typed.kind is Kind.WHOLE:
        return typed.node
    if typed.kind is not Kind.DURATION:
        what = _(
            "this is {kind}, but {whole} is needed here",
            kind=typed.kind,
            whole=Kind.WHOLE,
        )
        raise Misread(typed.offset, what, _("a date moves by whole days: date + 14"))
    if isinstance(typed.node, Literal):
        days, rest = divmod(cast(int, typed.node.value), _DAY)
        if rest == 0:
            return Literal(days)
    form = _("write date + 14, or date + 14 days")
    raise Misread(typed.offset, _("a date moves by whole written days"), form)


def text_of(name: str, arguments: tuple[Syntax, ...], offset: int) -> Token:
    """Return the one text in quotes that date(), timestamp() and duration() take."""
    if len(arguments) == 1 and isinstance(arguments[0], Written):
        token = arguments[0].token
        if token.kind == "string":
            return token
    form = _('write date("2026-06-15"), duration("72h")')
    raise Misread(offset, _("{name} takes one text in quotes", name=name), form)


def written_date(token: Token) -> Typed:
    """Read date("2026-06-15") and CEL's timestamp of a midnight, UTC."""
    midnight = _MIDNIGHT.fullmatch(token.text)
    text = midnight[1] if midnight else token.text
    if len(text) != len("2026-06-15"):
        form = _('a fact is a whole day: write "2026-06-15", or midnight')
        raise Misread(token.offset, _("a time of day is not in the language"), form)
    read = day(Token("date", text, token.offset))
    return Typed(Literal(read), Kind.DATE, token.offset)


def written_duration(token: Token) -> Typed:
    """Read duration("72h"), as CEL writes it, or as ISO 8601 does: "PT72H"."""
    seconds = _go_seconds(token.text)
    if seconds is None:
        seconds = seconds_of(token.text)
    if seconds is None or abs(seconds) > limits.LARGEST:
        form = _('write 3 days, duration("72h") or duration("1h30m")')
        what = _("this is no duration of whole seconds")
        raise Misread(token.offset, what, form)
    kind, nonzero = Kind.DURATION, seconds != 0
    return Typed(Literal(seconds), kind, token.offset, nonzero=nonzero)


def _go_seconds(text: str) -> int | None:
    match = _GO.fullmatch(text)
    if match is None:
        return None
    parts = (int(match[unit] or 0) * size for unit, size in _GO_UNITS)
    return -sum(parts) if match["sign"] else sum(parts)


_GO_UNITS = (("h", 3600), ("m", 60), ("s", 1))
