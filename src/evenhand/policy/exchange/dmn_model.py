"""A DMN file as plain parts: inputs, decisions, tables, knowledge models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evenhand.policy.kinds import Kind


@dataclass(frozen=True, slots=True)
class TypeOf:
    """An item definition: a base type or fields, and the values that are allowed."""

    base: str = ""
    allowed: str = ""
    fields: Mapping[str, TypeOf] = field(default_factory=dict)
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results."""

    name: str
    type: str = ""
    values: str = ""
    otherwise: str = ""  # what is given where no rule matches


@dataclass(frozen=True, slots=True)
class Input:
    """A column of tests: the expression that is tested, and what it may be."""

    text: str
    type: str = ""
    values: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: texts of tests and of results, and annotations."""

    tests: tuple[str, ...]
    results: tuple[str, ...]
    notes: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class DmnTable:
    """A decision table."""

    hit: str  # UNIQUE, FIRST, …
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...] = ()  # names of the annotation columns


@dataclass(frozen=True, slots=True)
class Words:
    """A literal expression."""

    text: str


@dataclass(frozen=True, slots=True)
class Invoked:
    """A knowledge model used with these arguments (parameter -> expression)."""

    model: str
    arguments: Mapping[str, Logic]


@dataclass(frozen=True, slots=True)
class Context:
    """Named entries, and what comes out at the end if there is such an entry."""

    entries: tuple[tuple[str, Logic], ...]
    result: Logic | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Logic of a form that is not read: a list, a relation, a function, nothing."""

    form: str


Logic = DmnTable | Words | Invoked | Context | Unknown


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it needs (names of decisions and of inputs)."""

    name: str
    type: str
    logic: Logic
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: parameters (name -> type) and logic."""

    name: str
    parameters: Mapping[str, str]
    logic: Logic


@dataclass(frozen=True, slots=True)
class Model:
    """A whole file, in its order."""

    name: str
    types: Mapping[str, TypeOf]
    inputs: Mapping[str, str]  # name -> type
    decisions: tuple[Decided, ...]
    knowledge: Mapping[str, Knowledge]
    others: tuple[tuple[str, str], ...] = ()  # element, name: what is not read


KINDS = {
    "string": Kind.TEXT,
    "number": Kind.NUMBER,
    "boolean": Kind.YES_NO,
    "date": Kind.DATE,
}
