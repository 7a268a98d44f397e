"""Read cells and expressions of GoRules ZEN and of FEEL into forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, cast

from evenhand.policy.exchange.forms import (
    Applied,
    Cell,
    Either,
    Form,
    Given,
    Inverted,
    Items,
    Joined,
    Path,
    Sign,
    Span,
    Subject,
    Unread,
    parts,
)

Dialect = Literal["zen", "feel"]
_LONGEST = 4_000  # characters of one cell or expression
_DEEPEST = 24
_HIGHEST = 100
_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<number>(?:[0-9][0-9_]*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>\.\.|\*\*|==|!=|<=|>=|&&|\|\||\?\?|[-+*/%^<>=!()\[\]{},?:.@])"
    r"|(?P<word>[^\W\d]\w*|[$#]\w*)"
    r")"
)
_ESCAPED = re.compile(r"\\(.)")
_ORDERS = ("=", "==", "!=", "<", "<=", ">", ">=")
_SPACED = (
    *("list contains", "starts with", "ends with", "date and time"),
    *("round half up", "round half down", "round up", "round down"),
    *("days and time duration", "years and months duration"),
)
_RESERVED = frozenset({"and", "or", "in", "not", "if", "then", "else", "between"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["number", "string", "sign", "word", "name", "end"]
    text: str

    def is_any(self, *texts: str) -> bool:
        return self.kind in ("sign", "word") and self.text in texts


_END = _Token("end", "")


@dataclass(frozen=True, slots=True)
class Spaced:
    """Names that are more than one word, and their lengths, the longest first.

    The longest name that fits is meant: `Monthly Salary`, not `Monthly`.
    """

    names: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()

    def at(self, text: str, place: int) -> str:
        """Return the name that begins at this place, empty if none does."""
        for length in self.lengths:
            end = place + length
            name = text[place:end]
            after = text[end : end + 1]
            if name in self.names and not (after.isalnum() or after == "_"):
                return name
        return ""


def spaced(names: Iterable[str]) -> Spaced:
    """Prepare the names of a model that are more than one word."""
    found = {name for name in (*names, *_SPACED) if name and not name.isidentifier()}
    return Spaced(frozenset(found), tuple(sorted({*map(len, found)}, reverse=True)))


def read_form(text: str, dialect: Dialect, names: Spaced | None = None) -> Form:
    """Read an expression; Unread if it is none. FEEL's names may hold spaces."""
    reader = _Reader(text, dialect, names)
    form = reader.whole()
    reader.end()
    _refuse_too_deep(form)
    return form


def read_cell(text: str, dialect: Dialect, names: Spaced | None = None) -> Cell | None:
    """Read the tests of a cell; None if anything will do."""
    text = text.strip()
    if text in ("", "-"):
        return None
    reader = _Reader(text, dialect, names, unary=True)
    cell = reader.cell()
    reader.end()
    for form in cell.forms:
        _refuse_too_deep(form)
    return cell


def _refuse_too_deep(form: Form) -> None:
    """Bound the height of a form: whatever walks it calls itself once a level."""
    level, height = [form], 0
    while level:
        height += 1
        if height > _HIGHEST:
            raise Unread(f"it joins more than {_HIGHEST} parts in one")
        level = [part for one in level for part in parts(one)]


_FEEL_NAMES = spaced(())


