"""Source of Python under way: lines, the objects they use, and fresh names."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Self

from evenhand.policy.compiled import runtime
from evenhand.policy.sheet import ABSENT

_RUNTIME: dict[str, Any] = {
    name: getattr(runtime, name) for name in runtime.__all__
} | {"ABSENT": ABSENT}
# Objects of these kinds are one object if they are equal; others only if the same.
_ALIKE = (str, float, Fraction, date, tuple, frozenset)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value under way: `text` is its source while no name of `needs` is None.

    With any of them None the value is unknown. `depth` is how deep the text nests.
    """

    text: str
    needs: tuple[str, ...] = ()
    depth: int = 0

    @property
    def unknown(self) -> str:
        """The test that the value is unknown; empty if it is always known."""
        return " or ".join(f"{name} is None" for name in self.needs)

    @property
    def three_valued(self) -> str:
        """The source of the value, or of None where it is unknown."""
        return f"None if {self.unknown} else {self.text}" if self.needs else self.text


class Objects:
    """The objects that the source names, and the counter of fresh names."""

    __slots__ = ("_known", "count", "named")

    def __init__(self) -> None:
        self.named: dict[str, Any] = dict(_RUNTIME)
        self._known: dict[tuple[type, Any], str] = {}
        self.count = 0

    def fresh(self, letter: str) -> str:
        """Return a name that nothing else has."""
        self.count += 1
        return f"{letter}{self.count}"

    def add(self, value: object) -> str:
        """Return the source of an object: a number as itself, others by a name."""
        if value is None or isinstance(value, bool):
            return repr(value)
        if type(value) is int:
            return f"({value})" if value < 0 else str(value)
        key = (type(value), value) if isinstance(value, _ALIKE) else (int, id(value))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self.fresh("k")
            self.named[known] = value
        return known


class Writer:
    """Lines of one function body; `names` maps a name of the page to its variable.

    `absent` are the variables that may hold ABSENT, `floats` those that may hold a
    float: numbers as they were given, where those computed are exact. `fields` maps a list of order
    lines to the place of each field in a line; `items` are the variables of the fold
    that is being written, by (variable, field) of the page.
    """

    __slots__ = (
        "absent",
        "fields",
        "floats",
        "indent",
        "items",
        "lines",
        "names",
        "objects",
        "used",
    )

    def __init__(
        self,
        objects: Objects,
        names: Mapping[str, str],
        *,
        absent: frozenset[str] = frozenset(),
        floats: frozenset[str] = frozenset(),
        fields: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        self.objects = objects
        self.names = names
        self.absent = absent
        self.floats = floats
        self.fields = fields or {}
        self.items: dict[tuple[str, str], str] = {}
        self.used: dict[str, str] = {}
        self.lines: list[str] = []
        self.indent = 1

    def variable(self, name: str) -> str:
        """Return the variable of a name of the page, and note that it is read."""
        self.used[name] = self.names[name]
        return self.names[name]

    def line(self, text: str) -> None:
        """Write a line at the present depth."""
        self.lines.append("    " * self.indent + text)

    def temp(self, text: str) -> str:
        """Keep a value in a fresh variable; return the variable."""
        name = self.objects.fresh("t")
        self.line(f"{name} = {text}")
        return name

    def held(self, piece: Piece) -> str:
        """Return a variable or number that is the value, None where it is unknown."""
        if piece.text.isidentifier() and piece.needs in ((), (piece.text,)):
            return piece.text
        return self.temp(piece.three_valued)

    def inside(self, items: Mapping[tuple[str, str], str]) -> Self:
        """Return a writer for a function inside this one, which sees these items."""
        inner = type(self)(
            self.objects,
            self.names,
            absent=self.absent,
            floats=self.floats,
            fields=self.fields,
        )
        inner.items = {**self.items, **items}
        inner.used = self.used
        inner.indent = self.indent + 1
        return inner


def run(source: str, objects: Objects, *, fast: bool = False) -> dict[str, Any]:
    """Compile functions; return the namespace that holds them.

    The source is made of our fragments, numbers and generated names; see the package.
    `fast` puts texts into the compiled tree as constants, which costs more to compile.
    """
    space = dict(objects.named)
    tree = _Constants(space).visit(ast.parse(source)) if fast else source
    exec(compile(tree, "<policy>", "exec"), space)  # noqa: S102  # generated from the typed tree; no text of a page is parsed
    return space


class _Constants(ast.NodeTransformer):
    """Puts a text, or a set of texts, where the source names it by a `k`."""

    def __init__(self, space: Mapping[str, Any]) -> None:
        self.known = {
            name: value
            for name, value in space.items()
            if name.startswith("k") and _is_constant(value)
        }

    def visit_Name(self, name: ast.Name) -> ast.expr:  # ast's naming
        if name.id not in self.known:
            return name
        return ast.copy_location(ast.Constant(self.known[name.id]), name)


def _is_constant(value: object) -> bool:
    if isinstance(value, frozenset):
        return all(type(one) in (str, bool, int) for one in value)
    return type(value) in (str, float)
