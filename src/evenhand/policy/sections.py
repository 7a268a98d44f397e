"""A Markdown page as its sections and pipe tables, each cell with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from evenhand.policy import limits
from evenhand.policy.errors import Faults, Misread
from evenhand.policy.saying import _

# Sections that a page has once; those of rule tables begin with "Table:".
SINGLE = ("Facts", "Values", "Derived", "Outcomes", "Never", "Always", "Examples")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_RULE = re.compile(r":?-+:?")
Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Words:
    """Text with the line and column (from 1) where it begins on the page."""

    text: str
    line: int
    column: int
    escapes: tuple[int, ...] = ()  # offsets in `text` of pipes written as \|

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character of this text."""
        hidden = sum(1 for escape in self.escapes if escape < offset)
        return self.line, self.column + offset + hidden

    def part(self, start: int, end: int) -> Words:
        """Return a stretch of this text without its outer space, at its own place."""
        raw = self.text[start:end]
        first = start + len(raw) - len(raw.lstrip())
        inside = tuple(e - first for e in self.escapes if first <= e < end)
        return Words(raw.strip(), *self.at(first), inside)


@contextmanager
def blaming(cell: Words, faults: Faults) -> Iterator[None]:
    """Turn a Misread inside into a fault at its place on the page."""
    try:
        yield
    except Misread as misread:
        faults.add(*cell.at(misread.offset), misread.what, misread.instead)


@dataclass(frozen=True, slots=True)
class Grid:
    """A pipe table: every row has as many cells as the header."""

    header: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]

    def column(self, name: str) -> int | None:
        """Return the place of the column of this name."""
        names = [cell.text for cell in self.header]
        return names.index(name) if name in names else None