class _Reader:
    __slots__ = ("at", "depth", "dialect", "names", "tokens", "unary")

    def __init__(
        self, text: str, dialect: Dialect, names: Spaced | None, *, unary: bool = False
    ) -> None:
        if len(text) > _LONGEST:
            raise Unread(f"it has {len(text)} characters")
        self.dialect = dialect
        self.names = (names or _FEEL_NAMES) if dialect == "feel" else Spaced()
        self.unary = unary
        self.depth = 0
        self.at = 0
        self.tokens = [*self._tokens(text), _END]

    def _tokens(self, text: str) -> list[_Token]:
        found: list[_Token] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            while text[at].isspace():
                at += 1
            name = self.names.at(text, at)
            if name:
                found.append(_Token("name", name))
                at += len(name)
                continue
            match = _TOKEN.match(text, at)
            if match is None:
                raise Unread(f"{text[at : at + 12]!r} is not read")
            kind = cast("Literal['number', 'string', 'sign', 'word']", match.lastgroup)
            found.append(_Token(kind, match[kind]))
            at = match.end()
        return found

    # Moving on

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def took(self, *texts: str) -> str:
        return self.take().text if self.next.is_any(*texts) else ""

    def need(self, text: str) -> None:
        if not self.took(text):
            raise Unread(f"{text} is missing before {self.next.text or 'the end'}")

    def end(self) -> None:
        if self.next.kind != "end":
            raise Unread(f"{self.next.text} is not expected")

    def _deeper(self, read: Callable[[], Form]) -> Form:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unread("it is nested too deep")
        form = read()
        self.depth -= 1
        return form

    # Cells

    def cell(self) -> Cell:
        start = self.at
        if self.took("not") and self.took("("):
            forms = self._alternatives()
            if self.took(")") and self.next.kind == "end":
                return Cell(forms, negated=True)
        self.at = start
        return Cell(self._alternatives())

    def _alternatives(self) -> tuple[Form, ...]:
        forms = [self.whole()]
        while self.took(","):
            forms.append(self.whole())
        return tuple(forms)

    # Expressions, from loose to tight

    def whole(self) -> Form:
        return self._deeper(self._either)

    def _either(self) -> Form:
        if self.dialect == "feel" and self.took("if"):
            test = self.whole()
            self.need("then")
            yes = self.whole()
            self.need("else")
            return Either(test, yes, self.whole())
        test = self._or()
        if self.dialect == "zen" and self.took("?"):
            yes = self.whole()
            self.need(":")
            return Either(test, yes, self.whole())
        return test

    def _or(self) -> Form:
        form = self._and()
        while self.took("or", "||"):
            form = Joined("or", form, self._and())
        return form

    def _and(self) -> Form:
        form = self._not()
        while self.took("and", "&&"):
            form = Joined("and", form, self._not())
        return form

    def _not(self) -> Form:
        if self.took("!") or self.took("not"):
            return Inverted("not", self._deeper(self._not))
        return self._compared()

    def _compared(self) -> Form:
        order = self.took(*_ORDERS) if self.unary else ""
        if order:
            return Joined(_sign(order), Subject(), self._sum())
        form = self._sum()
        order = self.took(*_ORDERS)
        if order:
            return Joined(_sign(order), form, self._sum())
        if self.took("between"):
            low = self._sum()
            self.need("and")
            return Joined("in", form, Span(low, self._sum(), low_in=True, high_in=True))
        if self.next.is_any("not") and self.tokens[self.at + 1].is_any("in"):
            self.at += 2
            return Inverted("not", Joined("in", form, self._sum()))
        if self.took("in"):
            return Joined("in", form, self._sum())
        return form

    def _sum(self) -> Form:
        form = self._product()
        while sign := self.took("+", "-"):
            form = Joined("+" if sign == "+" else "-", form, self._product())
        return form

    def _product(self) -> Form:
        form = self._power()
        while sign := self.took("*", "/"):
            form = Joined("*" if sign == "*" else "/", form, self._power())
        return form

    def _power(self) -> Form:
        form = self._signed()
        if self.took("**", "^"):
            return Joined("**", form, self._deeper(self._signed))
        return form

    def _signed(self) -> Form:
        if not self.took("-"):
            return self._primary()
        inner = self._deeper(self._signed)
        if isinstance(inner, Given) and isinstance(inner.value, Decimal):
            return Given(-inner.value)
        return Inverted("-", inner)

    def _primary(self) -> Form:
        token = self.take()
        match token.kind:
            case "number":
                return Given(Decimal(token.text.replace("_", "")))
            case "string":
                return Given(_ESCAPED.sub(_unescaped, token.text[1:-1]))
            case "word" | "name":
                return self._word(token)
        if token.is_any("(", "[", "]"):
            return self._bracket(token.text)
        if token.is_any("?") and self.dialect == "feel":
            return Subject()
        if token.is_any("@") and self.next.kind == "string":
            return _day(self.take().text[1:-1])
        raise Unread(f"{token.text or 'the end'} is not a value")

    def _bracket(self, opening: str) -> Form:
        if opening == "[" and self.took("]"):
            return Items(())
        unary, self.unary = self.unary, False
        first = self.whole()
        if self.took(".."):
            high = self._sum()
            closing = self.took("]", ")", "[")
            self.unary = unary
            if not closing:
                raise Unread("a range has no end")
            return Span(first, high, opening == "[", closing == "]")
        items = [first]
        while opening == "[" and self.took(","):
            items.append(self.whole())
        self.unary = unary
        if opening == "[":
            self.need("]")
            return Items(tuple(items))
        self.need(")")
        return first

    def _word(self, token: _Token) -> Form:
        if token.kind == "word" and token.text in _CONSTANTS:
            return Given(_CONSTANTS[token.text])
        if token.kind == "word" and token.text in _RESERVED:
            raise Unread(f"{token.text} is not a value")
        name = token.text
        while self.took("."):
            part = self.take()
            if part.kind not in ("word", "name"):
                raise Unread(f"{part.text or 'the end'} is not a field")
            name += f".{part.text}"
        if self.took("("):
            return self._called(name)
        if self.next.is_any("[") and not self.unary:
            raise Unread("an element picked from a list")
        if name == "$" and self.dialect == "zen":
            return Subject()
        # `$.x` is what this node has computed, `$root.x` what came in: both are x.
        return Path(name.removeprefix("$root.").removeprefix("$."))

    def _called(self, name: str) -> Form:
        unary, self.unary = self.unary, False
        arguments: list[Form] = []
        while not self.took(")"):
            arguments.append(self.whole())
            if not self.next.is_any(")"):
                self.need(",")
        self.unary = unary
        only = arguments[0] if len(arguments) == 1 else None
        if name == "date" and isinstance(only, Given) and isinstance(only.value, str):
            return _day(only.value)
        if name == "contains" and isinstance(
            arguments[0] if arguments else None, Items
        ):
            return Joined("in", arguments[-1], arguments[0])
        return Applied(name, tuple(arguments))


_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(match[1], match[1])


def _day(text: str) -> Form:
    """A day is a day; `date("now")` and an instant stay a function of a text."""
    try:
        return Given(date.fromisoformat(text))
    except ValueError:
        return Applied("date", (Given(text),))


def _sign(order: str) -> Sign:
    return "=" if order == "==" else cast("Sign", order)
