"""The Facts section: what a page declares to be known about a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from evenhand.policy import limits
from evenhand.policy.errors import Faults, Misread
from evenhand.policy.kinds import ORDERED, Kind, element
from evenhand.policy.lists import list_above, with_field
from evenhand.policy.literals import read_value
from evenhand.policy.reserved import OF_EXPRESSIONS, RESERVED
from evenhand.policy.saying import _
from evenhand.policy.sections import Grid, Words
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Domain, Fact

_COLUMNS = frozenset({"fact", "type", "domain", "fixed", "label"})
_FIXED = ("x", "yes")


def read_fact_table(grid: Grid, currency: str, faults: Faults) -> tuple[Fact, ...]:
    """Read the Facts section; a row that cannot be read is a fault and left out."""
    asks = _ask_columns(grid, faults)
    if len(grid.rows) > limits.FACTS:
        line, column = grid.rows[limits.FACTS][0].at(0)
        faults.add(line, column, _("more than {facts} facts", facts=limits.FACTS))
        return ()
    facts: dict[str, Fact] = {}
    for row in grid.rows:
        cells = {head.text: cell for head, cell in zip(grid.header, row, strict=True)}
        asked = {lang: cells[col].text for lang, col in asks.items()}
        _read_row(cells, asked, facts, currency, faults)
    for row in grid.rows:
        _check_fields(row[grid.column("fact") or 0], facts, faults)
    return tuple(facts.values())


def _read_row(
    cells: Mapping[str, Words],
    asked: Mapping[str, str],
    facts: dict[str, Fact],
    currency: str,
    faults: Faults,
) -> None:
    """Add the fact of a row, or the field of a line to its list."""
    cell = cells["fact"]
    owner = list_above(cell.text, facts, cell, faults) if "." in cell.text else ""
    name: str | None = cell.text.removeprefix(f"{owner}.")
    if "." not in cell.text:
        name = read_name(cell, set(facts), faults)
    kind = read_kind(cells["type"], faults)
    if owner and name in OF_EXPRESSIONS:
        faults.add(
            *cell.at(0),
            _("{name} has a meaning of its own", name=name),
            _("choose another"),
        )
    if not name or not kind or "." in name:
        return
    domain = cells.get("domain", Words("", cell.line, 1))
    bounds = read_domain(domain, kind[0], currency, faults)
    fact = _fact(name, kind, bounds, cells, asked)
    _check_fixed(cells, faults)
    if owner:
        facts[owner] = with_field(facts[owner], fact, cells["type"], faults)
    else:
        facts[name] = fact


def _check_fields(cell: Words, facts: Mapping[str, Fact], faults: Faults) -> None:
    fact = facts.get(cell.text)
    if fact and fact.kind is Kind.LINES and not fact.fields:
        form = _("write a row such as {text}.price | money below it", text=cell.text)
        faults.add(*cell.at(0), _("{text} has no fields", text=cell.text), form)


def _ask_columns(grid: Grid, faults: Faults) -> dict[str, str]:
    """Map a language ('' for the page's own) to the column of its questions."""
    asks = {}
    for head in grid.header:
        word, _space, language = head.text.partition(" ")
        if word == "ask":
            asks[language] = head.text
        elif head.text not in _COLUMNS and not (word == "label" and language):
            form = _(
                "columns are fact, type, domain, fixed, label, ask, label zh, ask zh …"
            )
            faults.add(
                *head.at(0), _("{text} is not a column of Facts", text=head.text), form
            )
    for needed in ("fact", "type"):
        if grid.column(needed) is None:
            faults.add(
                *grid.header[0].at(0),
                _("the column {needed} is missing", needed=needed),
            )
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
        labels=labels_of(cells),
    )


def labels_of(cells: Mapping[str, Words]) -> dict[str, str]:
    """Return what the columns `label zh`, `label ja` … say, by language."""
    return {
        head.removeprefix("label "): cell.text
        for head, cell in cells.items()
        if head.startswith("label ") and cell.text
    }


def _check_fixed(cells: Mapping[str, Words], faults: Faults) -> None:
    fixed = cells.get("fixed")
    if fixed and fixed.text not in ("", "-", *_FIXED):
        faults.add(
            *fixed.at(0),
            _("fixed is {text}", text=fixed.text),
            _("write x, or nothing"),
        )


