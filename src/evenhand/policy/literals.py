"""Values as they are written on a page, read for the kind that they must have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from evenhand.kernel.money import Money
from evenhand.policy.errors import Misread
from evenhand.policy.kinds import NO, NUMERIC, YES, Kind, Value
from evenhand.policy.tokens import Reader, Token

Words = tuple[str, ...]


def read_value(reader: Reader, kind: Kind, words: Words, currency: str) -> Value:
    """Read one value of this kind; `words` are what a `one of` may be, if limited.

    Misread says what such a value looks like.
    """
    if kind is Kind.MONEY or kind in NUMERIC:
        return _number(reader, kind, currency)
    read = _READERS[kind]
    return read(reader.take(), words)


def number(token: Token, kind: Kind, currency: str) -> int | float:
    """Read a number token: money in minor units, a whole number, or any number."""
    if kind is Kind.MONEY:
        try:
            return Money.of(token.text, currency).minor
        except ValueError as error:
            raise Misread(token.offset, str(error)) from error
    if "." not in token.text:
        return int(token.text)
    if kind is Kind.WHOLE:
        raise Misread(token.offset, f"{token} is not a whole number")
    return float(Decimal(token.text))


def _number(reader: Reader, kind: Kind, currency: str) -> int | float:
    minus = reader.take_sign("-")
    token = reader.take()
    if token.kind != "number":
        form = "write an amount such as 129.00" if kind is Kind.MONEY else ""
        raise Misread(token.offset, f"{token} is not a number", form)
    amount = number(token, kind, currency)
    return -amount if minus else amount


def _yes_no(token: Token, _words: Words) -> bool:
    if token.is_word(*YES):
        return True
    if token.is_word(*NO):
        return False
    raise Misread(token.offset, f"{token} is neither yes nor no", "write yes or no")


def day(token: Token, _words: Words = ()) -> date:
    """Read a date token; Misread for a day that no calendar has."""
    try:
        return date.fromisoformat(token.text if token.kind == "date" else "")
    except ValueError as error:
        form = "write a day such as 2026-06-15"
        raise Misread(token.offset, f"{token} is not a date", form) from error


def _one_of(token: Token, words: Words) -> str:
    if token.kind not in ("word", "string", "number"):
        raise Misread(token.offset, f"a word is missing before {token}")
    if words and token.text not in words:
        form = f"write one of {', '.join(words[:12])}"
        raise Misread(token.offset, f"{token} is not one of its words", form)
    return token.text


def _text(token: Token, words: Words) -> str:
    if token.kind == "string" or (words and token.kind == "word"):
        return _one_of(token, words)
    raise Misread(token.offset, f"{token} is not a text", 'write it in quotes: "…"')


_READERS: dict[Kind, Callable[[Token, Words], Value]] = {
    Kind.YES_NO: _yes_no,
    Kind.DATE: day,
    Kind.ONE_OF: _one_of,
    Kind.TEXT: _text,
    Kind.TEXTS: _text,
}
