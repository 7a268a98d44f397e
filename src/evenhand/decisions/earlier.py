"""Examples of earlier versions, answered by a new text: what would be another answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from evenhand.decisions import pages
from evenhand.decisions.explained import Telling
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.rules.entries import to_keep
from evenhand.decisions.rules.reports import key_of
from evenhand.decisions.templatetags.decision_words import outcome_label, outcome_words
from evenhand.policy import limits
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault, FactError, PolicyError
from evenhand.policy.exploring import Budget, TooWide
from evenhand.policy.kinds import Value
from evenhand.policy.program import Page
from evenhand.policy.telling import Teller
from evenhand.policy.tree import Example

MOST_VERSIONS = 20
MOST_DIFFERENCES = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """An example of an earlier version with another answer than it had.

    `given` is the case as label and value; `before` and `after` are the answers.
    """

    key: str
    version: str
    line: int
    given: tuple[tuple[str, str], ...]
    before: str
    after: str


def differences(
    page: Page, versions: Iterable[PolicyVersion], *, known: Collection[str] = ()
) -> tuple[Difference, ...]:
    """Answer the examples of these versions, the latest first, by another page.

    An example that several versions have counts once, as the latest has it. What is
    `known` was said to be meant when a version was published, and is not told again.
    """
    budget = Budget(limits.ROWS_READ_FOR_EXAMPLES)
    found: list[Difference] = []
    seen: set[str] = set()
    for version in list(versions)[:MOST_VERSIONS]:
        try:
            old = pages.ready(version.text)
        except PolicyError:
            continue  # a later release reads it no more: its own page says so
        try:
            found += _of_version(page, old, version, seen, budget)
        except TooWide:
            break
    fresh = [one for one in found if one.key not in known]
    return tuple(fresh[:MOST_DIFFERENCES])


def _of_version(
    page: Page, old: Page, version: PolicyVersion, seen: set[str], budget: Budget
) -> Iterator[Difference]:
    for example in old.policy.examples:
        given = _kept(example)
        if given in seen:
            continue
        seen.add(given)
        budget.spend(page.program.rows + old.program.rows)
        before, after = (_answer(one, example, budget) for one in (old, page))
        if before.kept != after.kept:
            yield Difference(
                key=key_of(version.version, given, after.kept),
                version=version.version,
                line=example.line,
                given=told_facts(old, example.given),
                before=before.told,
                after=after.told,
            )


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer twice: in no language, to compare; in the reader's, to show."""

    kept: str
    told: str


def _kept(example: Example) -> str:
    kept = {name: to_keep(value) for name, value in example.given.items()}
    return json.dumps(kept, sort_keys=True, default=str)


def _answer(page: Page, example: Example, budget: Budget) -> _Answer:
    """Answer an example; the row's name apart, which may change for nothing."""
    facts = {n: v for n, v in example.given.items() if n in page.declared}
    try:
        answer = decide(page, facts, trace=False, budget=budget)
    except (DecisionFault, FactError) as error:
        return _Answer(str(error), gettext("cannot be decided: %s") % error)
    asked = [question.fact for question in answer.needs]
    kept = {**pages.outcome_of(answer), "rule": "", "say": {}, "asked": asked}
    return _Answer(json.dumps(kept, sort_keys=True, default=str), told(page, answer))


def told(page: Page, answer: Decision) -> str:
    """Say an answer in one line: what the customer gets, or what would be asked."""
    names = (fact.name for fact in page.policy.facts)
    teller = _teller(page, dict(zip(names, answer.facts, strict=False)))
    if answer.status is Status.NEEDS_FACT:
        asked = ", ".join(teller.label(question.fact) for question in answer.needs)
        return gettext("asks: %s") % asked
    if answer.status is Status.NO_RULE:
        return gettext("no row speaks")
    parts = [_outcome(teller, name, given) for name, given in answer.outcome.items()]
    return "; ".join(part for part in parts if part)


def reasons(page: Page, example: Example) -> tuple[str, ...]:
    """Tell why the row that an example expects is not its answer, in its page's words."""
    telling = Telling(page, decide(page, example.given), coin_of(page, example.given))
    return telling.of_row(example.expect)


def coin_of(page: Page, facts: Mapping[str, object]) -> str:
    """Return the currency in which a case has its amounts: its own, or the head's."""
    own = facts.get(page.policy.head.currency_from)
    return own if isinstance(own, str) and own else page.policy.head.currency


def told_facts(page: Page, facts: object) -> tuple[tuple[str, str], ...]:
    """Return label and value of each fact of a case, in the reader's language."""
    given: dict[str, Value] = dict(facts) if isinstance(facts, dict) else {}
    teller = _teller(page, given)
    return tuple(
        (teller.label(n), teller.value(n, value)) for n, value in given.items()
    )


def _teller(page: Page, facts: Mapping[str, object]) -> Teller:
    return Teller(page, get_language() or "en", coin_of(page, facts))


def _outcome(teller: Teller, name: str, value: object) -> str:
    if value is None or value in ([], ()):
        return ""
    label = str(outcome_label(name))
    if isinstance(value, list):
        rows = ", ".join(str(row.get("id", "")) for row in value)
        return f"{label}: {outcome_words(rows, name)}"
    said = teller.value(name, value)
    if isinstance(value, str) and said == value.replace("_", " "):
        said = outcome_words(value, name)  # the page has no words of its own for it
    return f"{label}: {said}"