def read_name(cell: Words, taken: set[str], faults: Faults) -> str | None:
    """Read a name of the page: one word of letters, digits and _, not yet taken."""
    name = cell.text
    if len(name) > limits.NAME_CHARACTERS:
        most = _(
            "at most {name_characters} characters",
            name_characters=limits.NAME_CHARACTERS,
        )
        faults.add(*cell.at(0), _("the name is too long"), most)
    elif not name.isidentifier():
        faults.add(
            *cell.at(0),
            _("{value} is not a name", value=name or "nothing"),
            _("write one_word"),
        )
    elif name in RESERVED:
        faults.add(
            *cell.at(0),
            _("{name} has a meaning of its own", name=name),
            _("choose another"),
        )
    elif name in taken:
        faults.add(*cell.at(0), _("{name} is declared twice", name=name))
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
        form = _(
            "types are {value}; ? after one: may be unknown", value=", ".join(Kind)
        )
        faults.add(
            *cell.at(0), _("{value} is not a type", value=word or "nothing"), form
        )
        return None


def read_domain(cell: Words, kind: Kind, currency: str, faults: Faults) -> Domain:
    """Read a domain cell: `0..3650` or `2020-01-01..` for amounts, words for words."""
    if kind in (Kind.MONEY, Kind.AMOUNTS) and not currency:
        form = _('write currency = "EUR" under [money] in the head')
        faults.add(cell.line, 1, _("money without a currency"), form)
        return Domain()
    try:
        return _domain(cell.text, kind, currency)
    except Misread as misread:
        faults.add(*cell.at(misread.offset), misread.what, misread.instead)
        return Domain()


def _domain(text: str, kind: Kind, currency: str) -> Domain:
    if kind is Kind.ONE_OF and not text:
        raise Misread(0, _("a one of needs its words"), _("list them: red, blue"))
    if text in ("", "-"):
        return Domain()
    reader = Reader.of_cell(text)
    if kind is Kind.LINES:
        return _lengths(reader)
    if element(kind) in ORDERED:
        return _bounds(reader, element(kind), currency)
    if kind is Kind.YES_NO:
        raise Misread(0, _("yes/no has no domain"), _("leave it empty"))
    return Domain(words=_words(reader))


def _words(reader: Reader) -> tuple[str, ...]:
    words = [cast(str, read_value(reader, Kind.ONE_OF, (), ""))]
    while reader.take_sign(","):
        offset = reader.next.offset
        word = cast(str, read_value(reader, Kind.ONE_OF, (), ""))
        if word in words:
            raise Misread(offset, _("{word} is listed twice", word=word))
        words.append(word)
    if reader.next.kind != "end":
        form = _('separate words by commas; others go in quotes: "sea green", "3d"')
        raise Misread(
            reader.next.offset, _("{next} is not expected here", next=reader.next), form
        )
    return tuple(words)


def _lengths(reader: Reader) -> Domain:
    """A list of lines may say how many it has: `..50`, `1..`."""
    bounds = _bounds(reader, Kind.WHOLE, "")
    if any(isinstance(end, int) and end < 0 for end in (bounds.low, bounds.high)):
        raise Misread(0, _("a list has no fewer than 0 lines"), _("write ..50"))
    return bounds


def _bounds(reader: Reader, kind: Kind, currency: str) -> Domain:
    low = high = None
    if reader.next.is_sign("<", "<=", ">", ">=", "="):
        what = _("{next} is not expected here", next=reader.next)
        raise Misread(reader.next.offset, what, _("write 0..3650 or 0.."))
    if not reader.next.is_sign(".."):
        low = cast(float, read_value(reader, kind, (), currency))
    if not reader.take_sign(".."):
        raise Misread(reader.next.offset, _(".. is missing"), _("write 0..3650 or 0.."))
    if reader.next.kind != "end":
        high = cast(float, read_value(reader, kind, (), currency))
    reader.expect_end()
    if low is not None and high is not None and low > high:
        raise Misread(0, _("the domain is empty"), _("the smaller end comes first"))
    return Domain(low, high)
