"""The facts that a page declares: their section, and values read for one case."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import cast

from evenhand.policy import limits
from evenhand.policy.errors import FactError, Faults, Misread
from evenhand.policy.kinds import ORDERED, Kind, Value, shown
from evenhand.policy.literals import read_value
from evenhand.policy.sections import Grid, Words
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Domain, Fact

ReadFact = Callable[[object], Value]
_COLUMNS = frozenset({"fact", "type", "domain", "fixed", "label"})
_FIXED = ("x", "yes")
# Words that head other columns, or stand for values, wherever a fact could stand.
RESERVED = frozenset(
    {"id", "when", "because", "say", "note", "given", "expect", "if", "none"}
    | {"and", "or", "not", "null", "true", "false", "yes", "no"}
)


def read_fact_table(grid: Grid, currency: str, faults: Faults) -> tuple[Fact, ...]:
    """Read the Facts section; a row that cannot be read is a fault and left out."""
    asks = _ask_columns(grid, faults)
    facts: list[Fact] = []
    if len(grid.rows) > limits.FACTS:
        line, column = grid.rows[limits.FACTS][0].at(0)
        faults.add(line, column, f"more than {limits.FACTS} facts")
        return ()
    for row in grid.rows:
        cells = {head.text: cell for head, cell in zip(grid.header, row, strict=True)}
        name = read_name(cells["fact"], {fact.name for fact in facts}, faults)
        kind = read_kind(cells["type"], faults)
        if name and kind:
            asked = {lang: cells[col].text for lang, col in asks.items()}
            domain = cells.get("domain", Words("", cells["fact"].line, 1))
            bounds = read_domain(domain, kind[0], currency, faults)
            facts.append(_fact(name, kind, bounds, cells, asked))
            _check_fixed(cells, faults)
    return tuple(facts)


def _ask_columns(grid: Grid, faults: Faults) -> dict[str, str]:
    """Map a language ('' for the page's own) to the column of its questions."""
    asks = {}
    for head in grid.header:
        word, _, language = head.text.partition(" ")
        if word == "ask":
            asks[language] = head.text
        elif head.text not in _COLUMNS:
            form = "columns are fact, type, domain, fixed, label, ask, ask zh …"
            faults.add(*head.at(0), f"{head.text} is not a column of Facts", form)
    for needed in ("fact", "type"):
        if grid.column(needed) is None:
            faults.add(*grid.header[0].at(0), f"the column {needed} is missing")
            faults.stop_if_any()
    return asks


def _fact(
    name: str,
    kind: tuple[Kind, bool],
    domain: Domain,
    cells: Mapping[str, Words],
    asks: Mapping[str, str],
) -> Fact:
    label = cells.get("label")
    return Fact(
        name=name,
        kind=kind[0],
        domain=domain,
        optional=kind[1],
        fixed="fixed" in cells and cells["fixed"].text in _FIXED,
        label=label.text if label else "",
        asks={language: text for language, text in asks.items() if text},
    )


def _check_fixed(cells: Mapping[str, Words], faults: Faults) -> None:
    fixed = cells.get("fixed")
    if fixed and fixed.text not in ("", "-", *_FIXED):
        faults.add(*fixed.at(0), f"fixed is {fixed.text}", "write x, or nothing")


def read_name(cell: Words, taken: set[str], faults: Faults) -> str | None:
    """Read a name of the page: one word of letters, digits and _, not yet taken."""
    name = cell.text
    if not name.isidentifier():
        faults.add(*cell.at(0), f"{name or 'nothing'} is not a name", "write one_word")
    elif name in RESERVED:
        faults.add(*cell.at(0), f"{name} has a meaning of its own", "choose another")
    elif name in taken:
        faults.add(*cell.at(0), f"{name} is declared twice")
    else:
        return name
    return None


def read_kind(cell: Words, faults: Faults) -> tuple[Kind, bool] | None:
    """Read a type cell: the kind, and whether a ? says that it may be unknown."""
    optional = cell.text.endswith("?")
    word = cell.text.removesuffix("?").strip()
    try:
        return Kind(word), optional
    except ValueError:
        form = f"types are {', '.join(Kind)}; ? after one: may be unknown"
        faults.add(*cell.at(0), f"{word or 'nothing'} is not a type", form)
        return None


def read_domain(cell: Words, kind: Kind, currency: str, faults: Faults) -> Domain:
    """Read a domain cell: `0..3650` or `2020-01-01..` for amounts, words for words."""
    if kind is Kind.MONEY and not currency:
        form = 'write currency = "EUR" under [money] in the head'
        faults.add(cell.line, 1, "money without a currency", form)
        return Domain()
    try:
        return _domain(cell.text, kind, currency)
    except Misread as misread:
        faults.add(*cell.at(misread.offset), misread.what, misread.instead)
        return Domain()


def _domain(text: str, kind: Kind, currency: str) -> Domain:
    if kind is Kind.ONE_OF and not text:
        raise Misread(0, "a one of needs its words", "list them: red, blue")
    if text in ("", "-"):
        return Domain()
    reader = Reader.of_cell(text)
    if kind in ORDERED:
        return _bounds(reader, kind, currency)
    if kind is Kind.YES_NO:
        raise Misread(0, "yes/no has no domain", "leave it empty")
    words = [cast(str, read_value(reader, Kind.ONE_OF, (), currency))]
    while reader.take_sign(","):
        offset = reader.next.offset
        word = cast(str, read_value(reader, Kind.ONE_OF, (), currency))
        if word in words:
            raise Misread(offset, f"{word} is listed twice")
        words.append(word)
    reader.expect_end()
    return Domain(words=tuple(words))


def _bounds(reader: Reader, kind: Kind, currency: str) -> Domain:
    low = high = None
    if not reader.next.is_sign(".."):
        low = cast(float, read_value(reader, kind, (), currency))
    if not reader.take_sign(".."):
        raise Misread(reader.next.offset, ".. is missing", "write 0..3650 or 0..")
    if reader.next.kind != "end":
        high = cast(float, read_value(reader, kind, (), currency))
    reader.expect_end()
    if low is not None and high is not None and low > high:
        raise Misread(0, "the domain is empty", "the smaller end comes first")
    return Domain(low, high)


def value_reader(fact: Fact, currency: str) -> ReadFact:
    """Return the function that takes a value for this fact or raises FactError."""
    right = f"it must be {_right(fact, currency)}"
    if fact.kind is Kind.YES_NO:
        return partial(_read_yes_no, fact.name, right)
    if fact.kind is Kind.DATE:
        return partial(_read_date, fact, right)
    if fact.kind is Kind.TEXTS:
        return partial(_read_texts, fact, right)
    if fact.kind in ORDERED:
        return _amount_reader(fact, right)
    return partial(_read_word, fact.name, frozenset(fact.domain.words), right)


def _right(fact: Fact, currency: str) -> str:
    domain = fact.domain
    if domain.words:
        return f"{fact.kind} {', '.join(domain.words)}"
    unit = f" in whole minor units of {currency}" if fact.kind is Kind.MONEY else ""
    if domain.low is None and domain.high is None:
        return f"{fact.kind}{unit}"
    ends = (domain.low, domain.high)
    low, high = ("" if e is None else shown(e, fact.kind, currency) for e in ends)
    return f"{fact.kind}{unit}, {low}..{high}"


def _read_yes_no(name: str, right: str, value: object) -> Value:
    if value is True or value is False:
        return value
    raise FactError(name, value, right)


def _read_word(name: str, words: frozenset[str], right: str, value: object) -> Value:
    if isinstance(value, str) and (not words or value in words):
        return value
    raise FactError(name, value, right)


def _read_texts(fact: Fact, right: str, value: object) -> Value:
    if not isinstance(value, list | tuple):
        raise FactError(fact.name, value, right)
    words = fact.domain.words
    if all(isinstance(word, str) and (not words or word in words) for word in value):
        return tuple(value)
    raise FactError(fact.name, value, right)


def _read_date(fact: Fact, right: str, value: object) -> Value:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise FactError(fact.name, value, right) from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FactError(fact.name, value, right)
    low, high = cast(date | None, fact.domain.low), cast(date | None, fact.domain.high)
    if (low and value < low) or (high and value > high):
        raise FactError(fact.name, value, right)
    return value


def _amount_reader(fact: Fact, right: str) -> ReadFact:
    low = -limits.LARGEST if fact.domain.low is None else cast(float, fact.domain.low)
    high = limits.LARGEST if fact.domain.high is None else cast(float, fact.domain.high)
    name, number = fact.name, fact.kind is Kind.NUMBER

    def read(value: object) -> Value:
        if type(value) is int:  # bool is an int to isinstance, not to a shop
            amount: float = value
        elif isinstance(value, float) and value.is_integer():
            amount = int(value)  # 3.0 is what some writers of JSON make of 3
        elif number and isinstance(value, float | Decimal) and math.isfinite(value):
            amount = float(value)
        else:
            raise FactError(name, value, right)
        if low <= amount <= high:
            return amount
        raise FactError(name, value, right)

    return read
