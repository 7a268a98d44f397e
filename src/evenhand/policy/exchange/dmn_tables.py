"""One DMN decision table made into a table of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.policy.exchange.dmn_model import DmnTable, Input, Output, Rule
from evenhand.policy.exchange.dmn_names import Bound, Register, kind_of_type, words_of
from evenhand.policy.exchange.evidence import shown_kind
from evenhand.policy.exchange.expressing import ROUNDINGS, expression, kind_of
from evenhand.policy.exchange.forms import (
    Applied,
    Cell,
    Form,
    Given,
    Items,
    Path,
    Unfit,
    Unread,
    put,
    put_subject,
)
from evenhand.policy.exchange.imported import LeftOut
from evenhand.policy.exchange.reading import read_cell
from evenhand.policy.exchange.wording import (
    Meant,
    cell_text,
    statement,
    texts_in,
)
from evenhand.policy.exchange.writing import (
    DerivedPart,
    FactPart,
    OutcomePart,
    RowPart,
    TablePart,
    listed,
    plain,
    quoted,
    shortened,
    worded,
)
from evenhand.policy.kinds import Kind
from evenhand.policy.tree import LISTED, SINGLE, TOTALLED, Hit

_HITS = {
    "UNIQUE": Hit.UNIQUE,
    "FIRST": Hit.FIRST,
    "ANY": Hit.ANY,
    "PRIORITY": Hit.PRIORITY,
    "RULE ORDER": Hit.RULE_ORDER,
    "OUTPUT ORDER": Hit.OUTPUT_ORDER,
    "COLLECT": Hit.COLLECT,
}
_TOTALS = {"SUM": Hit.SUM, "MIN": Hit.MIN, "MAX": Hit.MAX, "COUNT": Hit.COUNT}
_ASKED = "the language has no words for it, so the page asks for it as a yes/no fact"
_ID = re.compile(r"[^\W\d_][\w.-]{0,60}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of tests: what it tests on the page, and the path it came from."""

    source: Input
    meant: Meant
    path: str


@dataclass(frozen=True, slots=True)
class Told:
    """A column of results: the outcome, and what kind of value it holds."""

    source: Output
    name: str
    kind: Kind


