"""Lists in expressions: `lines.exists(l, …)`, `lines.map(l, …).sum()`, `x in […]`.

A list that is a fact becomes a fold. One that is written out is taken apart while the
expression is read: `[1, 2].exists(x, x > n)` is `1 > n or 2 > n`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from evenhand.policy import limits
from evenhand.policy.errors import Misread
from evenhand.policy.expressions.apart import (
    TOGETHER,
    both,
    joined,
    or_nothing,
    summed,
)
from evenhand.policy.expressions.syntax import Apply, Several, Syntax, Word
from evenhand.policy.expressions.typed import (
    AMOUNTS,
    Bound,
    Record,
    Typed,
    Values,
    need_order,
)
from evenhand.policy.kinds import LISTS, NO, YES, Kind, Value
from evenhand.policy.kinds import element as element_kind
from evenhand.policy.nodes import (
    Call,
    Fold,
    FoldWord,
    Item,
    Literal,
    Member,
    Name,
    Node,
    Ordered,
)
from evenhand.policy.saying import _
from evenhand.policy.scope import Known
from evenhand.policy.tree import Fact

_IMPLICIT = "x"  # the variable where the page names none: amounts.sum()
_TAKEN = YES | NO | {"null", "and", "or", "not", "in"}
_FORMS = {
    "size": "size()",
    "sum": "sum() after map(x, …)",
    "min": "min() after map(x, …)",
    "max": "max() after map(x, …)",
}


@dataclass(frozen=True, slots=True)
class _Gathered:
    """A list that is a fact, looked through: which elements, what of each.

    While `fresh` no variable was named yet.
    """

    fact: Fact
    variable: str
    element: Bound
    where: Node | None = None
    fresh: bool = True

    @property
    def over(self) -> Name:
        """The node of the list."""
        return Name(self.fact.name, self.fact.kind)


@dataclass(frozen=True, slots=True)
class _Apart:
    """A list written out: each element with the test that lets it take part."""

    elements: tuple[tuple[Typed, Node | None], ...]


_Stream = _Gathered | _Apart


class Streams:
    """Reads what an expression asks of lists."""

    __slots__ = ("_inside", "_values")

    def __init__(self, values: Values) -> None:
        self._values = values
        self._inside = False

    def method(self, call: Apply) -> Typed:
        """Type `list.word(…)` where a value comes of it."""
        target = call.target
        if target is None:
            raise AssertionError(call)
        word = call.name
        if word in ("exists", "all", "exists_one"):
            return self._asked(self._stream(target), call)
        if word in ("filter", "map"):
            form = _("ask of it: .size(), .sum(), .exists(x, …)")
            raise Misread(call.offset, _("a list is no value"), form)
        if call.arguments:
            what = _("{word}() of a list takes nothing", word=word)
            raise Misread(call.offset, what, _("write {value}", value=_FORMS[word]))
        stream = self._stream(target)
        if word == "size":
            return _counted(stream, call.offset)
        return self._gathered(stream, call)

    def member(self, value: Typed, syntax: Syntax) -> Typed:
        """Type `value in list`."""
        stream = self._stream(syntax)
        if isinstance(stream, _Apart):
            return self._among(value, stream)
        variable = stream.element
        if isinstance(variable, Record):
            form = _(
                "look through it: exists(x, x.{name} == …)",
                name=variable.fields[0].name,
            )
            raise Misread(syntax.offset, _("a line of a list is no value"), form)
        value, element = self._values.alike(value, variable)
        itself = isinstance(element.node, Item) and not element.node.field
        if stream.where is None and itself:
            node: Node = Member(value.node, stream.over)
        else:
            body = Ordered("=", element.node, value.node)
            node = _fold("exists", stream, body, Kind.YES_NO)
        return Typed(node, Kind.YES_NO, value.offset)

    def _among(self, value: Typed, stream: _Apart) -> Typed:
        pairs = [
            (*self._values.alike(value, one), where) for one, where in stream.elements
        ]
        if any(where for _, _, where in pairs):
            tests = [both(where, Ordered("=", a.node, b.node)) for a, b, where in pairs]
            return Typed(joined("or", tests), Kind.YES_NO, value.offset)
        if not pairs:
            return Typed(Literal(value=False), Kind.YES_NO, value.offset)
        node = Member(value.node, tuple(one.node for _, one, _ in pairs))
        return Typed(node, Kind.YES_NO, value.offset)

    def _asked(self, stream: _Stream, call: Apply) -> Typed:
        variable, body = self._body(call)
        if isinstance(stream, _Gathered):
            stream = _named_variable(stream, variable)
            test = self._answer(stream, variable, body)
            node = _fold(_ASKING[call.name], stream, test, Kind.YES_NO)
            return Typed(node, Kind.YES_NO, call.offset)
        tests = [
            (self._of_each(one, variable, body), where)
            for one, where in stream.elements
        ]
        return Typed(TOGETHER[call.name](tests, call.offset), Kind.YES_NO, call.offset)

    def _answer(self, stream: _Gathered, variable: str, body: Syntax) -> Node:
        with self._looking_through(variable, stream.element):
            return self._values.of_kind(body, Kind.YES_NO).node

    @contextmanager
    def _looking_through(self, variable: str, element: Bound) -> Iterator[None]:
        self._inside = True
        with self._values.binding(variable, element):
            yield
        self._inside = False

    def _of_each(self, element: Typed, variable: str, body: Syntax) -> Node:
        with self._values.binding(variable, element):
            return self._values.of_kind(body, Kind.YES_NO).node

    def _gathered(self, stream: _Stream, call: Apply) -> Typed:
        if isinstance(stream, _Apart):
            return self._totalled(stream, call)
        element = stream.element
        if isinstance(element, Record):
            form = _(
                "say of what: map(x, {value}).{name}()",
                value=element.examples("x").split(",")[0],
                name=call.name,
            )
            raise Misread(
                call.offset, _("whole lines have no {name}", name=call.name), form
            )
        _need_total(element, call)
        word = _GATHERING[call.name]
        node = _fold(word, stream, element.node, element.kind)
        return Typed(node, element.kind, call.offset)

    def _totalled(self, stream: _Apart, call: Apply) -> Typed:
        if not stream.elements:
            raise Misread(call.offset, _("an empty list has no {name}", name=call.name))
        first = next((e for e, _ in stream.elements if e.bare is None), None)
        first = first or stream.elements[0][0]
        alike = [
            (self._values.alike(first, one)[1], where) for one, where in stream.elements
        ]
        kind = next((e.kind for e, _ in alike if e.kind is Kind.NUMBER), first.kind)
        _need_total(first, call)
        if call.name == "sum":
            terms = [or_nothing(one.node, where, 0) for one, where in alike]
            return Typed(summed(terms), kind, call.offset)
        if any(where for _, where in alike):
            form = _("filter a list that is a fact, or write the choice out")
            raise Misread(
                call.offset,
                _("no {name} of a written, filtered list", name=call.name),
                form,
            )
        nodes = tuple(one.node for one, _ in alike)
        node = Call(_EXTREME[call.name], nodes) if len(nodes) > 1 else nodes[0]
        return Typed(node, kind, call.offset)

    def _stream(self, syntax: Syntax) -> _Stream:
        match syntax:
            case Several(elements, offset):
                if len(elements) > limits.TESTS_IN_A_CELL:
                    raise Misread(
                        offset,
                        _(
                            "more than {tests_in_a_cell} values",
                            tests_in_a_cell=limits.TESTS_IN_A_CELL,
                        ),
                    )
                typed = (self._values.value(one) for one in elements)
                return _Apart(tuple((one, None) for one in typed))
            case Word(name, offset):
                return self._named(name, offset)
            case Apply(target, "filter", _, _) if target is not None:
                return self._filtered(self._stream(target), syntax)
            case Apply(target, "map", _, _) if target is not None:
                return self._mapped(self._stream(target), syntax)
        form = _("write a list that is a fact, or [a, b]")
        raise Misread(syntax.offset, _("this is not a list"), form)

    def _named(self, name: str, offset: int) -> _Stream:
        known = self._values.scope.get(name, offset)
        if known.kind not in LISTS:
            raise Misread(
                offset, _("{name} is {kind}, not a list", name=name, kind=known.kind)
            )
        operand = self._values.scope.operand(known)
        if isinstance(operand, Literal):
            return _Apart(tuple(_elements(operand.value, known, offset)))
        fact = known.declared
        if not isinstance(fact, Fact):
            form = _("make it a fact, or a yes/no outcome")
            raise Misread(
                offset,
                _("{name} is no fact: only those lists are read", name=name),
                form,
            )
        if self._inside:
            form = _("derive a fact of the other list first")
            raise Misread(offset, _("a list inside a list is not looked through"), form)
        return _Gathered(fact, _IMPLICIT, _element_of(fact, _IMPLICIT, offset))

    def _filtered(self, stream: _Stream, call: Apply) -> _Stream:
        variable, body = self._body(call)
        if isinstance(stream, _Apart):
            return _Apart(
                tuple(
                    (one, both(where, self._of_each(one, variable, body)))
                    for one, where in stream.elements
                )
            )
        stream = _named_variable(stream, variable)
        test = self._answer(stream, variable, body)
        return replace(stream, where=both(stream.where, test))

    def _mapped(self, stream: _Stream, call: Apply) -> _Stream:
        """`map(x, e)`, and CEL's `map(x, test, e)`, which filters besides."""
        if len(call.arguments) == 3:
            variable, test, body = call.arguments
            only = Apply(call.target, "filter", (variable, test), call.offset)
            stream = self._filtered(stream, only)
            call = replace(call, arguments=(variable, body))
        name, body = self._body(call)
        if isinstance(stream, _Apart):
            return _Apart(
                tuple(
                    (self._value_of(one, name, body), where)
                    for one, where in stream.elements
                )
            )
        stream = _named_variable(stream, name)
        with self._looking_through(name, stream.element):
            return replace(stream, element=self._values.value(body))

    def _value_of(self, element: Typed, name: str, body: Syntax) -> Typed:
        with self._values.binding(name, element):
            return self._values.value(body)

    def _body(self, call: Apply) -> tuple[str, Syntax]:
        """Return the variable and what is asked or taken of each element."""
        form = _("write {name}(x, …)", name=call.name)
        if len(call.arguments) != 2:
            raise Misread(
                call.offset, _("{name}() takes a name and a test", name=call.name), form
            )
        variable, body = call.arguments
        if not isinstance(variable, Word) or variable.name in _TAKEN:
            raise Misread(variable.offset, _("a name for the element is missing"), form)
        if variable.name in self._values.scope or variable.name in self._values.bound:
            what = _("{name} means something else here", name=variable.name)
            raise Misread(variable.offset, what, _("choose another name"))
        return variable.name, body


