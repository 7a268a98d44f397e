"""Durations: whole seconds, written `3 days`, `1 day 4 hours`, or as ISO 8601 text."""

from __future__ import annotations

import re
from datetime import timedelta

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.saying import _
from evenhand.policy.tokens import Reader, Token

_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
UNITS = {word: size for unit, size in _SECONDS.items() for word in (unit, f"{unit}s")}
_TOLD = ("day", "hour", "minute", "second")
_FORM = "write 3 days, 2 hours, 90 minutes or 1 day 4 hours"
_ISO = re.compile(
    r"(?P<sign>-?)P(?:(?P<week>[0-9]{1,15})W)?(?:(?P<day>[0-9]{1,15})D)?"
    r"(?:T(?=[0-9])(?:(?P<hour>[0-9]{1,15})H)?(?:(?P<minute>[0-9]{1,15})M)?"
    r"(?:(?P<second>[0-9]{1,15})S)?)?"
)


def read_duration(reader: Reader) -> int:
    """Read `1 day 4 hours` or `-2 hours` in seconds; the larger unit comes first."""
    start = reader.next.offset
    minus = reader.take_sign("-")
    if not begins_duration(reader):
        raise Misread(start, _("{next} is not a duration", next=reader.next), _FORM)
    total, last = 0, 0
    while begins_duration(reader):
        token, unit = reader.take(), reader.take()
        size = UNITS[unit.text]
        if last and size >= last:
            raise Misread(token.offset, _("the larger unit comes first"), _FORM)
        total, last = total + _count(token) * size, size
    if total > limits.LARGEST:
        raise Misread(start, _("the duration is too long"))
    return -total if minus else total


def begins_duration(reader: Reader) -> bool:
    """Tell whether a number and a unit of time come next."""
    return reader.next.kind == "number" and reader.after.is_word(*UNITS)


def _count(token: Token) -> int:
    if "." in token.text:
        what = _("{token} is not a whole number", token=token)
        raise Misread(token.offset, what, _("write 90 minutes, not 1.5 hours"))
    return int(token.text)


def seconds_of(text: str) -> int | None:
    """Return the seconds of an ISO 8601 duration (`PT72H`, `P1DT4H`, `P2W`).

    None if it is none, or counts months or years, which have no fixed length.
    """
    match = _ISO.fullmatch(text)
    if match is None or text.endswith("P"):
        return None
    total = sum(int(match[unit] or 0) * size for unit, size in _SECONDS.items())
    return -total if match["sign"] else total


def told_duration(seconds: int) -> str:
    """Write seconds as a person does and as a page reads it: 1 day 4 hours."""
    rest, parts = abs(seconds), []
    for unit in _TOLD:
        count, rest = divmod(rest, _SECONDS[unit])
        if count:
            parts.append(f"{count} {unit}" + ("s" if count > 1 else ""))
    return ("-" if seconds < 0 else "") + (" ".join(parts) or "0 seconds")


def from_outside(value: object) -> int | None:
    """Take whole seconds, a timedelta without a fraction of one, or ISO 8601 text."""
    if isinstance(value, str):
        return seconds_of(value)
    if isinstance(value, timedelta):
        return None if value.microseconds else value // timedelta(seconds=1)
    if type(value) is int or (isinstance(value, float) and value.is_integer()):
        return int(value)
    return None
