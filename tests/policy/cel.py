"""Cases of the Common Expression Language's own test suite, held against ours.

Each line of the file is a case: an expression, what its names stand for, and the value
that CEL gives or that it gives an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenhand.policy.deciding import decide
from evenhand.policy.errors import Misread
from evenhand.policy.expressions import read_expression
from evenhand.policy.kinds import Kind
from evenhand.policy.program import assemble
from evenhand.policy.scope import Scope
from evenhand.policy.tree import Fact, Head, Hit, Outcome, Policy, Row, Table

FILE = Path(__file__).resolve().parents[3] / "shared/data/policy/cel_subset.jsonl"
_KINDS = {
    "int64": Kind.WHOLE,
    "double": Kind.NUMBER,
    "bool": Kind.YES_NO,
    "string": Kind.TEXT,
}
_LISTS = {"int64": Kind.NUMBERS, "double": Kind.NUMBERS, "string": Kind.TEXTS}


@dataclass(frozen=True)
class Case:
    """A case as the file has it; values stand under the name of their CEL type."""

    id: str
    expr: str
    bind: Mapping[str, Mapping[str, Any]]
    value: Mapping[str, Any] | None
    error: bool


@dataclass(frozen=True)
class Answer:
    """What became of a case: a value, or where and why it was refused."""

    value: Any = None
    refused_at: int | None = None
    why: str = ""


class NotAFact(Exception):
    """A binding that no fact of a page can hold: a map, null, a name with dots."""


def cel_cases() -> Iterator[Case]:
    """Every case of the file, in its order."""
    for line in FILE.read_text("utf-8").splitlines():
        found = json.loads(line)
        yield Case(**{name: found[name] for name in Case.__dataclass_fields__})


def answer(case: Case) -> Answer:
    """Read the expression over facts of our kinds, and decide it."""
    facts = tuple(_fact(name, bound) for name, bound in case.bind.items())
    scope = Scope("EUR")
    for fact in facts:
        scope.declare(fact)
    try:
        expression = read_expression(case.expr, None, scope)
    except Misread as misread:
        return Answer(refused_at=misread.offset, why=misread.what)
    row = Row("only", (), (("result", expression),))
    table = Table("t", Hit.FIRST, (Outcome("result", expression.kind),), (row,))
    policy = Policy(Head("cel", "1", currency="EUR"), facts, (), (), (table,))
    given = {name: plain(bound) for name, bound in case.bind.items()}
    return Answer(decide(assemble(policy), given).outcome.get("result"))


def _fact(name: str, bound: Mapping[str, Any]) -> Fact:
    ((kind, value),) = bound.items()
    if not name.isidentifier() or name in ("true", "false", "null"):
        raise NotAFact(name)
    if kind in _KINDS:
        return Fact(name, _KINDS[kind], optional=True)
    kinds = {next(iter(one)) for one in value} if kind == "list" else set()
    if len(kinds) != 1 or not kinds <= set(_LISTS):
        raise NotAFact(name)
    return Fact(name, _LISTS[kinds.pop()], optional=True)


def plain(value: Mapping[str, Any]) -> Any:
    """A CEL value without its type."""
    ((kind, inner),) = value.items()
    if kind == "list":
        return [plain(one) for one in inner]
    return inner
