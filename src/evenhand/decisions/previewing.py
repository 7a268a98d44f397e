"""A past case answered by the text that holds and by the one that is being written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from evenhand.cases.queries import visible_to
from evenhand.decisions import pages
from evenhand.decisions.earlier import told, told_facts
from evenhand.decisions.explained import Telling
from evenhand.decisions.models import Decision, PolicyVersion
from evenhand.policy.deciding import decide
from evenhand.policy.errors import DecisionFault, FactError, PolicyError
from evenhand.policy.program import Page
from evenhand.staff.models import Member

MOST_CASES = 30


@dataclass(frozen=True, slots=True)
class Answered:
    """One page's answer to the case, with why it passed over what it passed over."""

    title: str
    rule: str
    told: str
    passed: tuple[str, ...]
    steps: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """A decided issue, its facts, and both answers to it."""

    decision: Decision
    facts: tuple[tuple[str, str], ...]
    unasked: tuple[str, ...]  # facts that only the new text asks for
    old: Answered | None
    new: Answered

    @property
    def is_same(self) -> bool:
        return self.old is not None and (self.old.rule, self.old.told) == (
            self.new.rule,
            self.new.told,
        )


def past_cases(policy: str, *, member: Member) -> list[Decision]:
    """Return the latest live decisions by a page that the member may see."""
    found = Decision.objects.filter(
        version__policy=policy,
        superseded_at__isnull=True,
        issue__case__in=visible_to(member.reach),
    )
    related = found.select_related("issue__case", "version").defer("version__text")
    return list(related.order_by("-decided_at", "-pk")[:MOST_CASES])


def previewed(
    page: Page, decision: Decision, *, against: PolicyVersion | None
) -> Preview:
    """Answer a past case by a page, beside the version that it is compared with."""
    old_page = _ready(against)
    facts = decision.facts
    return Preview(
        decision=decision,
        facts=told_facts(page, {n: v for n, v in facts.items() if n in page.declared}),
        unasked=_unasked(page, old_page),
        old=_answered(old_page, decision, title=str(against)) if old_page else None,
        new=_answered(page, decision, title=gettext("This draft")),
    )


def _ready(version: PolicyVersion | None) -> Page | None:
    if version is None:
        return None
    try:
        return pages.ready(version.text)
    except PolicyError:
        return None


def _unasked(page: Page, old: Page | None) -> tuple[str, ...]:
    known = old.declared if old else frozenset()
    return tuple(fact.name for fact in page.policy.facts if fact.name not in known)


def _answered(page: Page, decision: Decision, *, title: str) -> Answered:
    facts: Mapping[str, object] = {
        name: value for name, value in decision.facts.items() if name in page.declared
    }
    try:
        answer = decide(page, facts)
    except (DecisionFault, FactError) as error:
        return Answered(title, "", "", (), (), fault=str(error))
    telling = Telling(page, answer, decision.currency)
    return Answered(
        title=title,
        rule=answer.rule or "",
        told=told(page, answer),
        passed=telling.passed(),
        steps=telling.steps(),
    )
