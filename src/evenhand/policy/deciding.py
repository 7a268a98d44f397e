"""Decide one case by a page: read the facts, read the tables, say why."""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.policy.decision import Citation, Decision, Status, TableTrace
from evenhand.policy.errors import AlwaysBroken, NeverBroken
from evenhand.policy.evaluate import Evaluation, evaluate, matches, read_sheet, status
from evenhand.policy.explain import Watcher, sentences, steps
from evenhand.policy.program import Page, Rule
from evenhand.policy.questions import Budget, question, study


def decide(
    page: Page,
    facts: Mapping[str, object],
    *,
    trace: bool = True,
    budget: Budget | None = None,
) -> Decision:
    """Answer one case; money in and out is in whole minor units.

    A fact that is missing or None is unknown; what the page does not declare is
    ignored. Without `trace` the trace and the steps stay empty, nothing else
    changes. Raises FactError for a value that a fact cannot have, and DecisionFault
    (Overlap, NeverBroken, AlwaysBroken) where the page itself is wrong for these facts.
    """
    program = page.program
    sheet = read_sheet(program, facts)
    watcher = Watcher() if trace else None
    found = evaluate(program, sheet, watcher)
    traces = tuple(watcher.traces) if watcher else ()
    if found.decided:
        return _decided(page, found, traces, trace=trace)
    learnt = study(page, read_sheet(program, facts), found, budget or Budget())
    if learnt.agreed:
        chosen, alike = _representative(learnt.agreed, found)
        return _decided(page, chosen, traces, alike, trace=trace)
    return _ended(
        page,
        Status.NEEDS_FACT,
        needs=tuple(question(page, name) for name in learnt.facts),
        trace=traces,
    )


def _ended(page: Page, state: Status, **said: object) -> Decision:
    head = page.policy.head
    return Decision(head.policy, head.version, page.page_hash, state, **said)  # type: ignore[arg-type]  # the fields of Decision


def _decided(
    page: Page,
    found: Evaluation,
    traces: tuple[TableTrace, ...],
    alike: tuple[str, ...] = (),
    *,
    trace: bool,
) -> Decision:
    _keep_invariants(page, found)
    rule = found.rule
    return _ended(
        page,
        Status.HIT if rule else Status.NO_RULE,
        rule=rule.row.id if rule else None,
        outcome=_with_words(page, found),
        trace=traces,
        steps=tuple(steps(page, found)) if trace else (),
        citations=tuple(_citations(found)),
        say=_said(page, found),
        alike=alike,
    )


def _representative(
    agreed: tuple[Evaluation, ...], found: Evaluation
) -> tuple[Evaluation, tuple[str, ...]]:
    """Of the ways a case may go, all with one outcome, take the one to cite.

    That is the row that matches whatever the unknown facts are, if there is one.
    """
    ids = dict.fromkeys(one.rule.row.id for one in agreed if one.rule)
    sure = _sure_rule(found)
    for one in agreed:
        if one.rule and one.rule.row.id == sure:
            return one, tuple(name for name in ids if name != sure)
    return agreed[0], tuple(ids)[1:]


def _sure_rule(found: Evaluation) -> str | None:
    if found.picks:
        return found.rule.row.id if found.rule else None
    rules = found.stuck[0].rules if found.stuck else ()
    sure = (rule.row.id for rule in rules if matches(rule, found.sheet))
    return next(sure, None)


def _keep_invariants(page: Page, found: Evaluation) -> None:
    sheet, rule = found.sheet, found.rule.row.id if found.rule else "none"
    for never, checks in page.program.nevers:
        if status(checks, sheet):
            raise NeverBroken(never.id, rule)
    for always, when, must in page.program.always:
        if status(when, sheet) and not status(must, sheet):
            raise AlwaysBroken(always.id, rule)


def _with_words(page: Page, found: Evaluation) -> dict[str, object]:
    """Add to each listed row its reason and its sentences."""
    outcome: dict[str, object] = dict(found.outcome)
    for deck, taken in found.picks:
        if deck.is_listed:
            rows = found.outcome[deck.table.name]
            outcome[deck.table.name] = [
                {**row, **_words_of(page, rule, found, row)}
                for rule, row in zip(taken, rows, strict=True)
            ]
    return outcome


def _words_of(
    page: Page, rule: Rule, found: Evaluation, row: Mapping[str, object]
) -> dict[str, object]:
    say = sentences(page, rule, found.sheet, row)
    words: dict[str, object] = {"say": say} if say else {}
    because = rule.row.because
    return {**words, "because": because} if because else words


def _citations(found: Evaluation) -> list[Citation]:
    return [
        Citation(deck.table.name, rule.row.id, rule.row.because)
        for deck, taken in found.picks
        if not deck.is_listed
        for rule in taken
        if rule.row.because
    ]


def _said(page: Page, found: Evaluation) -> dict[str, str]:
    """Join what the matched rows of single-hit tables say, language by language."""
    said: dict[str, list[str]] = {}
    for deck, taken in found.picks:
        if deck.is_listed:
            continue
        for rule in taken:
            for language, text in sentences(page, rule, found.sheet, {}).items():
                said.setdefault(language, []).append(text)
    return {
        lang: ("" if lang in ("zh", "ja") else " ").join(t) for lang, t in said.items()
    }
