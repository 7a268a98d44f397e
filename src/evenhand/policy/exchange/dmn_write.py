"""A policy page written as a DMN 1.5 model: inputs, and a decision for each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from evenhand.policy.exchange.feel import Feel
from evenhand.policy.exchange.forms import Unfit
from evenhand.policy.exchange.imported import LeftOut
from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Condition, Expression
from evenhand.policy.program import Page
from evenhand.policy.tree import SINGLE, Derived, Domain, Fact, Hit, Policy, Row, Table

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
_FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
_SPACE = "urn:evenhand:policy:"
_HITS = {
    Hit.SUM: ("COLLECT", "SUM"),
    Hit.MIN: ("COLLECT", "MIN"),
    Hit.MAX: ("COLLECT", "MAX"),
    Hit.COUNT: ("COLLECT", "COUNT"),
}
TYPES = {
    Kind.YES_NO: "boolean",
    Kind.WHOLE: "tWhole",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.DATE: "date",
    Kind.DURATION: "dayTimeDuration",
    Kind.ONE_OF: "string",
    Kind.TEXT: "string",
    Kind.TEXTS: "tTexts",
}


def write_dmn(page: Page) -> tuple[str, tuple[LeftOut, ...]]:
    """Return the page as DMN XML, and what DMN has no place for.

    Money is written in major units with a type of its currency; what is rounded says
    so with FEEL's rounding functions. A derived fact that needs full FEEL becomes an
    input, and is listed.
    """
    writer = _Writer(page.policy)
    root = writer.model()
    indent(root)
    text = tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', tuple(writer.left)


class _Writer:
    """Builds the model; `given` maps each name to what FEEL calls it so far."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.left: list[LeftOut] = []
        self.called: dict[str, str] = {fact.name: fact.name for fact in policy.facts}
        self.needs: dict[str, tuple[str, ...]] = {}
        head = policy.head
        self.feel = Feel(head.currency, head.rounding, self._call)
        self.feel_values = {one.name: one for one in policy.values}
        self.used: set[str] = set()
        self.decided: list[Element] = []
        self.inputs: dict[str, Kind] = {}

    def model(self) -> Element:
        head = self.policy.head
        root = Element("definitions", xmlns=MODEL, name=head.policy, id="model")
        root.set("namespace", f"{_SPACE}{head.policy}")
        root.set("expressionLanguage", _FEEL)
        root.set("exporter", "Evenhand")
        _described(root, self._about())
        for one in self.policy.derived:
            self._derived(one)
        for table in self.policy.tables:
            self._table(table)
        self._types(root)
        self._inputs(root)
        root.extend(self.decided)
        self._list_left()
        return root

    def _about(self) -> str:
        head = self.policy.head
        parts = [head.title, f"version {head.version}"]
        parts += [f"in force from {head.from_on}"] if head.from_on else []
        parts += [f"until {head.to_on}"] if head.to_on else []
        parts += [f"judged on {head.judged_on}"] if head.judged_on else []
        return "; ".join(part for part in parts if part)

    # Names

    def _call(self, name: str) -> str:
        constant = self.feel_values.get(name)
        if constant is not None and name not in self.called:
            return self.feel.value(constant.value, constant.kind)
        self.used.add(name)
        return self.called.get(name, name)

    def _taken(self) -> set[str]:
        """Return the names used since the last time, and forget them."""
        used, self.used = self.used, set()
        return used

    # Types and inputs

    def _types(self, root: Element) -> None:
        for fact in self.policy.facts:
            if fact.domain.words or _bounds(self.feel, fact.domain, fact.kind):
                item = SubElement(root, "itemDefinition", name=f"t_{fact.name}")
                if fact.kind is Kind.TEXTS:
                    item.set("isCollection", "true")
                SubElement(item, "typeRef").text = self._base(fact.kind)
                self._allowed(item, fact)
        if self.policy.head.currency:
            item = SubElement(root, "itemDefinition", name=self._money())
            SubElement(item, "typeRef").text = "number"
        item = SubElement(root, "itemDefinition", name="tWhole")
        SubElement(item, "typeRef").text = "number"
        texts = SubElement(root, "itemDefinition", name="tTexts", isCollection="true")
        SubElement(texts, "typeRef").text = "string"

    def _allowed(self, item: Element, fact: Fact) -> None:
        words = ", ".join(self.feel.value(w, Kind.TEXT) for w in fact.domain.words)
        bounds = _bounds(self.feel, fact.domain, fact.kind)
        allowed = SubElement(item, "allowedValues")
        SubElement(allowed, "text").text = words or bounds

    def _money(self) -> str:
        return f"tMoney_{self.policy.head.currency}"

    def _base(self, kind: Kind) -> str:
        if kind is Kind.TEXTS:
            return "string"
        return self._money() if kind is Kind.MONEY else TYPES.get(kind, "Any")

    def _type(self, name: str, kind: Kind) -> str:
        fact = next((one for one in self.policy.facts if one.name == name), None)
        if fact and (fact.domain.words or _bounds(self.feel, fact.domain, kind)):
            return f"t_{name}"
        return "tTexts" if kind is Kind.TEXTS else self._base(kind)

    def _inputs(self, root: Element) -> None:
        facts = {one.name: one.kind for one in self.policy.facts}
        for name, kind in (facts | self.inputs).items():
            if kind not in TYPES:
                why = "DMN tables test no such lists"
                self.left.append(LeftOut("Facts", f"{name}, {kind}", why))
                continue
            item = SubElement(root, "inputData", name=name, id=f"input_{name}")
            SubElement(item, "variable", name=name, typeRef=self._type(name, kind))

    # Decisions

    def _decision(self, name: str, kind: Kind | None, used: Iterable[str]) -> Element:
        decision = Element("decision", name=name, id=f"decision_{name}")
        variable = SubElement(decision, "variable", name=name)
        if kind in TYPES:
            variable.set("typeRef", self._base(kind))
        facts = {one.name for one in self.policy.facts} | set(self.inputs)
        needs = {need for one in used for need in self.needs.get(one, (one,))}
        for need in sorted(needs):
            requirement = SubElement(decision, "informationRequirement")
            word, prefix = "requiredDecision", "decision"
            if need in facts:
                word, prefix = "requiredInput", "input"
            SubElement(requirement, word, href=f"#{prefix}_{need}")
        self.decided.append(decision)
        return decision

    def _derived(self, one: Derived) -> None:
        kind = one.expression.kind
        try:
            text = self.feel.expression(one.expression)
        except Unfit as error:
            self._taken()
            self.inputs[one.name] = kind
            self.called[one.name] = one.name
            said = f"{one.name} = {one.expression.text}"
            why = f"{error}; it is an input of the model"
            self.left.append(LeftOut("Derived", said, why))
            return
        decision = self._decision(one.name, kind, self._taken())
        literal = SubElement(decision, "literalExpression")
        SubElement(literal, "text").text = text
        self.called[one.name] = one.name

    def _table(self, source: Table) -> None:
        columns = list(_columns(source))
        exceptions = [(row, group) for row in source.rows for group in row.unless]
        tested = [self._call(name) for name, _ in columns]
        texts = [self.feel.statement(group) for _, group in exceptions]
        rows = [self._row(source, row, columns, exceptions) for row in source.rows]
        title = _title(source)
        only = source.outcomes[0].kind if len(source.outcomes) == 1 else None
        decision = self._decision(title, only, self._taken())
        table = SubElement(decision, "decisionTable")
        hit, total = _HITS.get(source.hit, (source.hit.upper(), ""))
        table.set("hitPolicy", hit)
        if total:
            table.set("aggregation", total)
        for text, kind in [
            *((said, kind) for said, (_, kind) in zip(tested, columns, strict=True)),
            *((said, Kind.YES_NO) for said in texts),
        ]:
            column = SubElement(table, "input", label=text)
            said = SubElement(column, "inputExpression", typeRef=TYPES.get(kind, "Any"))
            SubElement(said, "text").text = text
        self._outputs(table, source)
        for row in rows:
            table.append(row)
        self._publish(source, title)

    def _outputs(self, table: Element, source: Table) -> None:
        for outcome in source.outcomes:
            output = SubElement(table, "output", name=outcome.name)
            output.set("typeRef", self._base(outcome.kind))
            if outcome.words:
                words = (self.feel.value(w, Kind.TEXT) for w in outcome.words)
                values = SubElement(output, "outputValues")
                SubElement(values, "text").text = ", ".join(words)
        for name in _annotations(source):
            SubElement(table, "annotation", name=name)

    def _row(
        self,
        source: Table,
        row: Row,
        columns: list[tuple[str, Kind]],
        exceptions: list[tuple[Row, tuple[Condition, ...]]],
    ) -> Element:
        rule = Element("rule", id=f"{source.name}_{row.line}")
        SubElement(rule, "description").text = row.id
        waiting = list(row.conditions)
        for name, _ in columns:
            here = next((one for one in waiting if one.fact.name == name), None)
            if here is not None:
                waiting.remove(here)
            _entry(rule, "inputEntry", self.feel.cell(here) if here else "-")
        for owner, _group in exceptions:
            _entry(rule, "inputEntry", "false" if owner is row else "-")
        results = dict(row.results)
        for outcome in source.outcomes:
            _entry(
                rule, "outputEntry", self._result(source, row, results, outcome.name)
            )
        for name in _annotations(source):
            text = row.because if name == "because" else row.says.get(name[4:], "")
            _entry(rule, "annotationEntry", text)
        return rule

    def _result(
        self, source: Table, row: Row, results: dict[str, Expression], name: str
    ) -> str:
        expression = results.get(name)
        if expression is None:
            return "null"
        try:
            return self.feel.expression(expression)
        except Unfit as error:
            where = f"Table {source.name}, row {row.id}, {name}"
            self.left.append(LeftOut(where, expression.text, str(error)))
            return "null"

    def _publish(self, source: Table, title: str) -> None:
        """Name the outcomes for later tables; a later value stands over an earlier."""
        if source.hit not in SINGLE:
            self.called[source.name] = title
            self.needs[source.name] = (title,)
            return
        for outcome in source.outcomes:
            name = outcome.name
            field = f"{title}.{name}" if len(source.outcomes) > 1 else title
            before = self.called.get(name)
            if before is not None:
                field = f"(if {field} != null then {field} else {before})"
            self.called[name] = field
            self.needs[name] = (*self.needs.get(name, ()), title)

    def _list_left(self) -> None:
        policy = self.policy
        for title, rows in (
            ("Never", policy.nevers),
            ("Always", policy.always),
            ("Examples", policy.examples),
        ):
            if rows:
                why = "DMN has no place for them"
                self.left.append(LeftOut(title, f"{len(rows)} rows", why))
        asked = sum(1 for fact in policy.facts if fact.asks)
        if asked:
            why = "DMN inputs have no questions"
            self.left.append(LeftOut("Facts", f"{asked} questions", why))
        said = sum(len(words) for words in policy.head.words.values())
        if said:
            why = "DMN has one word for a value"
            self.left.append(LeftOut("words", f"{said} words", why))
        for table in policy.tables:
            unknown = [o.name for o in table.outcomes if o.kind not in TYPES]
            self.left += [LeftOut(table.name, n, "no type of DMN") for n in unknown]


