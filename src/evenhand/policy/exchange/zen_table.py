"""One decision table of ZEN made into one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.policy import limits
from evenhand.policy.errors import PolicyError
from evenhand.policy.exchange.evidence import Evidence, shown_kind
from evenhand.policy.exchange.expressing import expression, kind_of
from evenhand.policy.exchange.forms import (
    Cell,
    Form,
    Given,
    Items,
    Path,
    TooMuch,
    Unfit,
    Unread,
)
from evenhand.policy.exchange.imported import ImportedPage, LeftOut
from evenhand.policy.exchange.naming import Names
from evenhand.policy.exchange.reading import read_cell, read_form
from evenhand.policy.exchange.wording import (
    Lookup,
    Meant,
    about_names,
    cell_text,
    split,
    statement,
    texts_in,
)
from evenhand.policy.exchange.writing import (
    DerivedPart,
    Draft,
    FactPart,
    OutcomePart,
    RowPart,
    TablePart,
    listed,
    plain,
    shortened,
    worded,
)
from evenhand.policy.kinds import Kind
from evenhand.policy.loading import load
from evenhand.policy.tree import Hit

_ASKED = "the language has no words for it, so the page asks for it as a yes/no fact"


@dataclass(frozen=True, slots=True)
class ZenTable:
    """A decision table node as its file has it."""

    name: str
    hit: str
    inputs: tuple[Mapping[str, Any], ...]
    outputs: tuple[Mapping[str, Any], ...]
    rules: tuple[Mapping[str, Any], ...]
    loops_over: str = ""


def read_table(table: ZenTable, *, file: str, policy: str) -> ImportedPage | LeftOut:
    """Make a page of this name of a table, or say why there is none."""
    where = f"table {table.name}"
    if table.hit not in ("first", "collect"):
        return LeftOut(where, "the whole table", f"{table.hit} is no hit policy of ZEN")
    try:
        _refuse_too_large(table)
        builder = _Builder(table, file, policy)
        text = builder.page()
    except TooMuch as error:
        return LeftOut(where, "the whole table", str(error))
    try:
        page = load(text)
    except PolicyError as error:
        return LeftOut(where, "the whole table", str(error.faults[0]))
    return ImportedPage(
        name=policy,
        text=text,
        page=page,
        names=dict(builder.names.taken),
        left_out=tuple(builder.left),
        changed=tuple(builder.changed),
    )


def _refuse_too_large(table: ZenTable) -> None:
    """Bound the work before it is begun: no page could hold more."""
    cells = len(table.rules) * (len(table.inputs) + len(table.outputs))
    length = sum(len(_text(v)) for rule in table.rules for v in rule.values())
    if cells > limits.CELLS or len(table.rules) > limits.ROWS:
        most = f"at most {limits.ROWS} rows and {limits.CELLS} cells"
        raise TooMuch(f"a page has {most}")
    if length > limits.CHARACTERS:
        raise TooMuch(f"a page has at most {limits.CHARACTERS} characters")


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


class _Builder:
    """Puts one page together; what it cannot say goes to `left` and `changed`."""

    def __init__(self, table: ZenTable, file: str, policy: str) -> None:
        self.source = table
        self.names = Names()
        self.left: list[LeftOut] = []
        self.changed: list[LeftOut] = []
        self.evidence = Evidence()
        self.subjects: dict[str, str] = {}  # column id -> path or expression
        self.meant: dict[str, Meant] = {}  # path or expression -> fact
        self.derived: dict[str, str] = {}  # expression -> derived fact that says it
        self.cells: dict[tuple[int, str], Cell | None] = {}
        self.unread: dict[tuple[int, str], str] = {}
        self.draft = Draft(
            policy=policy,
            title=table.name,
            source=f"{file}, {table.name}",
            prose="Imported from a ZEN decision table. Read it before it decides.",
        )

    def page(self) -> str:
        self._read_columns()
        self._read_cells()
        for column in self.source.inputs:
            self._declare_subject(str(column.get("id")))
        outcomes = {str(c.get("id")): self._outcome(c) for c in self.source.outputs}
        hit = Hit.COLLECT if self.source.hit == "collect" else Hit.FIRST
        table = TablePart(self.names.fresh(self.source.name), hit)
        table.results = [one.name for one in outcomes.values()]
        self.draft.tables.append(table)
        for index in range(len(self.source.rules)):
            table.rows.append(self._row(index, outcomes))
        tested = dict.fromkeys(name for row in table.rows for name in row.cells)
        known = [*self.draft.facts, *self.draft.derived]
        table.conditions = [name for name in known if name in tested]
        if self.source.loops_over:
            what = f"it ran once for each of {self.source.loops_over}"
            why = "the page decides one element at a time"
            self.changed.append(LeftOut(self._where(), what, why))
        return self.draft.text()

    def _where(
        self, index: int | None = None, column: Mapping[str, Any] | None = None
    ) -> str:
        where = f"table {self.source.name}"
        where += "" if index is None else f", row {index + 1}"
        if column is None:
            return where
        return f"{where}, column {column.get('name') or column.get('field')}"

    # Reading

    def _read_columns(self) -> None:
        for column in self.source.inputs:
            field = _text(column.get("field")).strip()
            self.subjects[str(column.get("id"))] = field
            form = _form(field)
            if form is not None:
                self.evidence.of_form(form)

    def _read_cells(self) -> None:
        for index, rule in enumerate(self.source.rules):
            for column in self.source.inputs:
                key = index, str(column.get("id"))
                self._read_cell(key, _text(rule.get(key[1])))
            for column in self.source.outputs:
                form = _form(_text(rule.get(str(column.get("id")))))
                if form is not None:
                    self.evidence.of_form(form)

    def _read_cell(self, key: tuple[int, str], text: str) -> None:
        try:
            cell = read_cell(text, "zen")
        except Unread as error:
            self.unread[key] = str(error)
            return
        self.cells[key] = cell
        if cell is None:
            return
        if self.subjects[key[1]]:
            self.evidence.of_cell(cell, self.subjects[key[1]])
        else:
            for form in cell.forms:
                self.evidence.of_form(form, wanted=Kind.YES_NO)

    # Names

    def lookup(self, path: str) -> Meant:
        """Return the fact for a path, declared when it is first used."""
        if path.startswith(("#", "$nodes", "$")):
            raise Unfit(f"{path} looks outside of what the table is given")
        if path not in self.meant:
            kind = self.evidence.kind(path) or Kind.TEXT
            self._declare(path, kind)
        return self.meant[path]

    def _declare(self, path: str, kind: Kind, label: str = "") -> None:
        name = self.names.of(path)
        optional = self.evidence.may_be_null(path)
        self.meant[path] = Meant(name, kind)
        label = shortened(label or path)
        self.draft.declare(FactPart(name, kind, optional=optional, label=label))

    def _declare_subject(self, column_id: str) -> None:
        """Declare what a column tests: a fact, or an expression of facts."""
        text = self.subjects[column_id]
        if not text or text in self.meant:
            return
        form = _form(text)
        if isinstance(form, Path):
            if text != form.name:
                self.subjects[column_id] = text = form.name
            try:
                self.lookup(text)
            except Unfit:
                self._declare(text, self.evidence.kind(text) or Kind.TEXT)
            return
        try:
            self._derive(text, form)
        except Unfit as unfit:
            self._declare(text, self.evidence.kind(text) or Kind.TEXT)
            why = f"{unfit}; the page asks for it as a fact"
            self.changed.append(LeftOut(self._where(), f"the column {text}", why))

    def _derive(self, text: str, form: Form | None) -> None:
        if form is None:
            raise Unfit("it is not read")
        kind = kind_of(form, self.lookup)
        if kind is Kind.TEXT:
            raise Unfit("a derived fact is no text")
        name = self.names.of(text)
        said = expression(form, kind, self.lookup)
        self.draft.declare(DerivedPart(name, kind, said, shortened(text)))
        self.meant[text] = Meant(name, kind)

    # Rows

    def _row(self, index: int, outcomes: Mapping[str, OutcomePart]) -> RowPart:
        rule = self.source.rules[index]
        row = RowPart(f"r{index + 1}", note=plain(_text(rule.get("_description"))))
        for column in self.source.inputs:
            text = _text(rule.get(str(column.get("id")))).strip()
            self._test(row, index, column, text)
        for column in self.source.outputs:
            text = _text(rule.get(str(column.get("id")))).strip()
            outcome = outcomes[str(column.get("id"))]
            self._result(row, index, column, (text, outcome))
        return row

    def _test(
        self, row: RowPart, index: int, column: Mapping[str, Any], text: str
    ) -> None:
        key = index, str(column.get("id"))
        subject = self.subjects[key[1]]
        cell = self.cells.get(key)
        where = self._where(index, column)
        if cell is None and key not in self.unread:
            return
        why = self.unread.get(key, "")
        try:
            said = self._conditions(cell, subject, text, where) if cell else []
        except Unfit as unfit:
            said, why = [], str(unfit)
        if why:
            said = [(self._asked(subject, text), "yes")]
            self.changed.append(LeftOut(where, text, f"{why}; {_ASKED}"))
        for name, test in said:
            row.test(name, test)

    def _conditions(
        self, cell: Cell, subject: str, text: str, where: str
    ) -> list[tuple[str, str]]:
        """Say a cell as tests of facts, or by a derived fact of its own."""
        meant = self.meant.get(subject)
        try:
            if meant:
                return [(meant.name, cell_text(cell, meant, self.lookup))]
        except Unfit:
            pass
        try:
            return [about_names(part, self.lookup) for part in split(_only(cell))]
        except Unfit:
            pass
        return [(self._derived(cell, meant, text, where), "yes")]

    def _derived(self, cell: Cell, meant: Meant | None, text: str, where: str) -> str:
        whole = statement(cell) if meant else _only(cell)
        said = expression(whole, Kind.YES_NO, self.lookup, meant)
        for known in self.draft.derived.values():
            if known.text == said:
                return known.name
        name = self.names.fresh(
            f"{where}: {text}", f"test {meant.name if meant else ''}"
        )
        self.draft.declare(DerivedPart(name, Kind.YES_NO, said, shortened(text)))
        self.changed.append(LeftOut(where, text, f"said by the derived fact {name}"))
        return name

    def _asked(self, subject: str, text: str) -> str:
        """Declare a yes/no fact for a condition that only a person can judge."""
        label = f"{subject}: {text}" if subject else text
        name = self.names.of(label)
        if name not in self.draft.facts:
            part = FactPart(name, Kind.YES_NO, label=shortened(label))
            self.draft.declare(part)
        return name

    # Results

    def _outcome(self, column: Mapping[str, Any]) -> OutcomePart:
        field = _text(column.get("field")) or _text(column.get("name")) or "result"
        texts = [_text(r.get(str(column.get("id")))) for r in self.source.rules]
        forms = [form for form in map(_form, texts) if form is not None]
        kinds = {kind for kind in map(self._kind, forms) if kind}
        only = next(iter(kinds)) if len(kinds) == 1 else Kind.TEXT
        for form in forms:
            # A name that nothing else uses is of the kind of the results beside it.
            if isinstance(form, Path) and self._kind(form) is None:
                self.evidence.of_form(form, wanted=only)
        name = self.names.fresh(f"result {field}", field)
        part = OutcomePart(name, only)
        self.draft.outcomes[name] = part
        return part

    def _kind(self, form: Form) -> Kind | None:
        if isinstance(form, Items):
            return Kind.TEXTS
        if isinstance(form, Path):
            return self.evidence.kind(form.name)
        try:
            kind = shown_kind(form) or kind_of(form, self.lookup)
        except Unfit:
            return None
        return Kind.NUMBER if kind is Kind.WHOLE else kind

    def _result(
        self,
        row: RowPart,
        index: int,
        column: Mapping[str, Any],
        said: tuple[str, OutcomePart],
    ) -> None:
        text, outcome = said
        if not text:
            return
        where = self._where(index, column)
        try:
            form = read_form(text, "zen")
            if form != Given(None):
                said_so = _result_text(form, outcome.kind, self.lookup)
                row.results[outcome.name] = said_so
        except (Unread, Unfit) as error:
            self.left.append(LeftOut(where, text, str(error)))
            return
        if shown_kind(form) not in (None, outcome.kind):
            why = "other rows write a text there, so it is a text too"
            self.changed.append(LeftOut(where, text, why))


def _only(cell: Cell) -> Form:
    if len(cell.forms) != 1:
        raise Unfit("several statements in one cell")
    return cell.forms[0]


def _form(text: str) -> Form | None:
    try:
        return read_form(text, "zen") if text.strip() else None
    except Unread:
        return None


def _result_text(form: Form, kind: Kind, lookup: Lookup) -> str:
    """Write what a row gives; a text stands for itself."""
    if kind is Kind.TEXTS:
        return listed(texts_in(form))
    if kind is not Kind.TEXT:
        return expression(form, kind, lookup)
    if not isinstance(form, Given) or form.value is None:
        raise Unfit("a result of words stands for itself; it is not computed")
    if isinstance(form.value, str):
        return worded(form.value)
    return worded(str(form.value).lower())
