"""Decide many cases, a JSON line each: lines in, answers out, nothing kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from evenhand.policy.counterfactual import Audience, Nearest, nearest, wanting_more
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision
from evenhand.policy.errors import DecisionFault, FactError
from evenhand.policy.program import Page
from evenhand.policy.telling import told, told_way
from evenhand.policy.traces import Status

Json = dict[str, object]


class BadLine(ValueError):
    """A line that cannot be decided: its number (from 1) and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")
        self.number = number
        self.why = why


@dataclass(slots=True)
class Ignored:
    """Facts that the page does not declare, counted by name while a stream runs."""

    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many facts were ignored."""
        return sum(self.counts.values())

    def note(self, names: Iterable[str]) -> None:
        """Count these names."""
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1


class _Case(NamedTuple):
    id: object
    facts: dict[str, object]


def decide_lines(
    page: Page,
    lines: Iterable[str],
    *,
    ignored: Ignored | None = None,
    explain: str = "",
) -> Iterator[Json]:
    """Answer each line `{"id": …, "facts": {…}}` with a dict ready for JSON.

    With a language in `explain` each answer also tells why, and what would give more.
    Blank lines are passed over. Raises BadLine at the first line that is not such an
    object, has a fact with a value that cannot be, or shows the page to be wrong;
    the answers before it have been given, and nothing of that line.
    """
    noted = Ignored() if ignored is None else ignored
    declared = page.declared
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _case(number, line)
        try:
            decision = decide(page, case.facts, trace=bool(explain))
        except (FactError, DecisionFault) as error:
            raise BadLine(number, str(error)) from error
        noted.note(name for name in case.facts if name not in declared)
        answer = _answer(case.id, decision)
        if explain:
            answer["explained"] = _explained(page, decision, explain)
        yield answer


def _case(number: int, line: str) -> _Case:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(number, f"not JSON: {error}") from error
    if not isinstance(read, dict) or not isinstance(read.get("facts"), dict):
        raise BadLine(number, 'write {"id": …, "facts": {…}}')
    if not isinstance(read.get("id"), str | int):
        raise BadLine(number, "the id is missing, or neither text nor a whole number")
    return _Case(read["id"], read["facts"])


def _answer(name: object, decision: Decision) -> Json:
    return {
        "id": name,
        "status": decision.status.value,
        "rule": decision.rule,
        "outcome": plain_json(decision.outcome),
        "needs": [
            {
                "fact": question.fact,
                "type": question.kind.value,
                "ask": question.ask(),
                "choices": list(question.choices),
            }
            for question in decision.needs
        ],
    }


def _explained(page: Page, decision: Decision, language: str) -> Json:
    found = told(decision, page, language)
    return {
        "window": found.window.text,
        "rows": [line.text for line in found.rows],
        "steps": [line.text for line in found.steps],
        "ways": {
            "staff": _ways(page, decision, language, Audience.STAFF),
            "customer": _ways(page, decision, language, Audience.CUSTOMER),
            "hindsight": _ways(page, decision, language, None),
        },
    }


def _ways(
    page: Page, decision: Decision, language: str, audience: Audience | None
) -> list[str]:
    """Tell the nearest ways to more; without an audience those of hindsight."""
    if decision.status is not Status.HIT:
        return []
    names = (fact.name for fact in page.policy.facts)
    facts = dict(zip(names, decision.facts, strict=True))
    code = facts.get(page.policy.head.currency_from)
    try:
        found: tuple[Nearest, ...] = nearest(
            page,
            facts,
            wanted=wanting_more(decision),
            audience=audience or Audience.STAFF,
            hindsight=audience is None,
        )
    except DecisionFault:  # the page is wrong for a case beside this one
        return []
    currency = code if isinstance(code, str) else ""
    return [told_way(one, page, language, currency=currency) for one in found]


def plain_json(value: object) -> object:
    """Return a value with its dates as ISO text and its tuples as lists."""
    match value:
        case date():
            return value.isoformat()
        case list() | tuple():
            return [plain_json(inner) for inner in value]
        case dict():
            return {str(name): plain_json(inner) for name, inner in value.items()}
        case _:
            return value