def _title(table: Table) -> str:
    """A table and its only outcome may share a name; a decision needs its own."""
    return f"{table.name}_table"


def _columns(table: Table) -> Iterator[tuple[str, Kind]]:
    """Give the names that rows test; one twice where a row tests it twice."""
    most: dict[str, int] = {}
    kinds: dict[str, Kind] = {}
    for row in table.rows:
        names = [one.fact.name for one in row.conditions]
        for one in row.conditions:
            kinds[one.fact.name] = one.fact.kind
            most[one.fact.name] = max(
                most.get(one.fact.name, 0), names.count(one.fact.name)
            )
    for name, times in most.items():
        yield from [(name, kinds[name])] * times


def _annotations(table: Table) -> list[str]:
    languages = dict.fromkeys(lang for row in table.rows for lang in row.says)
    because = ["because"] if any(row.because for row in table.rows) else []
    return [*because, *(f"say {language}" for language in languages)]


def _bounds(feel: Feel, domain: Domain, kind: Kind) -> str:
    if domain.low is None or domain.high is None or kind is Kind.LINES:
        return ""
    return f"[{feel.value(domain.low, kind)}..{feel.value(domain.high, kind)}]"


def _entry(rule: Element, tag: str, text: str) -> None:
    SubElement(SubElement(rule, tag), "text").text = text


def _described(element: Element, text: str) -> None:
    if text:
        SubElement(element, "description").text = text
