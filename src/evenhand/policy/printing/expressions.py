"""Expressions written back from their syntax, with the brackets that help."""

from __future__ import annotations

from evenhand.policy.expressions.reader import read_syntax
from evenhand.policy.expressions.syntax import (
    ORDERS,
    Apply,
    Field,
    Joined,
    Prefix,
    Several,
    Span,
    Syntax,
    Ternary,
    Word,
    Written,
)
from evenhand.policy.tokens import quoted

# How tightly each form binds, as the reader reads it.
_CHOICE, _OR, _AND, _NOT, _ORDER, _SUM, _PRODUCT, _SIGNED, _PRIMARY = range(9)
_BINDING = {
    "or": _OR,
    "and": _AND,
    "in": _ORDER,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
} | dict.fromkeys(ORDERS, _ORDER)


def expression_text(text: str) -> str:
    """Write an expression in its standard form; Misread if it is none."""
    return syntax_text(read_syntax(text))


def syntax_text(syntax: Syntax) -> str:
    """Write a syntax tree so that it reads back as the same tree."""
    return _text(syntax, _CHOICE)


def _text(syntax: Syntax, least: int) -> str:
    """Write a part; in brackets if it binds less tightly than its place needs."""
    text, binding = _bound(syntax)
    return text if binding >= least else f"({text})"


def _bound(syntax: Syntax) -> tuple[str, int]:
    match syntax:
        case Joined():
            return _joined(syntax)
        case Prefix("-", inner):
            return f"-{_text(inner, _SIGNED)}", _SIGNED
        case Prefix(_, inner):
            return f"not {_text(inner, _NOT)}", _NOT
        case Ternary(test, yes, no):
            parts = _text(test, _OR), _text(yes, _CHOICE), _text(no, _CHOICE)
            return "{} ? {} : {}".format(*parts), _CHOICE
        case _:
            return _primary(syntax), _PRIMARY


def _joined(syntax: Joined) -> tuple[str, int]:
    """Signs of one level are read from the left; comparisons do not chain.

    An `and` beside an `or` is put in brackets that it does not need, for the reader.
    """
    binding = _BINDING[syntax.sign]
    left = _side(syntax.left, syntax.sign, binding + (binding == _ORDER))
    right = _side(syntax.right, syntax.sign, binding + 1)
    sign = "==" if syntax.sign == "=" else syntax.sign
    return f"{left} {sign} {right}", binding


def _side(side: Syntax, sign: str, least: int) -> str:
    mixed = sign == "or" and isinstance(side, Joined) and side.sign == "and"
    return _text(side, _PRIMARY if mixed else least)


def _primary(syntax: Syntax) -> str:
    match syntax:
        case Written(token):
            return quoted(token.text) if token.kind == "string" else token.text
        case Span(_, text, _):
            return text
        case Word(name, _):
            return name
        case Field(target, name, _):
            return f"{_text(target, _PRIMARY)}.{name}"
        case Apply(target, name, arguments, _):
            owner = "" if target is None else f"{_text(target, _PRIMARY)}."
            return f"{owner}{name}({_list(arguments)})"
        case Several(elements, _):
            return f"[{_list(elements)}]"
        case _:
            raise AssertionError(syntax)


def _list(parts: tuple[Syntax, ...]) -> str:
    return ", ".join(_text(part, _CHOICE) for part in parts)
