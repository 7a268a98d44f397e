"""Values as they are written on a page, read for the kind that they must have."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import cast

from evenhand.kernel.money import Money
from evenhand.policy import limits
from evenhand.policy.durations import read_duration
from evenhand.policy.errors import Misread
from evenhand.policy.kinds import NO, NUMERIC, YES, Kind, Scalar, element
from evenhand.policy.saying import _
from evenhand.policy.tokens import Reader, Token, quoted

_BARE = re.compile(r"[^\W\d]\w*(?:-\w+)*")  # a word that needs no quotes
_PART = re.compile(r'("[^"]*"\s*|[^,]*)(,|$)')  # of a result that lists texts
Words = tuple[str, ...]


def read_texts(text: str, words: Words) -> tuple[str, ...]:
    """Read a result that is a list of text: `repair, "price reduction"`.

    A text stands in quotes if it holds a comma; `words` are those allowed, if any are.
    """
    found = []
    for part in _PART.finditer(text):
        word = part[1].strip()
        at = part.end(1) - len(part[1].lstrip())
        if len(word) > 1 and word[0] == word[-1] == '"':
            word = word[1:-1]
        if not word:
            behind = Token("sign" if part[2] else "end", part[2], part.start(2))
            missing = _("a word is missing before {token}", token=behind)
            raise Misread(behind.offset, missing)
        found.append(_one_of(Token("word", word, at), words))
        if not part[2]:
            break
    return tuple(found)


def read_value(reader: Reader, kind: Kind, words: Words, currency: str) -> Scalar:
    """Read one value of this kind; `words` are what a `one of` may be, if limited.

    Misread says what such a value looks like. Lists are read by `read_list`.
    """
    if kind is Kind.MONEY or kind in NUMERIC:
        return _number(reader, kind, currency)
    if kind is Kind.DURATION:
        return read_duration(reader)
    read = _READERS[kind]
    return read(reader.take(), words)


def read_list(
    reader: Reader, kind: Kind, words: Words, currency: str
) -> tuple[Scalar, ...]:
    """Read `[a, b]`, or the same without brackets up to the end; `[]` is empty."""
    opened = reader.take_sign("[")
    found: list[Scalar] = []
    while not reader.next.is_sign("]") and reader.next.kind != "end":
        if found and not reader.take_comma():
            reader.expect(",")
        refuse_more(len(found), reader)
        found.append(read_value(reader, element(kind), words, currency))
    if opened:
        reader.expect("]")
    return tuple(found)


def refuse_more(found: int, reader: Reader) -> None:
    """Misread where a list on the page would grow past what a list may hold."""
    if found >= limits.LIST_ITEMS:
        most = _("a list holds at most {list_items}", list_items=limits.LIST_ITEMS)
        raise Misread(reader.next.offset, _("the list is too long"), most)


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
        raise Misread(token.offset, _("{token} is not a whole number", token=token))
    return float(Decimal(token.text))


def _number(reader: Reader, kind: Kind, currency: str) -> int | float:
    minus = reader.take_sign("-")
    token = reader.take()
    if token.kind != "number":
        form = _("write an amount such as 129.00") if kind is Kind.MONEY else ""
        raise Misread(token.offset, _("{token} is not a number", token=token), form)
    amount = number(token, kind, currency)
    return -amount if minus else amount


def _yes_no(token: Token, _words: Words) -> bool:
    if token.is_word(*YES):
        return True
    if token.is_word(*NO):
        return False
    raise Misread(
        token.offset,
        _("{token} is neither yes nor no", token=token),
        _("write yes or no"),
    )


def day(token: Token, _words: Words = ()) -> date:
    """Read a date token; Misread for a day that no calendar has."""
    try:
        return date.fromisoformat(token.text if token.kind == "date" else "")
    except ValueError as error:
        form = _("write a day such as 2026-06-15")
        raise Misread(
            token.offset, _("{token} is not a date", token=token), form
        ) from error


def _one_of(token: Token, words: Words) -> str:
    if token.kind not in ("word", "string", "number"):
        raise Misread(token.offset, _("a word is missing before {token}", token=token))
    if words and token.text not in words:
        known = (one if _BARE.fullmatch(one) else quoted(one) for one in words[:12])
        form = _("write one of {value}", value=", ".join(known))
        raise Misread(
            token.offset, _("{token} is not one of its words", token=token), form
        )
    return token.text


def _text(token: Token, words: Words) -> str:
    if token.kind == "string" or (words and token.kind == "word"):
        return _one_of(token, words)
    raise Misread(
        token.offset,
        _("{token} is not a text", token=token),
        _('write it in quotes: "…"'),
    )


_READERS = cast(
    dict[Kind, Callable[[Token, Words], Scalar]],
    {
        Kind.YES_NO: _yes_no,
        Kind.DATE: day,
        Kind.ONE_OF: _one_of,
        Kind.TEXT: _text,
    },
)
