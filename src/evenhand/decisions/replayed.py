"""Decide the desk's own past cases by a new text, beside the text that holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Count
from django.utils import timezone

from evenhand.decisions import pages
from evenhand.decisions.models import Decision as Stored
from evenhand.decisions.rules.replays import (
    ASKS,
    BROKEN,
    NO_ROW,
    NOTHING,
    Ending,
    Replayed,
    Tally,
)
from evenhand.decisions.rules.words import Verdict
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault, FactError
from evenhand.policy.program import Page

_WORDS = ("say", "because")
CHUNK = 500
SAY_EVERY = 500
# How good each verdict is for the customer; a word of the page's own stands between.
_RANKS: Mapping[str, int] = {
    Verdict.UPHELD: 3,
    Verdict.PARTLY_UPHELD: 2,
    Verdict.REDRESS_ALREADY_OFFERED: 1,
    Verdict.NOT_UPHELD: 0,
    Verdict.OUT_OF_SCOPE: 0,
}
Progress = Callable[[int, int], None]


def replayed(text: str, *, of: str, against: str, progress: Progress) -> dict[str, Any]:
    """Replay every live decision by the page `of` this name by the text.

    Beside it stands the answer of the text `against`. Each case is asked as it was
    known when it was decided, by the names of its facts. What the record lacks is
    asked for, never guessed. `progress` is told (done, total) now and again. Returns
    the report that `rules.replays.Report` reads. PolicyError where the text is faulty.
    """
    new = pages.ready(text)
    old = pages.ready(against) if against else None
    stored = Stored.objects.filter(version__policy=of, superseded_at__isnull=True)
    total = stored.count()
    tally = Tally()
    progress(0, total)
    kept = stored.order_by("pk").values_list(
        "facts", "currency", "decided_at", "issue__case__customer__tier"
    )
    for done, (facts, currency, at, tier) in enumerate(kept.iterator(CHUNK), start=1):
        month = f"{timezone.localtime(at):%Y-%m}"
        before = ending(old, facts) if old else Ending(NOTHING)
        tally.add(Replayed(month, currency, before, ending(new, facts), tier))
        if done % SAY_EVERY == 0:
            progress(done, total)
    progress(total, total)
    return tally.as_data()


def pages_with_a_past() -> list[tuple[str, int]]:
    """Return the pages by which cases were decided, and how many, the most first."""
    live = Stored.objects.filter(superseded_at__isnull=True, version__isnull=False)
    counted = live.values_list("version__policy").annotate(cases=Count("pk"))
    return list(counted.order_by("-cases", "version__policy"))


def ending(page: Page, facts: Mapping[str, Any]) -> Ending:
    """Answer a stored case by a page; facts that the page does not know are left out."""
    known = {name: value for name, value in facts.items() if name in page.declared}
    try:
        answer = decide(page, known, trace=False)
    except (DecisionFault, FactError) as error:
        return Ending(BROKEN, broken=str(error)[:200])
    if answer.status is Status.NEEDS_FACT:
        return Ending(ASKS, asks=tuple(_asked(answer)))
    if answer.status is Status.NO_RULE:
        return Ending(NO_ROW)
    amount = answer.outcome.get("amount")
    verdict = str(answer.outcome.get("verdict") or "")
    return Ending(
        answer.rule or "",
        minor=amount if isinstance(amount, int) else None,
        rank=_RANKS.get(verdict, 1),
        gives=dict(_beside(answer.outcome)),
    )


def _beside(outcome: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Give what comes out beside the amount, without the words of listed rows."""
    for name, value in outcome.items():
        if isinstance(value, list):
            yield name, [_silent(one) for one in value]
        elif name != "amount":
            yield name, value


def _silent(one: object) -> object:
    """Leave out the sentence and the clause of a row of offers or duties."""
    if isinstance(one, Mapping):
        return {name: value for name, value in one.items() if name not in _WORDS}
    return one


def _asked(answer: Decision) -> Iterator[str]:
    return (question.fact for question in answer.needs[:1])