@dataclass(frozen=True, slots=True)
class Section:
    """A `##` heading and the table below it.

    `grid` is None if nothing looks like a table, if it was refused, or if the heading
    is one of prose, below which tables are not read; `tabled` tells whether one is there.
    """

    title: Words
    grid: Grid | None
    tabled: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A page cut up: its TOML head, the `#` title, the sections that hold tables."""

    head: Words
    title: str
    sections: tuple[Section, ...]


def outline(text: str, faults: Faults) -> Outline:
    """Cut a page into head, title and sections; faults are added, not raised."""
    lines = text.split("\n")
    head, first = _head(lines, faults)
    title = ""
    sections: list[Section] = []
    heading: Words | None = None
    body: list[Line] = []
    for number, line in _unfenced(lines, first):
        if line.startswith("## "):
            if len(sections) >= limits.SECTIONS:
                faults.add(
                    number,
                    1,
                    _("more than {sections} headings", sections=limits.SECTIONS),
                )
                faults.stop_if_any()
            if heading is not None:
                sections.append(_section(heading, body, faults))
            heading, body = _heading(number, line), []
        elif line.startswith("# ") and not title:
            title = line[2:].strip()
            if len(title) > limits.TITLE_CHARACTERS:
                faults.add(number, 3, *too_long_a_title())
        else:
            body.append((number, line))
    if heading is not None:
        sections.append(_section(heading, body, faults))
    return Outline(head, title, tuple(sections))


def too_long_a_title() -> tuple[str, str]:
    """Return what is wrong with a title that no list could show, and what is allowed."""
    most = _(
        "at most {title_characters} characters are allowed",
        title_characters=limits.TITLE_CHARACTERS,
    )
    return _("the title is too long"), most


def _section(heading: Words, body: list[Line], faults: Faults) -> Section:
    tabled = any(line.lstrip().startswith("|") for _, line in body)
    is_read = heading.text in SINGLE or heading.text.startswith("Table:")
    return Section(heading, _grid(body, faults) if is_read else None, tabled)


def _heading(number: int, line: str) -> Words:
    title = line[3:].strip()
    return Words(title, number, line.index(title, 3) + 1 if title else 4)


def _head(lines: list[str], faults: Faults) -> tuple[Words, int]:
    """Return the text between the +++ lines and the index of the line after it."""
    form = _("begin the page with +++, the head, +++")
    if lines[0].strip() != "+++":
        faults.add(1, 1, _("the page has no head"), form)
        return Words("", 1, 1), 0
    for index in range(1, len(lines)):
        if lines[index].strip() == "+++":
            return Words("\n".join(lines[1:index]), 2, 1), index + 1
    faults.add(1, 1, _("the head has no end"), form)
    return Words("", 1, 1), 1


def _unfenced(lines: list[str], first: int) -> Iterator[Line]:
    """Leave out fenced code: a table shown as an example is not a rule."""
    fence = ""
    for index in range(first, len(lines)):
        mark = _FENCE.match(lines[index])
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        elif not fence:
            yield index + 1, lines[index]


def _grid(body: list[Line], faults: Faults) -> Grid | None:
    """Read the first table of a section; a second one is a fault."""
    table: list[Line] = []
    ended = False
    for number, line in body:
        if not line.lstrip().startswith("|"):
            ended = bool(table)
        elif ended:
            faults.add(
                number,
                1,
                _("a second table under one heading"),
                _("give it its own ## heading"),
            )
            break
        else:
            table.append((number, line))
    return _filled_grid(table, faults) if table else None


def _filled_grid(table: list[Line], faults: Faults) -> Grid | None:
    add = partial(faults.add, table[0][0], 1)
    # Counted before anything is read; \\| ends a cell, so this may count too few.
    widest = max(line.count("|") - line.count("\\|") - 1 for _, line in table)
    header = _cells(*table[0]) if widest <= limits.COLUMNS else ()
    header = tuple(_spaced(head) for head in header)
    widest = max(widest, len(header))
    if widest > limits.COLUMNS:
        add(
            _("{widest} columns", widest=widest),
            _("at most {columns} are allowed", columns=limits.COLUMNS),
        )
        faults.stop_if_any()
    if len(table) < 2 or not all(_RULE.fullmatch(c.text) for c in _cells(*table[1])):
        add(_("the table has no line below its header"), _("write |---|---| there"))
        return None
    if len(table) > limits.ROWS + 2:
        add(
            _("a table of {value} rows", value=len(table) - 2),
            _("at most {rows} are allowed", rows=limits.ROWS),
        )
        faults.stop_if_any()
    rows = []
    for number, line in table[2:]:
        row = _cells(number, line)
        if len(row) == len(header):
            rows.append(row)
        else:
            what = _(
                "{len} cells in a table of {len2} columns",
                len=len(row),
                len2=len(header),
            )
            faults.add(number, 1, what, _("a | inside a cell is written \\|"))
    for row in (header, *rows):
        _check_lengths(row, faults)
    return Grid(header, tuple(rows))


def _spaced(head: Words) -> Words:
    """A heading of two words has one space between them, however it is written."""
    return replace(head, text=" ".join(head.text.split()))


def _check_lengths(row: tuple[Words, ...], faults: Faults) -> None:
    most = limits.CELL_CHARACTERS
    for cell in row:
        if len(cell.text) > most:
            what = _("a cell of {len} characters", len=len(cell.text))
            faults.add(*cell.at(0), what, _("at most {most} are allowed", most=most))


def _cells(number: int, line: str) -> tuple[Words, ...]:
    """Split a table line at its pipes, keeping where each cell's text begins."""
    start = line.index("|") + 1
    end = len(line.rstrip())
    cells = []
    for match in re.finditer(r"((?:[^|\\]|\\.?)*)(\||$)", line[start:end]):
        raw, pipe = match.groups()
        if pipe or raw.strip():
            cells.append(_words(raw, number, start + match.start() + 1))
    return tuple(cells)


def _words(raw: str, line: int, column: int) -> Words:
    inside = raw.strip()
    column += len(raw) - len(raw.lstrip())
    if "\\|" not in inside:
        return Words(inside, line, column)
    parts = inside.split("\\|")
    escapes, offset = [], 0
    for part in parts[:-1]:
        offset += len(part)
        escapes.append(offset)
        offset += 1
    return Words("|".join(parts), line, column, tuple(escapes))
