"""DMN 1.1 to 1.5: the decisions of a model read as one policy page.

Decision tables keep their hit policies; an expression becomes a table of one row;
knowledge models are written out where they are used. A decision that cannot come over
is listed, and what needs it takes it as a fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evenhand.policy.errors import PolicyError
from evenhand.policy.exchange.dmn_model import (
    Context,
    Decided,
    DmnTable,
    Invoked,
    Logic,
    Model,
    Unknown,
    Words,
)
from evenhand.policy.exchange.dmn_names import (
    Bound,
    Register,
    kind_of_type,
    known_names,
)
from evenhand.policy.exchange.dmn_tables import TableReader
from evenhand.policy.exchange.dmn_xml import read_model
from evenhand.policy.exchange.expressing import kind_of
from evenhand.policy.exchange.forms import Path, TooMuch, Unfit
from evenhand.policy.exchange.imported import (
    Imported,
    ImportedPage,
    ImportFault,
    LeftOut,
)
from evenhand.policy.exchange.naming import Names
from evenhand.policy.exchange.writing import Draft
from evenhand.policy.loading import load

_NAMES, _DECISIONS, _CELLS = 3_000, 200, 40_000  # cells of all pages together
_DEEPEST = 12  # knowledge models and contexts inside each other
_OTHERS = {
    "decisionService": "a page is asked for everything it can answer",
    "import": "another file; import it by itself",
}


def read_dmn(text: str, *, name: str = "", decision: str = "") -> Imported:
    """Read a DMN file; ImportFault if it is no DMN, or hostile.

    A page for each decision that no other needs, with everything that it needs; or
    one page for the `decision` that is named.
    """
    model = read_model(text)
    tops = [decision] if decision else _tops(model.decisions)
    _refuse_too_large(model, tops)
    left = [
        LeftOut(f"{element} {title}", element, _OTHERS[element])
        for element, title in model.others
    ]
    pages: list[ImportedPage] = []
    base = name or model.name
    names = Names()
    for top in tops:
        title = base if len(tops) == 1 and not decision else f"{base} {top}"
        page = _page_for(model, (title, names.of_page(title)), top)
        if isinstance(page, ImportedPage):
            pages.append(page)
        else:
            left += page
    if not tops:
        left.append(LeftOut(base, "the file", "it holds no decision"))
    return Imported(tuple(pages), tuple(left))


def _refuse_too_large(model: Model, tops: list[str]) -> None:
    """Bound the work before it is begun: names, tables of a page, cells of all pages."""
    by_name = {one.name: one for one in model.decisions}
    names = sum(1 for _ in known_names(model))
    if names > _NAMES or len(by_name) > _DECISIONS:
        raise ImportFault(
            f"the model has more than {_NAMES} names or {_DECISIONS} decisions"
        )
    cells = 0
    for top in tops:
        needs = _with_needs(by_name[top], by_name, set()) if top in by_name else ()
        cells += sum(_cells(one.logic) for one in needs)
    if cells > _CELLS:
        raise ImportFault(f"the tables have more than {_CELLS} cells")


def _cells(logic: Logic) -> int:
    if not isinstance(logic, DmnTable):
        return 1
    return len(logic.rules) * (len(logic.inputs) + len(logic.outputs))


def _tops(decisions: tuple[Decided, ...]) -> list[str]:
    """Return the decisions that no other one needs, the answers of the model."""
    needed = {need for one in decisions for need in one.needs}
    tops = [one.name for one in decisions if one.name not in needed]
    return tops or [one.name for one in decisions[-1:]]


def _page_for(
    model: Model, called: tuple[str, str], top: str
) -> ImportedPage | tuple[LeftOut, ...]:
    """Make a page of a decision and its needs; if it cannot be, say why.

    Where a cell does not keep to the values that the model allows, the page is
    written again with open domains.
    """
    by_name = {one.name: one for one in model.decisions}
    if top not in by_name:
        return (LeftOut(called[0], f"the decision {top}", "it is not in the file"),)
    order = tuple(_with_needs(by_name[top], by_name, set()))
    page = _page(model, called, order, strict=True)
    if isinstance(page, ImportedPage):
        return page
    return _page(model, called, order, strict=False)


def _page(
    model: Model, called: tuple[str, str], order: tuple[Decided, ...], *, strict: bool
) -> ImportedPage | tuple[LeftOut, ...]:
    name, policy = called
    draft = Draft(
        policy=policy,
        title=name,
        source=f"{model.name}, DMN",
        prose="Imported from a DMN model. Read it before it decides.",
    )
    register = Register(model, draft, strict=strict)
    reader = _ModelReader(register)
    try:
        reader.read(name, order)
    except TooMuch as error:
        return (LeftOut(name, "the whole model", str(error)),)
    left = tuple(reader.left)
    if not draft.tables:
        return (*left, LeftOut(name, "the whole model", "no decision came over"))
    if not draft.facts:
        return (*left, LeftOut(name, "the whole model", "it asks for no fact"))
    try:
        page = load(draft.text())
    except PolicyError as error:
        why = str(error.faults[0])
        return (*left, LeftOut(name, "the whole model", why))
    names = dict(register.names.taken)
    names |= {meant.name: path for path, meant in register.outcomes.items()}
    changed = tuple(register.changed)
    return ImportedPage(policy, draft.text(), page, names, left, changed)


class _ModelReader:
    """Reads decisions in the order in which they need each other."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.tables = TableReader(register)
        self.left = self.tables.left

    def read(self, name: str, order: tuple[Decided, ...]) -> None:
        for decision in order:
            try:
                self._logic(decision.name, decision.logic, {}, 0)
            except Unfit as error:
                what = f"the decision {decision.name}"
                self.left.append(LeftOut(name, what, str(error)))

    def _logic(self, name: str, logic: Logic, bound: Bound, depth: int) -> None:
        if depth > _DEEPEST:
            raise Unfit("it is nested too deep")
        if isinstance(logic, Unknown):
            raise Unfit(f"its logic is {logic.form}")
        if isinstance(logic, Words):
            self._words(name, logic, bound)
        elif isinstance(logic, DmnTable):
            self.tables.table(name, logic, bound)
        elif isinstance(logic, Invoked):
            self._invoked(name, logic, bound, depth)
        else:
            self._context(name, logic, bound, depth)

    def _words(self, name: str, logic: Words, bound: Bound) -> None:
        form = self.register.form(logic.text, bound)
        typed = kind_of_type(self.register.type_at(name), name)
        kind = typed or kind_of(form, self.register.lookup)
        meant = self.tables.single(name, form, kind, name)
        self.register.outcomes[name] = meant

    def _invoked(self, name: str, logic: Invoked, bound: Bound, depth: int) -> None:
        model = self.register.model.knowledge.get(logic.model)
        if model is None:
            raise Unfit(f"{logic.model} is not in the file")
        given: Bound = {}
        for parameter, argument in logic.arguments.items():
            if not isinstance(argument, Words):
                raise Unfit(f"{parameter} is no expression")
            given[parameter] = self.register.form(argument.text, bound)
        self._logic(name, model.logic, given, depth + 1)

    def _context(self, name: str, logic: Context, bound: Bound, depth: int) -> None:
        """Entries are decided one by one, each under its own name in the context."""
        inside = dict(bound)
        for title, entry in logic.entries:
            path = f"{name}.{title}"
            self._logic(path, entry, inside, depth + 1)
            inside[title] = Path(path)
        if logic.result is not None:
            self._logic(name, logic.result, inside, depth + 1)


def _with_needs(
    decision: Decided, by_name: Mapping[str, Decided], done: set[str]
) -> Iterator[Decided]:
    """Give every decision after those that it needs; a circle is cut where it closes."""
    waiting = [(decision, iter(decision.needs))]
    while waiting:
        one, needs = waiting[-1]
        if one.name in done:
            waiting.pop()
            continue
        ahead = [other for other, _ in waiting]
        need = next((by_name[n] for n in needs if n in by_name), None)
        if need is None:
            done.add(one.name)
            waiting.pop()
            yield one
        elif need.name not in done and need not in ahead:
            waiting.append((need, iter(need.needs)))
