"""The words and signs of cells and expressions, and a reader over them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, Self

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.saying import _

TokenKind = Literal["date", "number", "string", "word", "sign", "end"]

_PARTS = (
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)
_SIGNS = r"|(?P<sign>\.\.|<=|>=|!=|==|[-+*/<>=()\[\],;?:])"
_MORE_SIGNS = r"|(?P<sign><=|>=|!=|==|&&|\|\||[-+*/<>=()\[\],;?:.!%])"
# In a cell a word may hold a hyphen (not-as-described); in an expression that is minus.
_IN_CELLS = re.compile(_PARTS + _SIGNS + r"|(?P<word>[^\W\d]\w*(?:-\w+)*)")
_IN_EXPRESSIONS = re.compile(_PARTS + _MORE_SIGNS + r"|(?P<word>[^\W\d]\w*)")
_PLAINLY = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "–": "-"}
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3}(?![0-9])")
_SPACE = re.compile(r"\s*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign and the offset at which it begins; a string has no quotes."""

    kind: TokenKind
    text: str
    offset: int

    def is_sign(self, *signs: str) -> bool:
        """Tell whether this is one of these signs."""
        return self.kind == "sign" and self.text in signs

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of these words, unquoted."""
        return self.kind == "word" and self.text in words

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"“{self.text}”"


class Reader:
    """Tokens of one text, read forward."""

    __slots__ = ("_at", "_tokens", "text")

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self._tokens = tokens
        self._at = 0

    @classmethod
    def of_cell(cls, text: str) -> Self:
        """Read a cell's tests; Misread at the first character that fits nothing."""
        return cls(text, _tokens(text, _IN_CELLS))

    @classmethod
    def of_expression(cls, text: str) -> Self:
        """Read an expression; Misread at the first character that fits nothing."""
        return cls(text, _tokens(text, _IN_EXPRESSIONS))

    @property
    def next(self) -> Token:
        """The token to be read."""
        return self._tokens[self._at]

    @property
    def after(self) -> Token:
        """The token after the next one."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read one token; the end stays the end."""
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def take_sign(self, *signs: str) -> Token | None:
        """Read the next token if it is one of these signs."""
        return self.take() if self.next.is_sign(*signs) else None

    def take_comma(self) -> Token | None:
        """Read a comma between values; Misread where it parts thousands: 1,000."""
        before = self._tokens[max(self._at - 1, 0)]
        comma = self.take_sign(",")
        if comma and _THOUSANDS.match(self.text, before.offset):
            read = f"{before.text},{self.next.text}"
            what = _("a comma means or: {read} would be two values", read=read)
            form = _(
                "write {number}, or a space behind the comma",
                number=read.replace(",", ""),
            )
            raise Misread(before.offset, what, form)
        return comma

    def expect(self, sign: str) -> Token:
        """Read this sign; Misread if something else comes."""
        if not self.next.is_sign(sign):
            raise Misread(
                self.next.offset,
                _("{sign} is missing before {next}", sign=sign, next=self.next),
            )
        return self.take()

    def expect_end(self) -> None:
        """Misread if anything is left."""
        if self.next.kind != "end":
            what = _("{next} is not expected here", next=self.next)
            form = _joined() if self._is_next_condition() else _instead(self.next)
            raise Misread(self.next.offset, what, form)

    def _is_next_condition(self) -> bool:
        """Whether another condition was begun behind a comma: > 14, days <= 30."""
        if self._at < 2 or not self.next.is_sign("<", "<=", ">", ">=", "=", "=="):
            return False
        comma, name = self._tokens[self._at - 2 : self._at]
        return comma.is_sign(",") and name.kind == "word"


def _joined() -> str:
    return _("join conditions by a semicolon; for or write a row for each")


def _instead(token: Token) -> str:
    """Say what is meant where one of the usual slips stands."""
    if token.is_word("or", "and"):
        return _joined()
    if token.kind == "word" and _CURRENCY.fullmatch(token.text):
        return _("write the amount alone: 129.00")
    return _instead_of_sign(token.text) if token.kind == "sign" else ""


def _instead_of_sign(sign: str) -> str:
    if sign == ",":
        return _("one value stands here; a thousand has no comma: 1000")
    if sign in ("..", "-"):
        return _("a range stands in brackets: [1..5]")
    if sign in ("<", "<=", ">", ">=", "=", "=="):
        return _("write one comparison, or 1 < days and days < 3 in an expression")
    if sign in ("+", "*", "/"):
        return _("derive it under ## Derived and test its name")
    return ""


def _tokens(text: str, pattern: re.Pattern[str]) -> list[Token]:
    found: list[Token] = []
    at = _after_space(text, 0)
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise Misread(at, *_unreadable(text[at]))
        found.append(_token(match))
        at = _after_space(text, match.end())
    found.append(Token("end", "", at))
    return found


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _token(match: re.Match[str]) -> Token:
    text, at = match[0], match.start()
    if match["string"] is not None:
        return Token("string", _unescaped(text[1:-1], at + 1), at)
    if match["number"] is not None:
        if len(text) > limits.DIGITS + 1:
            raise Misread(
                at,
                _("the number is too long"),
                _("{digits} digits do", digits=limits.DIGITS),
            )
        return Token("number", text, at)
    if match["date"] is not None:
        return Token("date", text, at)
    return Token("sign" if match["sign"] is not None else "word", text, at)


def _unescaped(text: str, at: int) -> str:
    """A quote or a backslash inside a text is written with a backslash before it."""
    for match in _ESCAPE.finditer(text):
        if match[1] not in "\\\"'":
            what = _("{value} has no meaning in a text", value=match[0])
            raise Misread(at + match.start(), what, _("write the character itself"))
    return _ESCAPE.sub(r"\1", text)


def quoted(text: str) -> str:
    """Write a text as a cell or an expression reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unreadable(character: str) -> tuple[str, str]:
    if character in "\"'":
        return _("a quote is not closed"), _('write "…"')
    if character in "“”‘’":
        what = _("{character} is not a quote here", character=character)
        return what, _('use straight quotes "…"')
    if character in "&|!":
        what = _("{character} is not used here", character=character)
        return what, _("write and, or, not")
    if character in "{}":
        form = _("give each entry a name under ## Values")
        return _("maps are not in the language"), form
    what = _("{character} cannot be read", character=character)
    return what, _plainly(character)


def _plainly(character: str) -> str:
    """Say how a page writes what this character means; "" if that cannot be told."""
    plain = _PLAINLY.get(character)
    if plain is None and character.isdigit():
        plain = unicodedata.normalize("NFKC", character)
        plain = plain if plain.isascii() else str(unicodedata.digit(character))
    if plain:
        return _("write {plain}", plain=plain)
    if character == ".":
        return _("write a day as 2026-06-15, a number as 0.5")
    if unicodedata.category(character) == "Sc":
        return _("write the amount alone: 129.00")
    return _("write the number alone: 20") if character in "%‰" else ""
