"""Read what pages said and what the desk did, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from evenhand.cases.queries import visible_to
from evenhand.decisions import pages
from evenhand.decisions.models import Decision, PolicyVersion
from evenhand.decisions.rules.options import EXCEPTION
from evenhand.decisions.rules.words import Verdict, verdict_of
from evenhand.insight.rules.drift import Drift, Made, PersonDrift, Side, drift
from evenhand.insight.rules.periods import Period
from evenhand.policy.decision import Status
from evenhand.policy.errors import PolicyError
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Permission

# How good a verdict is for the customer.
_HEIGHTS: Mapping[str, int] = {
    Verdict.UPHELD: 3,
    Verdict.PARTLY_UPHELD: 2,
    Verdict.REDRESS_ALREADY_OFFERED: 1,
}
_FIELDS = (
    "decided_at",
    "version__policy",
    "rule",
    "decided_by",
    "decided_by__name",
    "option",
    "currency",
    "policy_outcome",
    "verdict",
    "amount_minor",
    "exception_reason",
)


def paper_and_counter(
    *, member: Member, period: Period, today: date, team: Team | None = None
) -> Drift:
    """Compare decisions within the member's reach with their pages.

    Three queries, whatever there is. Those who lead see every colleague; others see
    themselves only.
    """
    cases = visible_to(member.reach)
    if team is not None:
        cases = cases.filter(team=team)
    made = list(_made(Decision.objects.filter(issue__case__in=cases), period))
    found = drift(made, period=period, rows=_rows_in_force(today))
    if member.may(Permission.REACH_ALL_TEAMS):
        return found
    return _for_one(found, made, member)


def of_the_desk(*, period: Period, today: date) -> Drift:
    """Compare all decisions of the desk, for whoever runs it."""
    made = list(_made(Decision.objects.all(), period))
    return drift(made, period=period, rows=_rows_in_force(today))


def _for_one(found: Drift, made: list[Made], member: Member) -> Drift:
    own = [one for one in made if one.person == member.pk]
    mine = drift(own, period=found.period, rows={})
    weeks = tuple(ways for _week, ways in mine.weeks)
    alone = (PersonDrift(member.name, mine.ways, weeks),) if mine.ways.n else ()
    return Drift(
        period=found.period,
        ways=found.ways,
        sums=found.sums,
        weeks=found.weeks,
        pages=found.pages,
        people=alone,
    )


def _made(decisions: QuerySet[Decision], period: Period) -> Iterator[Made]:
    rows = decisions.filter(
        superseded_at__isnull=True,
        version__isnull=False,
        decided_at__gte=min(period.start, period.weeks[0].start),
        decided_at__lt=period.end,
    ).values(*_FIELDS)
    return (_one(row) for row in rows.iterator())


def _one(row: Mapping[str, Any]) -> Made:
    paper = _paper(row["policy_outcome"])
    return Made(
        at=row["decided_at"],
        policy=row["version__policy"],
        rule=row["rule"],
        person=row["decided_by"],
        name=row["decided_by__name"],
        is_exception=row["option"] == EXCEPTION,
        currency=row["currency"],
        paper=paper,
        desk=Side(row["amount_minor"], _HEIGHTS.get(row["verdict"], 0)),
        reason=row["exception_reason"],
    )


def _paper(kept: Mapping[str, Any]) -> Side | None:
    """Return what the page answered, None where it gave no row."""
    if kept.get("status") != Status.HIT:
        return None
    outcome = kept.get("outcome") or {}
    amount = outcome.get("amount")
    verdict = verdict_of(verdict=outcome.get("verdict"), give=outcome.get("give"))
    height = _HEIGHTS.get(verdict, 0)
    return Side(amount if isinstance(amount, int) else None, height)


def _rows_in_force(today: date) -> dict[str, tuple[str, ...]]:
    """Return the rows of the first table of each page that holds today."""
    versions = PolicyVersion.objects.defer("text").order_by("policy")
    by_page: dict[str, list[PolicyVersion]] = {}
    for version in versions:
        by_page.setdefault(version.policy, []).append(version)
    holding = [
        found
        for listed in by_page.values()
        if (found := pages.in_force(listed, day_of=lambda _judged_on: today))
    ]
    texts = pages.texts_of(holding)
    return {one.policy: _row_names(texts[one.pk]) for one in holding}


def _row_names(text: str) -> tuple[str, ...]:
    try:
        table = pages.ready(text).policy.tables[0]
    except PolicyError:
        return ()
    return tuple(row.id for row in table.rows)