class TableReader:
    """Reads tables into the draft; what does not come over goes to two lists."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.draft = register.draft
        self.left: list[LeftOut] = []
        self.changed = register.changed
        self.title = ""
        self.annotations: tuple[str, ...] = ()
        self.derived: dict[str, Meant] = {}  # expression -> what it is called
        self.ids: set[str] = set()

    def table(self, name: str, source: DmnTable, bound: Bound) -> None:
        """Add a table under the name of its decision; Unfit if none can be made."""
        hit = _hit(source)
        columns = [self._column(name, one, bound) for one in source.inputs]
        told = [
            self._told(name, source, place, hit) for place in range(len(source.outputs))
        ]
        _check_ranked(hit, told, self.draft.outcomes)
        title = self.register.names.fresh(
            f"table {name}", name if hit not in SINGLE else f"{name} rules"
        )
        self.title, self.annotations = title, source.notes
        table = TablePart(title, hit, results=[one.name for one in told])
        for number, rule in enumerate(source.rules, 1):
            table.rows.append(self._row((name, number), rule, columns, told, bound))
        tested = dict.fromkeys(n for row in table.rows for n in row.cells)
        order = [column.meant.name for column in columns]
        table.conditions = list(dict.fromkeys([*order, *tested]))
        table.conditions = [one for one in table.conditions if one in tested]
        self.draft.add(table)
        self._publish(name, table, told)
        self._otherwise(name, table, told)

    # What is tested

    def _column(self, name: str, source: Input, bound: Bound) -> Column:
        form = self.register.form(source.text, bound)
        if isinstance(form, Path):
            if not self.register.type_at(form.name).base:
                self._learn_kind(form.name, source.type)
            meant = self.register.lookup(form.name)
            self.register.allow(form.name, source.values)
            return Column(source, self.register.lookup(form.name), form.name)
        meant = self.named(form, source.label or source.text, f"{name}, {source.text}")
        return Column(source, meant, "")

    def _learn_kind(self, path: str, type_name: str) -> None:
        kind = kind_of_type(self.register.type_of(type_name), path)
        self.register.evidence.of_form(Path(path), wanted=kind)

    def named(self, form: Form, label: str, key: str) -> Meant:
        """Give a computed value a name: derived from facts, or a table of one row."""
        self.register.used_outcome = False
        kind = kind_of(form, self.register.lookup)
        said = expression(form, kind, self.register.lookup)
        if self.register.used_outcome or kind is Kind.TEXT:
            return self.single(label, form, kind, key)
        if said in self.derived:
            return self.derived[said]
        name = self.register.names.fresh(f"computed {key}", label)
        self.derived[said] = Meant(name, kind)
        self.draft.declare(DerivedPart(name, kind, said, shortened(label)))
        return Meant(name, kind)

    def single(self, label: str, form: Form, kind: Kind, key: str) -> Meant:
        """Add a table of one row that gives one value."""
        said = result_text(form, kind, self.register)
        name = self.register.names.fresh(key, label)
        self.draft.outcomes[name] = OutcomePart(name, kind)
        title = self.register.names.fresh(f"table {key}", f"{name} rules")
        row = RowPart("always", results={name: said})
        self.draft.add(TablePart(title, Hit.FIRST, results=[name], rows=[row]))
        return Meant(name, kind)

    # Rows

    def _row(
        self,
        place: tuple[str, int],
        rule: Rule,
        columns: Sequence[Column],
        told: Sequence[Told],
        bound: Bound,
    ) -> RowPart:
        name, number = place
        because, notes = self._words(rule)
        row = RowPart(self._row_id(rule, number), because=because, note=notes)
        for column, text in zip(columns, rule.tests, strict=False):
            where = f"{name}, row {number}, column {column.source.text}"
            self._test(row, column, text, where, bound)
        for one, text in zip(told, rule.results, strict=False):
            self._result(row, one, text, f"{name}, row {number}", bound)
        return row

    def _words(self, rule: Rule) -> tuple[str, str]:
        """Return the reason, which our export names so, and all other annotations."""
        names = [*self.annotations, *[""] * len(rule.notes)]
        said = list(zip(names, rule.notes, strict=False))
        because = " ".join(text for name, text in said if name == "because")
        label = rule.label * (not _ID.fullmatch(rule.label))
        others = [label, *(text for name, text in said if name != "because")]
        return plain(because), plain(" ".join(one for one in others if one))

    def _row_id(self, rule: Rule, number: int) -> str:
        """A description of one word is the name of its row, as our export writes it."""
        taken = f"{self.title} {rule.label}" in self.ids
        if not _ID.fullmatch(rule.label) or taken:
            return f"r{number}"
        self.ids.add(f"{self.title} {rule.label}")
        return rule.label

    def _test(
        self, row: RowPart, column: Column, text: str, where: str, bound: Bound
    ) -> None:
        try:
            cell = read_cell(text, "feel", self.register.known)
            if cell is None:
                return
            cell = Cell(tuple(put(f, bound) for f in cell.forms), cell.negated)
            self.register.evidence.of_cell(cell, column.path)
            self._allow_null(column)
            name, said = self._condition(column, cell, text, where)
        except (Unread, Unfit) as error:
            name, said = self._asked(column, text), "yes"
            self.changed.append(LeftOut(where, text, f"{error}; {_ASKED}"))
        row.test(name, said)

    def _allow_null(self, column: Column) -> None:
        part = self.draft.facts.get(column.meant.name)
        if part and self.register.evidence.may_be_null(column.path):
            part.optional = True

    def _condition(
        self, column: Column, cell: Cell, text: str, where: str
    ) -> tuple[str, str]:
        try:
            said = cell_text(cell, column.meant, self.register.lookup)
        except Unfit:
            whole = _with_subject(statement(cell), column)
            meant = self.named(whole, f"{column.source.text} {text}", where)
            what = f"said by {meant.name}, which is derived for it"
            self.changed.append(LeftOut(where, text, what))
            return meant.name, "yes"
        return column.meant.name, said

    def _asked(self, column: Column, text: str) -> str:
        label = f"{column.source.text}: {text}"
        name = self.register.names.of(label)
        if name not in self.draft.facts:
            part = FactPart(name, Kind.YES_NO, label=shortened(label))
            self.draft.declare(part)
        return name

    def _result(
        self, row: RowPart, one: Told, text: str, where: str, bound: Bound
    ) -> None:
        if text in ("", "-", "null"):
            return
        try:
            form = self.register.form(text, bound)
            row.results[one.name] = result_text(form, one.kind, self.register)
        except Unfit as error:
            self.left.append(LeftOut(f"{where}, result {one.name}", text, str(error)))

    # Results

    def _told(self, name: str, source: DmnTable, place: int, hit: Hit) -> Told:
        output = source.outputs[place]
        key = f"{name}.{output.name}" if len(source.outputs) > 1 else name
        kind = self._result_kind(key, output, [r.results[place] for r in source.rules])
        allowed = output.values or self.register.type_at(key).allowed
        words = words_of(allowed) if kind is Kind.TEXT else ()
        wish = output.name or (name if hit in SINGLE else f"{name} value")
        title = self.register.names.fresh(key, wish)
        part = OutcomePart(title, kind)
        ranked = hit in (Hit.PRIORITY, Hit.OUTPUT_ORDER)
        if words and (self.register.strict or ranked):
            part.kind, part.domain = Kind.ONE_OF, ", ".join(quoted(w) for w in words)
        self.draft.outcomes[title] = part
        return Told(output, title, part.kind)

    def _result_kind(self, key: str, output: Output, texts: Sequence[str]) -> Kind:
        found = self.register.type_of(output.type)
        if not found.base or found.fields:
            found = self.register.type_at(key)
        typed = kind_of_type(found, key)
        kinds = {kind for kind in map(self._kind_of_text, texts) if kind}
        if len(kinds) == 1 and typed not in (Kind.MONEY, Kind.WHOLE):
            return next(iter(kinds))
        return typed or Kind.TEXT

    def _kind_of_text(self, text: str) -> Kind | None:
        try:
            form = self.register.form(text, {}) if text else None
        except Unfit:
            return None
        if isinstance(form, Items):
            return Kind.TEXTS
        return shown_kind(form) if isinstance(form, Given) else None

    def _publish(self, name: str, table: TablePart, told: Sequence[Told]) -> None:
        """Make the outcomes names that later decisions may use."""
        if table.hit in LISTED:
            self.register.lists.add(name)
        elif table.hit in TOTALLED:
            kind = Kind.WHOLE if table.hit is Hit.COUNT else told[0].kind
            self.register.outcomes[name] = Meant(table.name, kind)
        elif len(told) == 1:
            self.register.outcomes[name] = Meant(told[0].name, told[0].kind)
        else:
            for one in told:
                path = f"{name}.{one.source.name}"
                self.register.outcomes[path] = Meant(one.name, one.kind)

    def _otherwise(self, name: str, table: TablePart, told: Sequence[Told]) -> None:
        """Give what the model gives where no rule matches: a table of its own."""
        given = [one for one in told if one.source.otherwise]
        if not given or table.hit in LISTED or table.hit is Hit.COUNT:
            return
        base = table.name if table.hit in TOTALLED else given[0].name
        row, kept = RowPart("otherwise", cells={base: "null"}), RowPart("given")
        for one in given:
            form = self.register.form(one.source.otherwise, {})
            said = result_text(form, one.kind, self.register)
            row.results[self._late_name(name, table, one)] = said
        rows = [row]
        if table.hit in TOTALLED:
            late = self.register.outcomes[name].name
            kept.results[late] = base
            rows.append(kept)
        title = self.register.names.fresh(f"otherwise {name}", f"{name} otherwise")
        late_table = TablePart(title, Hit.FIRST, [base], list(row.results), rows)
        self.draft.add(late_table)

    def _late_name(self, name: str, table: TablePart, one: Told) -> str:
        """A total is filled in under a name of its own; an outcome under the same."""
        if table.hit not in TOTALLED:
            return one.name
        late = self.register.names.fresh(f"filled {name}", f"{name} or default")
        self.draft.outcomes[late] = OutcomePart(late, one.kind)
        self.register.outcomes[name] = Meant(late, one.kind)
        return late


def _hit(source: DmnTable) -> Hit:
    hit = _HITS.get(source.hit)
    if hit is None:
        raise Unfit(f"{source.hit} is no hit policy")
    if hit is Hit.COLLECT and source.aggregation:
        return _TOTALS.get(source.aggregation, Hit.COLLECT)
    return hit


def _check_ranked(
    hit: Hit, told: Sequence[Told], outcomes: dict[str, OutcomePart]
) -> None:
    ranked = hit in (Hit.PRIORITY, Hit.OUTPUT_ORDER)
    if ranked and not any(outcomes[one.name].domain for one in told):
        raise Unfit(f"{hit} without output values in an order")


def _with_subject(form: Form, column: Column) -> Form:
    """Put what the column tests where the cell says `?`."""
    from_path = Path(column.path) if column.path else None
    if from_path is None:
        raise Unfit("the column is computed, and the cell too")
    return put_subject(form, from_path)


def result_text(form: Form, kind: Kind, register: Register) -> str:
    """Write what a row gives; a text stands for itself."""
    if isinstance(form, Applied) and form.name in ROUNDINGS and kind is Kind.MONEY:
        register.draft.rounding = ROUNDINGS[form.name]
    if kind is Kind.TEXTS:
        return listed(texts_in(form))
    if kind not in (Kind.TEXT, Kind.ONE_OF):
        return expression(form, kind, register.lookup)
    if isinstance(form, Given) and isinstance(form.value, str):
        return worded(form.value)
    raise Unfit("a result of words stands for itself; it is not computed")
