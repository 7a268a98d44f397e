"""Amounts written in each currency of the case: `20.00 EUR, 2000 JPY, 150.00 CNY`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.kinds import Kind
from evenhand.policy.literals import number
from evenhand.policy.nodes import Choice, Expression, Literal, Name, Node, Ordered
from evenhand.policy.saying import _
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Constant, Derived, Fact

_COINED = re.compile(r"-? *[0-9]+(\.[0-9]+)? *[^\W\d]")


def is_coined(text: str) -> bool:
    """Tell whether an amount on the page names its currency."""
    return _COINED.match(text) is not None


def read_amounts(text: str, currency: Fact | None) -> dict[str, int]:
    """Read an amount for every word that the currency of the case may be.

    Each is in the minor units of its own currency. Misread if one is missing, stands
    twice, or if no `one of` fact holds the currency of the case.
    """
    if currency is None or not currency.domain.words:
        form = _('name a one of fact: currency_from = "…" under [money] in the head')
        raise Misread(0, _("no fact says which currency a case has"), form)
    words = currency.domain.words
    if len(words) > limits.ERAS:
        raise Misread(
            0,
            _(
                "{name} has more than {eras} words",
                name=currency.name,
                eras=limits.ERAS,
            ),
        )
    reader = Reader.of_cell(text)
    amounts: dict[str, int] = {}
    while not amounts or reader.take_sign(","):
        _read_amount(reader, words, amounts)
    reader.expect_end()
    missing = [word for word in words if word not in amounts]
    if missing:
        form = _("{name} may be {value}", name=currency.name, value=", ".join(words))
        raise Misread(
            0, _("there is no amount in {value}", value=", ".join(missing)), form
        )
    return amounts


def _read_amount(
    reader: Reader, words: tuple[str, ...], amounts: dict[str, int]
) -> None:
    minus = reader.take_sign("-")
    token, code = reader.take(), reader.take()
    if token.kind != "number":
        form = _("write 20.00 EUR, 2000 JPY")
        raise Misread(token.offset, _("{token} is not a number", token=token), form)
    if code.text not in words:
        form = _("write one of {value}", value=", ".join(words))
        raise Misread(
            code.offset, _("{code} is not a currency of the case", code=code), form
        )
    if code.text in amounts:
        raise Misread(code.offset, _("there are two amounts in {text}", text=code.text))
    minor = int(number(token, Kind.MONEY, code.text))
    amounts[code.text] = -minor if minus else minor


def derived_amount(rows: Iterable[Constant], text: str, currency: Fact) -> Derived:
    """Return the derived fact that is, in each case, the amount in its currency."""
    *others, last = rows
    name = Name(currency.name, Kind.ONE_OF)

    def before(rest: Node, row: Constant) -> Node:
        chosen = Ordered("=", name, Literal(row.currency))
        return Choice(chosen, Literal(row.value), rest)

    first: Node = Literal(last.value)
    root = reduce(before, reversed(others), first)
    expression = Expression(text, Kind.MONEY, root, (currency.name,))
    return Derived(last.name, expression)


def coined_rows(row: Constant, amounts: Mapping[str, int]) -> list[Constant]:
    """Return a row of the page for each currency that it names."""
    return [
        Constant(row.name, row.kind, minor, row.reference, row.since, word)
        for word, minor in amounts.items()
    ]
