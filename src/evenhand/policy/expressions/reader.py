"""The text of an expression read into its syntax tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from evenhand.policy import limits
from evenhand.policy.durations import begins_duration, read_duration
from evenhand.policy.errors import Misread
from evenhand.policy.expressions.syntax import (
    Apply,
    Field,
    Joined,
    Prefix,
    Several,
    Sign,
    Span,
    Syntax,
    Ternary,
    Word,
    Written,
    parts,
)
from evenhand.policy.saying import _
from evenhand.policy.tokens import Reader, Token

_SPELLINGS = {"&&": "and", "||": "or", "==": "="}


def read_syntax(text: str) -> Syntax:
    """Read a whole expression; Misread tells the offset of what does not fit."""
    reader = _SyntaxReader(text)
    syntax = reader.choice()
    reader.tokens.expect_end()
    _check_depth(syntax)
    return syntax


def _check_depth(syntax: Syntax) -> None:
    """Refuse long chains, `a + a + a …`, which stand as deep in each other."""
    level, depth = [syntax], 0
    while level:
        depth += 1
        if depth > limits.EXPRESSION_DEPTH:
            what = _("the expression is too long")
            raise Misread(level[0].offset, what, _("derive a fact from part of it"))
        level = [part for one in level for part in parts(one)]


class _SyntaxReader:
    """A method for each level of binding, from loose to tight."""

    __slots__ = ("depth", "tokens")

    def __init__(self, text: str) -> None:
        self.tokens = Reader.of_expression(text)
        self.depth = 0

    def _nested(self, read: Callable[[], Syntax]) -> Syntax:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise Misread(
                self.tokens.next.offset, _("nested too deep"), _("derive a fact")
            )
        syntax = read()
        self.depth -= 1
        return syntax

    def choice(self) -> Syntax:
        test = self._or()
        if not self.tokens.take_sign("?"):
            return test
        yes = self._nested(self.choice)
        self.tokens.expect(":")
        return Ternary(test, yes, self._nested(self.choice))

    def _or(self) -> Syntax:
        return self._joined(self._and, words=("or",), signs=("||",))

    def _and(self) -> Syntax:
        return self._joined(self._not, words=("and",), signs=("&&",))

    def _joined(
        self,
        below: Callable[[], Syntax],
        *,
        words: tuple[str, ...] = (),
        signs: tuple[str, ...] = (),
    ) -> Syntax:
        left = below()
        while self.tokens.next.is_word(*words) or self.tokens.next.is_sign(*signs):
            left = _joined(left, self.tokens.take(), below())
        return left

    def _not(self) -> Syntax:
        if not self.tokens.next.is_word("not"):
            return self._ordered()
        offset = self.tokens.take().offset
        return Prefix("not", self._nested(self._not), offset)

    def _ordered(self) -> Syntax:
        left = self._sum()
        token = self.tokens.next
        if token.is_word("in") or token.is_sign("<=", ">=", "!=", "==", "=", "<", ">"):
            return _joined(left, self.tokens.take(), self._sum())
        return left

    def _sum(self) -> Syntax:
        return self._joined(self._product, signs=("+", "-"))

    def _product(self) -> Syntax:
        syntax = self._joined(self._signed, signs=("*", "/"))
        if self.tokens.next.is_sign("%"):
            what = _("remainders are not in the language")
            form = _("for a share write price * 20 / 100, or the columns pct and of")
            raise Misread(self.tokens.next.offset, what, form)
        return syntax

    def _signed(self) -> Syntax:
        sign = self.tokens.take_sign("-", "!")
        if sign is None:
            return self._postfix()
        word: Literal["-", "not"] = "-" if sign.text == "-" else "not"
        return Prefix(word, self._nested(self._signed), sign.offset)

    def _postfix(self) -> Syntax:
        syntax = self._primary()
        while self.tokens.next.is_sign(".", "["):
            dot = self.tokens.take()
            if dot.text == "[":
                form = _("ask of the list: exists, all, filter, sum")
                raise Misread(dot.offset, _("no element is picked by its place"), form)
            name = self.tokens.take()
            if name.kind != "word":
                raise Misread(
                    name.offset, _("a name is missing before {name}", name=name)
                )
            if self.tokens.take_sign("("):
                arguments = self._arguments(")")
                syntax = Apply(syntax, name.text, arguments, name.offset)
            else:
                syntax = Field(syntax, name.text, name.offset)
        return syntax

    def _primary(self) -> Syntax:
        if begins_duration(self.tokens):
            return self._span()
        token = self.tokens.take()
        if token.kind in ("number", "string", "date"):
            self._refuse_suffix(token)
            return Written(token)
        if token.kind == "word":
            if self.tokens.take_sign("("):
                arguments = self._arguments(")")
                return Apply(None, token.text, arguments, token.offset)
            self._refuse_prefix(token)
            return Word(token.text, token.offset)
        if token.is_sign("("):
            inner = self._nested(self.choice)
            self.tokens.expect(")")
            return inner
        if token.is_sign("["):
            return Several(self._arguments("]"), token.offset)
        raise Misread(token.offset, _("a value is missing before {token}", token=token))

    def _span(self) -> Syntax:
        offset = self.tokens.next.offset
        seconds = read_duration(self.tokens)
        end = self.tokens.next.offset
        return Span(seconds, " ".join(self.tokens.text[offset:end].split()), offset)

    def _arguments(self, closing: str) -> tuple[Syntax, ...]:
        found: list[Syntax] = []
        if self.tokens.take_sign(closing):
            return ()
        while True:
            found.append(self._nested(self.choice))
            if not self.tokens.take_sign(","):
                break
        self.tokens.expect(closing)
        return tuple(found)

    def _refuse_suffix(self, token: Token) -> None:
        """A number has no exponent, no base and no unit but those of time."""
        after = self.tokens.next
        touching = after.offset == token.offset + len(token.text)
        if token.kind == "number" and touching and after.kind == "word":
            form = _("write it out: 1500, 0.25; a duration as 3 days")
            raise Misread(
                token.offset,
                _("{text}{text2} is no number", text=token.text, text2=after.text),
                form,
            )

    def _refuse_prefix(self, token: Token) -> None:
        """CEL's r"…" and b"…" are not in the language."""
        if self.tokens.next.kind == "string":
            what = _("{token} before a text has no meaning", token=token)
            raise Misread(token.offset, what, _('write "…"'))


def _joined(left: Syntax, token: Token, right: Syntax) -> Joined:
    sign = _SPELLINGS.get(token.text, token.text)
    return Joined(cast(Sign, sign), left, right, token.offset)
