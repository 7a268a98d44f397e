"""What the names of a DMN model are on the page: facts, and outcomes of decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from evenhand.policy.durations import told_duration
from evenhand.policy.exchange.dmn_model import (
    KINDS,
    Context,
    Logic,
    Model,
    TypeOf,
    Words,
)
from evenhand.policy.exchange.evidence import Evidence
from evenhand.policy.exchange.forms import (
    Applied,
    Form,
    Given,
    Span,
    Unfit,
    Unread,
    changed,
    put,
)
from evenhand.policy.exchange.imported import LeftOut
from evenhand.policy.exchange.naming import Names
from evenhand.policy.exchange.reading import read_cell, read_form, spaced
from evenhand.policy.exchange.wording import Meant, number, seconds
from evenhand.policy.exchange.writing import Draft, FactPart, plain, quoted, shortened
from evenhand.policy.kinds import ORDERED, Kind

Bound = dict[str, Form]
_DEEPEST = 8  # item definitions that name each other
_MONEY = re.compile(r"tMoney_([A-Z]{3})")  # as a page of ours is written
_WHOLE = "tWhole"
_DURATIONS = ("dayTimeDuration", "days and time duration")
_OUTSIDE = {
    "time": "times of day",
    "dateTime": "dates with a time of day",
    "date and time": "dates with a time of day",
    "yearMonthDuration": "durations in years and months",
    "years and months duration": "durations in years and months",
}


class Register:
    """Finds for each name of the model what it is on the page.

    `outcomes` maps a decision, or a field of one, to its outcome; everything else is
    a fact, declared in the draft when it is first used. `strict` keeps the values that
    the model allows as the domain of a fact.
    """

    def __init__(self, model: Model, draft: Draft, *, strict: bool) -> None:
        self.model = model
        self.draft = draft
        self.strict = strict
        self.names = Names()
        self.evidence = Evidence()
        self.outcomes: dict[str, Meant] = {}
        self.lists: set[str] = set()
        self.facts: dict[str, Meant] = {}
        self.used_outcome = False
        self.changed: list[LeftOut] = []
        self.decisions = {one.name: one for one in model.decisions}
        self.known = spaced(known_names(model))

    def form(self, text: str, bound: Bound, depth: int = 0) -> Form:
        """Read an expression, its parameters put in, its knowledge models too."""
        try:
            form = put(read_form(text, "feel", self.known), bound)
        except Unread as error:
            raise Unfit(str(error)) from error
        return changed(form, lambda one: self._written_out(one, depth))

    def _written_out(self, form: Form, depth: int) -> Form:
        """Replace a call of a knowledge model by what it says."""
        if not isinstance(form, Applied) or form.name not in self.model.knowledge:
            return form
        model = self.model.knowledge[form.name]
        if not isinstance(model.logic, Words) or depth > _DEEPEST:
            raise Unfit(f"{model.name} is more than one expression")
        bound = dict(zip(model.parameters, form.arguments, strict=False))
        return self.form(model.logic.text, bound, depth + 1)

    # Types

    def type_of(self, name: str) -> TypeOf:
        """Return a type with what it is based on resolved."""
        found = TypeOf(base=name)
        for _ in range(_DEEPEST):
            known = self.model.types.get(found.base)
            currency = _MONEY.fullmatch(found.base)
            if currency:
                self.draft.currency = currency[1]
            if known is None or currency or found.base == _WHOLE:
                return found
            allowed = found.allowed or known.allowed
            is_list = found.is_list or known.is_list
            found = TypeOf(known.base, allowed, known.fields, is_list)
        return found

    def type_at(self, path: str) -> TypeOf:
        """Return the type of a path: of an input, a decision, or a field of one."""
        root = self._root(path)
        decision = self.decisions.get(root)
        named = self.model.inputs.get(root) or (decision.type if decision else "")
        found = self.type_of(named)
        for part in filter(None, path.removeprefix(root).split(".")):
            inside = found.fields.get(part)
            if inside is None:
                return TypeOf()
            base = self.type_of(inside.base)
            allowed = inside.allowed or base.allowed
            is_list = inside.is_list or base.is_list
            fields = inside.fields or base.fields
            found = TypeOf(base.base or inside.base, allowed, fields, is_list)
        return found

    def _root(self, path: str) -> str:
        """Return the input or decision that a path begins with; names may hold dots."""
        roots = [*self.model.inputs, *self.decisions]
        fitting = [r for r in roots if path == r or path.startswith(f"{r}.")]
        return max(fitting, key=len, default=path.partition(".")[0])

    # Names

    def lookup(self, path: str) -> Meant:
        """Return what a path is on the page; Unfit if it can be nothing there."""
        if path in self.outcomes:
            self.used_outcome = True
            return self.outcomes[path]
        if path in self.lists:
            raise Unfit(f"{path} gives a list of rows, which no cell can test")
        if path not in self.facts:
            self.facts[path] = self._declared(path)
        return self.facts[path]

    def _declared(self, path: str) -> Meant:
        found = self.type_at(path)
        if found.fields and not found.is_list:
            raise Unfit(f"{path} is a structure, not a value")
        kind = kind_of_type(found, path) or self.evidence.kind(path)
        if kind is None:
            raise Unfit(f"{path} has no type")
        name = self.names.of(path)
        if self._root(path) in self.decisions:
            why = "the decision did not come over, so the page takes it as a fact"
            self.changed.append(LeftOut(path, "a decision", why))
        part = FactPart(name, kind, label=shortened(path))
        part.optional = self.evidence.may_be_null(path)
        self._limit(part, found.allowed, path)
        self.draft.declare(part)
        return Meant(name, part.kind)

    def allow(self, path: str, values: str) -> None:
        """Take the input values of a column as the domain of its fact."""
        meant = self.facts.get(path)
        part = self.draft.facts.get(meant.name) if meant else None
        if values and part and not part.domain:
            self._limit(part, values, path)
            self.facts[path] = Meant(part.name, part.kind)

    def _limit(self, part: FactPart, allowed: str, path: str) -> None:
        if not allowed:
            return
        words = words_of(allowed)
        if words and part.kind in (Kind.TEXT, Kind.ONE_OF) and self.strict:
            part.kind, part.domain = Kind.ONE_OF, ", ".join(quoted(w) for w in words)
            return
        bounds = bounded(allowed)
        if bounds and part.kind in ORDERED and self.strict:
            part.domain = bounds
            return
        why = "not every test keeps to them" if words else "they make no domain"
        self.changed.append(LeftOut(path, f"allowed values {plain(allowed)}", why))


def kind_of_type(found: TypeOf, what: str) -> Kind | None:
    """Return our kind for a type, None if it says nothing; Unfit if we have none."""
    if found.is_list:
        if found.base == "string":
            return Kind.TEXTS
        raise Unfit(f"{what} is a list of {found.base or 'anything'}")
    if found.base in _DURATIONS:
        return Kind.DURATION
    if found.base in _OUTSIDE:
        raise Unfit(f"{what}: {_OUTSIDE[found.base]} are not in the language")
    if found.base == _WHOLE:
        return Kind.WHOLE
    return Kind.MONEY if _MONEY.fullmatch(found.base) else KINDS.get(found.base)


def words_of(allowed: str) -> tuple[str, ...]:
    """Return the texts of a list of allowed values, in their order."""
    try:
        cell = read_cell(allowed, "feel")
    except Unread:
        return ()
    forms = cell.forms if cell and not cell.negated else ()
    words = [
        f.value for f in forms if isinstance(f, Given) and isinstance(f.value, str)
    ]
    return tuple(dict.fromkeys(words)) if len(words) == len(forms) else ()


def bounded(allowed: str) -> str:
    """Return `0..999` for allowed values of one closed range."""
    try:
        cell = read_cell(allowed, "feel")
    except Unread:
        return ""
    span = cell.forms[0] if cell and len(cell.forms) == 1 else None
    if not isinstance(span, Span) or not (span.low_in and span.high_in):
        return ""
    ends = [_end(one) for one in (span.low, span.high)]
    return "..".join(ends) if all(ends) else ""


def _end(form: Form) -> str:
    if isinstance(form, Given) and isinstance(form.value, Decimal):
        return number(form.value)
    if isinstance(form, Given) and isinstance(form.value, date):
        return form.value.isoformat()
    try:
        return told_duration(seconds(form)) if isinstance(form, Applied) else ""
    except Unfit:
        return ""


def known_names(model: Model) -> Iterator[str]:
    """Give every name that an expression of the model may use."""
    yield from model.inputs
    for decision in model.decisions:
        yield decision.name
        yield from _entries(decision.logic)
    for knowledge in model.knowledge.values():
        yield knowledge.name
        yield from knowledge.parameters
        yield from _entries(knowledge.logic)
    for one in model.types.values():
        yield from _fields(one)


def _entries(logic: Logic) -> Iterator[str]:
    if isinstance(logic, Context):
        for name, inside in logic.entries:
            yield name
            yield from _entries(inside)


def _fields(one: TypeOf) -> Iterator[str]:
    for name, inside in one.fields.items():
        yield name
        yield from _fields(inside)
