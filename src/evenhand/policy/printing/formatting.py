"""A page put into its standard form, with its prose, notes and names kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from evenhand.policy import limits
from evenhand.policy.errors import Faults
from evenhand.policy.loading import read, unix
from evenhand.policy.printing.cells import CellPrinter, Write
from evenhand.policy.printing.grid import row_line, rule_line
from evenhand.policy.printing.head import formatted_head
from evenhand.policy.printing.names import naming
from evenhand.policy.program import Page
from evenhand.policy.sections import SINGLE, Grid, Section, Words, outline
from evenhand.policy.tree import LISTED, Outcome

_PLAIN = ("id", "because", "note", "label", "ask", "say", "reference")


def formatted(text: str) -> str:
    """Return a page in its standard form; PolicyError where it cannot be read.

    What it means stays the same, and so does every line outside its head and tables. A
    page that would grow past what a page may be stays as it is.
    """
    page = read(text)
    text = unix(text)
    cut = outline(text, Faults(limits.FAULTS))
    written = dict(enumerate(text.split("\n"), 1))
    lines: dict[int, str | None] = {**written}
    after = cut.head.text.count("\n") + 3  # the line of the second +++
    head = formatted_head(cut.head.text)
    lines |= dict.fromkeys(range(1, after + 1))
    printer = _PagePrinter(page, written)
    for section in cut.sections:
        lines |= printer.section(section)
    kept = [line for line in lines.values() if line is not None]
    new = "\n".join(["+++", head, "+++", *kept]).rstrip("\n") + "\n"
    return new if len(new) <= limits.CHARACTERS else text


class _PagePrinter:
    """Knows what each column of each section holds."""

    def __init__(self, page: Page, written: Mapping[int, str]) -> None:
        self._page = page
        self._written = written
        policy = page.policy
        self._cells = CellPrinter(naming(page), policy.values)
        self._facts = {fact.name: fact for fact in policy.facts}
        self._conditions = {
            *(fact.name for fact in policy.facts),
            *(value.name for value in policy.values),
            *(derived.name for derived in policy.derived),
        }
        self._outcomes = {
            outcome.name: outcome
            for table in policy.tables
            for outcome in table.outcomes
        }
        self._kinds = page.program.kinds
        cells = self._cells
        self._columns: Mapping[str, Mapping[str, Write]] = {
            "Facts": {
                "type": cells.kind,
                "domain": cells.domain,
                "fixed": cells.fixed,
            },
            "Values": {"type": cells.kind, "value": cells.value, "from": cells.word},
            "Derived": {"type": cells.kind, "from": cells.expression},
            "Outcomes": {"type": cells.kind, "domain": cells.domain},
        }

    def section(self, section: Section) -> dict[int, str]:
        """Return the lines of a section that change, by their number."""
        title, grid = section.title.text, section.grid
        table = title.startswith("Table:")
        if grid is None or not (table or title in SINGLE):
            return {}
        heading = self._heading(title) if table else title
        found = {section.title.line: f"## {heading}", **self._header(grid)}
        return found | self._grid(title, grid)

    def _header(self, grid: Grid) -> dict[int, str]:
        """Write the header and the line below it; the page's title may stand between."""
        line = grid.header[0].line
        rule = next(
            n for n in count(line + 1) if self._written[n].lstrip().startswith("|")
        )
        heads = row_line(head.text for head in grid.header)
        return {line: heads, rule: rule_line(len(grid.header))}

    def _grid(self, title: str, grid: Grid) -> dict[int, str]:
        if title == "Examples":
            return self._examples(grid)
        heads = [head.text for head in grid.header]
        if title.startswith("Table:"):
            return dict(_rows(grid, [self._rule(head) for head in heads]))
        if title in ("Never", "Always"):
            return dict(_rows(grid, [self._promise(head) for head in heads]))
        columns = self._columns[title]
        return dict(
            _rows(grid, [columns.get(head, self._cells.text) for head in heads])
        )

    def _heading(self, title: str) -> str:
        name = title.removeprefix("Table:").partition("(")[0].strip()
        table = next(one for one in self._page.policy.tables if one.name == name)
        return f"Table: {table.name} ({table.hit})"

    def _rule(self, head: str) -> Write:
        if head.startswith("if ") or head in self._conditions:
            return self._cells.condition(head.removeprefix("if ").strip())
        if head == "when":
            return self._cells.when
        if head == "unless":
            return self._cells.unless
        if head == "of":
            return self._cells.expression
        if head.split(" ", maxsplit=1)[0] in _PLAIN:
            return self._cells.text
        return self._cells.result(self._outcomes[head].kind)

    def _promise(self, head: str) -> Write:
        if head == "when":
            return self._cells.when
        if head in _PLAIN:
            return self._cells.text
        return self._cells.condition(head.removeprefix("if ").strip())

    def _examples(self, grid: Grid) -> dict[int, str]:
        found: dict[int, str] = {}
        for cells, example in zip(grid.rows, self._page.policy.examples, strict=True):
            given = self._cells.example(example, self._facts)
            writes = [
                given if head.text == "given" else self._expected(head.text)
                for head in grid.header
            ]
            row = Grid(grid.header, (cells,))
            found |= dict(_rows(row, writes))
        return found

    def _expected(self, head: str) -> Write:
        listed = {t.name for t in self._page.policy.tables if t.hit in LISTED}
        if head in ("expect", "note") or head in listed or head not in self._kinds:
            return self._cells.text
        outcome = self._outcomes.get(head) or Outcome(head, self._kinds[head])
        return self._cells.expected(outcome)


def _rows(grid: Grid, writes: list[Write]) -> Iterator[tuple[int, str]]:
    names = [head.text for head in grid.header]
    for row in grid.rows:
        cells = dict(zip(names, row, strict=True))
        written = (
            _within(write(cell, cells), cell)
            for write, cell in zip(writes, row, strict=True)
        )
        yield row[0].line, row_line(written)


def _within(written: str, cell: Words) -> str:
    """Leave a cell as it is whose standard form would be longer than a cell may be."""
    return written if len(written) <= limits.CELL_CHARACTERS else cell.text
