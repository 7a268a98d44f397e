"""The tests of a cell (DMN's S-FEEL unary tests): `<= 14`, `[1..5)`, `not(a, b)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.kinds import LISTS, ORDERED, Kind, Value, element
from evenhand.policy.literals import read_value
from evenhand.policy.nodes import (
    Compare,
    Condition,
    IsNull,
    Literal,
    Name,
    Operand,
    Order,
    Test,
    Within,
)
from evenhand.policy.saying import _
from evenhand.policy.scope import Known, Scope
from evenhand.policy.tokens import Reader

_COMPARABLE = {Kind.WHOLE: Kind.NUMBER, Kind.ONE_OF: Kind.TEXT}


def read_condition(text: str, known: Known, scope: Scope) -> Condition | None:
    """Read a cell for this fact; None if it is empty or `-` (anything will do).

    Misread tells the offset in the text. Two inequalities joined by a comma are
    refused: a comma means "or", so `>= 5, < 10` would hold for every number.
    """
    if text in ("", "-"):
        return None
    return _CellReader(text, known, scope).read()


class _CellReader:
    __slots__ = ("known", "reader", "scope")

    def __init__(self, text: str, known: Known, scope: Scope) -> None:
        self.reader = Reader.of_cell(text)
        self.known = known
        self.scope = scope

    def read(self) -> Condition:
        negated = self.reader.next.is_word("not") and self.reader.after.is_sign("(")
        if negated:
            self.reader.take()
            self.reader.take()
        listed = self.known.kind in LISTS
        tests = self._tests(self._list_test if listed else self._test)
        if negated:
            self.reader.expect(")")
        self.reader.expect_end()
        self._refuse_trap(tests)
        name = Name(self.known.name, self.known.kind)
        return Condition(name, tuple(tests), negated, self.reader.text)

    def _tests(self, read: Callable[[], Test]) -> list[Test]:
        tests = [read()]
        while self.reader.take_comma():
            if len(tests) >= limits.TESTS_IN_A_CELL:
                most = limits.TESTS_IN_A_CELL
                raise Misread(
                    self.reader.next.offset, _("more than {most} tests", most=most)
                )
            tests.append(read())
        return tests

    def _list_test(self) -> Test:
        """Of a list a cell names values, or null: any of them in it will do."""
        token = self.reader.next
        words = self.known.domain.words
        if token.is_word("null") and "null" not in words:
            self.reader.take()
            return self._null(token.offset)
        if self.known.kind is Kind.LINES:
            form = _("derive a fact, such as lines.exists(l, …), and test that")
            raise Misread(
                token.offset, _("{name} is a list of lines", name=self.known.name), form
            )
        if token.is_sign("[", "(", "]", "<", "<=", ">", ">=", "!="):
            what = _(
                "{name} ({kind}) has no larger and smaller",
                name=self.known.name,
                kind=self.known.kind,
            )
            raise Misread(token.offset, what, _("list the values, or not(…)"))
        self.reader.take_sign("=")
        kind = element(self.known.kind)
        return Compare(
            "=", Literal(read_value(self.reader, kind, words, self.scope.currency))
        )

    def _test(self) -> Test:
        token = self.reader.next
        if token.is_sign("[", "(", "]"):
            return self._range()
        if token.is_sign("<", "<=", ">", ">=", "=", "!="):
            self.reader.take()
            if token.text not in ("=", "!="):
                self._need_order(token.offset)
            return Compare(cast(Order, token.text), self._operand())
        if token.is_word("null") and "null" not in self.known.domain.words:
            self.reader.take()
            return self._null(token.offset)
        if token.is_sign("=="):
            what = _("{next} is not expected here", next=token)
            raise Misread(token.offset, what, _("write the value alone, or ="))
        return Compare("=", self._operand())

    def _null(self, offset: int) -> Test:
        if not self.known.optional:
            what = _("{name} is never null", name=self.known.name)
            raise Misread(offset, what, _("put ? after its type if it can be"))
        return IsNull()

    def _range(self) -> Test:
        opening = self.reader.take()
        self._need_order(opening.offset)
        low = self._operand()
        if not self.reader.take_sign(".."):
            raise Misread(
                self.reader.next.offset, _(".. is missing"), _("write [1..5]")
            )
        self._refuse_open_end(low)
        high = self._operand()
        closing = self.reader.take()
        if not closing.is_sign("]", ")", "["):
            raise Misread(closing.offset, _("the range has no end"), _("write [1..5]"))
        if isinstance(low, Literal) and isinstance(high, Literal):
            self._check_ends(opening.offset, low.value, high.value)
        return Within(low, high, opening.text == "[", closing.text == "]")

    def _refuse_open_end(self, low: Operand) -> None:
        if self.reader.next.is_sign("]", ")", "["):
            offset = self.reader.next.offset
            end = low.name if isinstance(low, Name) else low.value
            form = _("write >= {end}, or > {end} without it", end=end)
            raise Misread(offset, _("the range has no end"), form)

    def _check_ends(self, offset: int, low: Value, high: Value) -> None:
        if low > high:  # type: ignore[operator]  # both were read as one ordered kind
            raise Misread(
                offset, _("the range is empty"), _("the smaller end comes first")
            )

    def _need_order(self, offset: int) -> None:
        if self.known.kind not in ORDERED:
            what = _(
                "{name} ({kind}) has no larger and smaller",
                name=self.known.name,
                kind=self.known.kind,
            )
            raise Misread(offset, what, _("list the words, or not(…)"))

    def _operand(self) -> Operand:
        token = self.reader.next
        words = self.known.domain.words
        if token.kind == "word" and token.text not in words:
            other = self.scope.find(token.text)
            if other is not None:
                return self._name(other, token.offset)
            self._refuse_unknown(token.text, token.offset)
        value = read_value(self.reader, self.known.kind, words, self.scope.currency)
        return Literal(value)

    def _name(self, other: Known, offset: int) -> Operand:
        if _family(other.kind) is not _family(self.known.kind):
            what = _(
                "{name} is {kind}, {name2} {kind2}",
                name=other.name,
                kind=other.kind,
                name2=self.known.name,
                kind2=self.known.kind,
            )
            raise Misread(
                offset,
                what,
                _("compare facts of one type; a semicolon joins conditions"),
            )
        self.reader.take()
        return self.scope.operand(other)

    def _refuse_unknown(self, word: str, offset: int) -> None:
        """For ordered facts a stray word can only be a name: say the nearest."""
        if self.known.kind in ORDERED:
            self.scope.get(word, offset)

    def _refuse_trap(self, tests: list[Test]) -> None:
        if len(tests) < 2:
            return
        if any(isinstance(t, Compare) and t.order == "!=" for t in tests):
            form = _("write not(a, b)")
            raise Misread(
                0, _("a comma means or: != with another test is a trap"), form
            )
        bounds = [t for t in tests if isinstance(t, Compare) and t.order != "="]
        if len(bounds) > 1:
            what = _("a comma means or: two inequalities in one cell are a trap")
            raise Misread(0, what, _right_form(self.reader.text, bounds))


def _family(kind: Kind) -> Kind:
    return _COMPARABLE.get(kind, kind)


def _right_form(text: str, bounds: list[Compare]) -> str:
    """Suggest what the author probably meant, in the author's own figures."""
    parts = [part.strip(" ()") for part in text.removeprefix("not").split(",")]
    lower = [p for p in parts if p.startswith(">")]
    upper = [p for p in parts if p.startswith("<")]
    if len(lower) != 1 or len(upper) != 1 or len(bounds) != 2:
        return _("keep the one that reaches furthest")
    low, high = lower[0].lstrip(">= "), upper[0].lstrip("<= ")
    if _apart(bounds):
        ends = "(" if "=" in upper[0] else "[", ")" if "=" in lower[0] else "]"
        span = f"not({ends[0]}{high}..{low}{ends[1]})"
        return _("write {span} for outside", span=span)
    ends = "[" if "=" in lower[0] else "(", "]" if "=" in upper[0] else ")"
    return _("write {span} for between", span=f"{ends[0]}{low}..{high}{ends[1]}")


def _apart(bounds: list[Compare]) -> bool:
    """Tell whether the upper bound lies below the lower one: outside was meant."""
    low = next(b.operand for b in bounds if b.order.startswith(">"))
    high = next(b.operand for b in bounds if b.order.startswith("<"))
    if not isinstance(low, Literal) or not isinstance(high, Literal):
        return False
    return high.value <= low.value  # type: ignore[operator]  # one ordered kind
