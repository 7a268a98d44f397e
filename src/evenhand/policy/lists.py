"""Lists of order lines: their fields under Facts, and lines as an example writes them."""

from __future__ import annotations

from dataclasses import replace

from evenhand.policy.errors import Faults, Misread
from evenhand.policy.kinds import LISTS, Kind, Line, Scalar
from evenhand.policy.literals import read_value, refuse_more
from evenhand.policy.saying import _
from evenhand.policy.sections import Words
from evenhand.policy.tokens import Reader
from evenhand.policy.tree import Fact


def list_above(name: str, facts: dict[str, Fact], cell: Words, faults: Faults) -> str:
    """Return the list that a field such as `lines.price` belongs to; "" if none."""
    owner, _dot, field = name.partition(".")
    listed = facts.get(owner)
    if listed is None or listed.kind is not Kind.LINES:
        what = _("{owner} is not a list above this row", owner=owner)
        faults.add(
            *cell.at(0), what, _("write {value} | list first", value=owner or "lines")
        )
    elif not field.isidentifier():
        faults.add(
            *cell.at(0), _("{name} is not a name", name=name), _("write lines.one_word")
        )
    elif field in [one.name for one in listed.fields]:
        faults.add(*cell.at(0), _("{name} is declared twice", name=name))
    else:
        return owner
    return ""


def with_field(listed: Fact, field: Fact, cell: Words, faults: Faults) -> Fact:
    """Add a field to a list; a fault, and no field, if it is itself a list."""
    if field.kind in LISTS:
        faults.add(
            *cell.at(0), _("a line cannot hold a list"), _("write a field for each")
        )
        return listed
    return replace(listed, fields=(*listed.fields, field))


def read_lines(reader: Reader, listed: Fact, currency: str) -> tuple[Line, ...]:
    """Read `[(price 20.00, category hygiene), (price 5.00)]`; what is left out is None."""
    if not reader.next.is_sign("["):
        reader.expect("[")
    reader.take()
    found: list[Line] = []
    while not reader.take_sign("]"):
        if found:
            reader.expect(",")
        refuse_more(len(found), reader)
        found.append(_line(reader, listed, currency))
    return tuple(found)


def _line(reader: Reader, listed: Fact, currency: str) -> Line:
    fields = {field.name: field for field in listed.fields}
    given: dict[str, Scalar | None] = {}
    reader.expect("(")
    while not reader.take_sign(")"):
        if given and not reader.take_sign(";"):
            reader.expect(",")
        token = reader.take()
        field = fields.get(token.text)
        if field is None or token.kind != "word":
            form = _("fields are {value}", value=", ".join(fields))
            raise Misread(
                token.offset, _("{token} is not a field of a line", token=token), form
            )
        if field.name in given:
            raise Misread(
                token.offset, _("{token} stands twice in one line", token=token)
            )
        reader.take_sign("=")
        given[field.name] = _field(reader, field, currency)
    return tuple(given.get(name) for name in fields)


def _field(reader: Reader, field: Fact, currency: str) -> Scalar | None:
    if reader.next.is_word("null") and "null" not in field.domain.words:
        reader.take()
        return None
    return read_value(reader, field.kind, field.domain.words, currency)
