"""What each column of a rule table is: condition, result, reason or sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from evenhand.policy import limits
from evenhand.policy.errors import Faults
from evenhand.policy.kinds import NUMERIC, Kind
from evenhand.policy.reserved import RESERVED
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.sections import Grid, Section, Words
from evenhand.policy.tree import LISTED, Hit, Outcome

_HEADING = re.compile(r"Table: *(?P<name>[^\W\d]\w*) *(?:\((?P<hit>[^()]*)\))?")
# What a column of these names usually gives, unless a fact has the name.
RESULTS = frozenset(
    {"verdict", "give", "amount", "charge", "goodwill", "basis", "grant", "level", "by"}
)
_OWN = frozenset({"id", "when", "unless", "because", "note"})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"-?[0-9]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """A rule table with its columns sorted by what they are (column -> its place)."""

    name: str
    hit: Hit
    title: Words
    grid: Grid
    id: int
    when: int | None
    unless: int | None
    because: int | None
    conditions: Mapping[int, str]
    results: Mapping[str, int]
    says: Mapping[str, int]  # language -> place

    def outcome_cells(self, name: str) -> list[str]:
        """Return what the rows write in a result column, empty cells left out."""
        place = self.results.get(name)
        if place is None:
            return []
        texts = [row[place].text for row in self.grid.rows]
        return [text for text in texts if text not in ("", "-")]


def lay_out(
    section: Section, scope: Scope, language: str, faults: Faults
) -> Layout | None:
    """Sort the columns of a table; None if its heading or header cannot be used."""
    match = _HEADING.fullmatch(section.title.text)
    if match is None:
        form = _("write ## Table: name (first)")
        faults.add(*section.title.at(0), _("the heading of a table is not read"), form)
        return None
    hit = _hit(match["hit"], section.title, faults)
    if section.grid is None:
        if not section.tabled:
            faults.add(
                *section.title.at(0),
                _("the table {value} has no rows", value=match["name"]),
            )
        return None
    header = _header(section.grid, faults)
    if header is None:
        return None
    conditions = _conditions(section.grid, scope, faults)
    return Layout(
        name=match["name"],
        hit=hit,
        title=section.title,
        grid=section.grid,
        id=header["id"],
        when=header.get("when"),
        unless=header.get("unless"),
        because=header.get("because"),
        conditions=conditions,
        results={
            name: place
            for name, place in header.items()
            if name not in _OWN and place not in conditions and not _is_say(name)
        },
        says={
            name.removeprefix("say").strip() or language: place
            for name, place in header.items()
            if _is_say(name)
        },
    )


def _header(grid: Grid, faults: Faults) -> dict[str, int] | None:
    """Return the place of each column; None, and a fault, where it is not sure."""
    header = {head.text: place for place, head in enumerate(grid.header)}
    twice = [one for place, one in enumerate(grid.header) if header[one.text] > place]
    for one in twice:
        faults.add(*one.at(0), _("the column {text} stands twice", text=one.text))
    if "id" not in header:
        form = _("every table has a column id, and no column twice")
        faults.add(*grid.header[0].at(0), _("the header is not read"), form)
    return None if twice or "id" not in header else header


def _is_say(name: str) -> bool:
    return name == "say" or name.startswith("say ")


def _hit(text: str | None, title: Words, faults: Faults) -> Hit:
    word = "first" if text is None else " ".join(text.split())
    try:
        return Hit(word)
    except ValueError:
        near = get_close_matches(word, list(Hit), n=1)
        form = (
            _("did you mean {value}?", value=near[0])
            if near
            else _("known: {value}", value=", ".join(Hit))
        )
        faults.add(*title.at(0), _("({word}) is not a hit policy", word=word), form)
        return Hit.FIRST


def _conditions(grid: Grid, scope: Scope, faults: Faults) -> dict[int, str]:
    """Columns headed by a fact are conditions, and by `if NAME` for any name."""
    found = {}
    for place, head in enumerate(grid.header):
        name = head.text.removeprefix("if ").strip()
        if head.text.startswith("if ") or name in scope:
            found[place] = name
        elif not _usable(name):
            faults.add(*head.at(0), _("{name} is not a name for a column", name=name))
    return found


def _usable(name: str) -> bool:
    if name in RESERVED:
        return name in _OWN or _is_say(name)
    short = len(name) <= limits.NAME_CHARACTERS
    return (name.isidentifier() and short) or _is_say(name)


def infer_outcomes(
    layouts: Iterable[Layout], declared: Mapping[str, Outcome], currency: str
) -> dict[str, Outcome]:
    """Give every result column its kind: declared, by its name, or by its cells."""
    layouts = list(layouts)
    names = dict.fromkeys(name for layout in layouts for name in layout.results)
    outcomes = dict(declared)
    for name in names:
        if name not in outcomes:
            cells = [cell for one in layouts for cell in one.outcome_cells(name)]
            outcomes[name] = _inferred(name, cells, currency)
    return outcomes


def _inferred(name: str, cells: list[str], currency: str) -> Outcome:
    if name in ("amount", "of", "goodwill", "charge"):
        return Outcome(name, Kind.MONEY if currency else Kind.NUMBER)
    if name == "pct":
        return Outcome(name, Kind.NUMBER)
    kind = _kind_of(cells)
    if kind is not Kind.ONE_OF:
        return Outcome(name, kind)
    words = dict.fromkeys(word.strip('"') for word in cells)
    return Outcome(name, kind, tuple(words))


def _kind_of(cells: list[str]) -> Kind:
    if cells and all(_WHOLE.fullmatch(cell) for cell in cells):
        return Kind.WHOLE
    if cells and all(_NUMBER.fullmatch(cell) for cell in cells):
        return Kind.NUMBER
    if cells and all(cell in ("true", "false") for cell in cells):
        return Kind.YES_NO
    return Kind.ONE_OF


def sheet_outcomes(layout: Layout, outcomes: Mapping[str, Outcome]) -> list[Outcome]:
    """Return the outcomes of a table that later tables may use as facts."""
    if layout.hit in LISTED:
        return []
    if layout.hit is Hit.COUNT:
        return [Outcome(layout.name, Kind.WHOLE)]
    if layout.hit not in (Hit.SUM, Hit.MIN, Hit.MAX):
        return [outcomes[name] for name in layout.results if name != "of"]
    kinds = [outcomes[name].kind for name in layout.results]
    kind = kinds[0] if kinds else Kind.NUMBER
    kind = Kind.NUMBER if kind in NUMERIC else kind
    return [Outcome(layout.name, kind)]