def _named_variable(stream: _Gathered, variable: str) -> _Gathered:
    """Take the variable of the first filter or map as the one of the whole fold."""
    if not stream.fresh:
        return stream
    element = _element_of(stream.fact, variable, 0)
    return replace(stream, variable=variable, element=element, fresh=False)


def _element_of(fact: Fact, variable: str, offset: int) -> Bound:
    if fact.kind is Kind.LINES:
        return Record(variable, fact.fields)
    kind = element_kind(fact.kind)
    return Typed(Item(variable, "", kind), kind, offset, words=fact.domain.words)


def _elements(
    value: Value, known: Known, offset: int
) -> Iterator[tuple[Typed, Node | None]]:
    """The values of a list of ## Values, as if they were written out."""
    kind = element_kind(known.kind)
    for one in value if isinstance(value, tuple) else ():
        if not isinstance(one, tuple):
            yield Typed(Literal(one), kind, offset, nonzero=one != 0), None


def _fold(word: FoldWord, stream: _Gathered, body: Node | None, kind: Kind) -> Fold:
    return Fold(word, stream.over, stream.variable, stream.where, body, kind)


def _counted(stream: _Stream, offset: int) -> Typed:
    if isinstance(stream, _Gathered):
        node: Node = _fold("count", stream, None, Kind.WHOLE)
        return Typed(node, Kind.WHOLE, offset)
    wheres = [where for _, where in stream.elements]
    if not any(wheres):
        count = len(wheres)
        return Typed(Literal(count), Kind.WHOLE, offset, nonzero=count > 0)
    terms = [or_nothing(Literal(1), where, 0) for where in wheres]
    return Typed(summed(terms), Kind.WHOLE, offset)


def _need_total(element: Typed, call: Apply) -> None:
    if call.name != "sum":
        need_order(element, call.offset)
    elif element.kind not in AMOUNTS:
        raise Misread(call.offset, _("{kind} has no sum", kind=element.kind))


_ASKING: Mapping[str, FoldWord] = {
    "exists": "exists",
    "all": "all",
    "exists_one": "exists_one",
}
_EXTREME: Mapping[str, OneOf["min", "max"]] = {"min": "min", "max": "max"}
_GATHERING: Mapping[str, FoldWord] = {"sum": "sum", "min": "min", "max": "max"}
