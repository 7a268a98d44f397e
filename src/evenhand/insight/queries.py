"""Gather what the scorecard counts, in a fixed number of queries, within one reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from evenhand.cases.models import Case, Clock
from evenhand.cases.queries import visible_to
from evenhand.decisions.models import Decision
from evenhand.decisions.rules.options import EXCEPTION
from evenhand.decisions.rules.words import UPHOLDS, Verdict
from evenhand.insight.definitions import (
    BY_KEY,
    DEFINITIONS,
    OPENED_AGAIN_DAYS,
    Definition,
)
from evenhand.insight.rules.figures import Clause, Figure, Sample, by_clause, figure
from evenhand.insight.rules.periods import Period
from evenhand.insight.rules.pictures import Bar, Trend, bar, trend
from evenhand.kernel.statistics import Interval, share
from evenhand.ledger.models import Entry
from evenhand.promises.models import Promise
from evenhand.promises.rules import Score, score
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Reach
from evenhand.surveys.models import Answer, Survey
from evenhand.surveys.queries import low_answers
from evenhand.surveys.rules import EASY_FROM, SATISFIED_FROM

DECIDED = UPHOLDS | {Verdict.NOT_UPHELD, Verdict.REDRESS_ALREADY_OFFERED}
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its definition and pictures; `beside` reads with it."""

    definition: Definition
    figure: Figure
    bar: Bar | None
    trend: Trend | None

    @property
    def counter(self) -> Definition:
        return BY_KEY[self.definition.counter]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All figures of a period, and what stands beside them."""

    period: Period
    cards: tuple[Card, ...]
    clauses: tuple[Clause, ...]
    low: list[Answer]
    # of the surveys asked in the period, how many have been answered so far
    responses: Interval | None
    promises_made: int


def teams_of(member: Member) -> QuerySet[Team]:
    """Return the teams whose figures the member may see."""
    found = Team.objects.order_by("name", "pk")
    return found if member.reach.all_teams else found.filter(pk__in=member.reach.teams)


def scorecard(
    *, reach: Reach, period: Period, at: datetime, team: Team | None = None
) -> Scorecard:
    """Return the figures of a period for the cases within reach, or of one team of it.

    The number of queries is the same for any number of cases.
    """
    cases = visible_to(reach)
    if team is not None:
        cases = cases.filter(team=team)
    span = (period.reach_back, period.end)
    decisions = _decisions(cases, span)
    surveys = _surveys(cases, span)
    samples: Mapping[str, list[Sample]] = {
        "first_answer": _first_answers(cases, span),
        "resolve": _resolved(cases, span),
        "opened_again": _closings(cases, span, at=at),
        "promises_kept": _promises(cases, span, at=at),
        "upheld": [
            Sample(row.at, row.verdict in UPHOLDS)
            for row in decisions
            if row.verdict in DECIDED
        ],
        "exceptions": [Sample(row.at, row.is_exception) for row in decisions],
        "satisfaction": [
            Sample(row.answered_at, row.satisfaction >= SATISFIED_FROM)
            for row in surveys
            if row.answered_at
        ],
        "ease": [
            Sample(row.answered_at, row.ease >= EASY_FROM)
            for row in surveys
            if row.answered_at
        ],
    }
    return Scorecard(
        period=period,
        cards=tuple(
            _card(definition, samples[definition.key], period)
            for definition in DEFINITIONS
        ),
        clauses=by_clause(
            (row.policy, row.rule, row.is_exception)
            for row in decisions
            if period.holds(row.at)
        ),
        low=low_answers(reach, since=period.start, until=period.end, team=team),
        responses=_responses(surveys, period),
        promises_made=Promise.objects.filter(
            case__in=cases, made_at__gte=period.start, made_at__lt=period.end
        ).count(),
    )


def _card(definition: Definition, samples: list[Sample], period: Period) -> Card:
    found = figure(
        samples,
        key=definition.key,
        measure=definition.measure,
        better=definition.better,
        period=period,
    )
    return Card(definition=definition, figure=found, bar=bar(found), trend=trend(found))


Span = tuple[datetime, datetime]


def _within(field: str, span: Span) -> Q:
    return Q(**{f"{field}__gte": span[0], f"{field}__lt": span[1]})


def _first_answers(cases: QuerySet[Case], span: Span) -> list[Sample]:
    """Return how long each case waited for its first answer.

    Cases that became one count once, as the one that waited longest; what an undone
    split left behind waits for nothing.
    """
    rows = (
        Clock.objects.filter(
            _within("stopped_at", span), case__in=cases, used_minutes__isnull=False
        )
        .exclude(case__split_from__undone_at__isnull=False)
        .order_by("used_minutes", "pk")
        .values_list("case", "case__merged_into", "stopped_at", "used_minutes")
    )
    longest = {
        home or case: Sample(at, minutes)
        for case, home, at, minutes in rows
        if at and minutes is not None
    }
    return list(longest.values())


def _resolved(cases: QuerySet[Case], span: Span) -> list[Sample]:
    # how long mail from before the desk took to be solved nobody knows
    living = cases.filter(merged_into__isnull=True, earlier=False)
    rows = living.filter(_within("closed_at", span)).values_list(
        "closed_at", "opened_at"
    )
    return [
        Sample(closed, (closed - opened) / HOUR) for closed, opened in rows if closed
    ]


def _closings(cases: QuerySet[Case], span: Span, *, at: datetime) -> list[Sample]:
    """Pair each closing in the ledger with the next opening of the same case."""
    soon = timedelta(days=OPENED_AGAIN_DAYS)
    living = cases.filter(merged_into__isnull=True)
    touched = living.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=span[0]))
    mine = {f"case:{pk}" for pk in touched.values_list("pk", flat=True)}
    entries = Entry.objects.filter(
        kind__in=("case.closed", "case.opened_again"),
        at__gte=span[0],
        at__lte=min(span[1] + soon, at),
    ).order_by("at", "id")
    return list(_paired(entries.values_list("kind", "subject", "at"), mine, soon, span))


def _paired(
    entries: Iterable[tuple[str, str, datetime]],
    mine: set[str],
    soon: timedelta,
    span: Span,
) -> Iterable[Sample]:
    closed: dict[str, datetime] = {}
    for kind, case, at in entries:
        if case not in mine:
            continue
        before = closed.pop(case, None)
        if before is not None and before < span[1]:
            yield Sample(before, kind == "case.opened_again" and at - before <= soon)
        if kind == "case.closed":
            closed[case] = at
    yield from (Sample(at, 0) for at in closed.values() if at < span[1])


def _promises(cases: QuerySet[Case], span: Span, *, at: datetime) -> list[Sample]:
    rows = Promise.objects.filter(_within("due_at", span), case__in=cases).values_list(
        "due_at", "state", "ended_at"
    )
    scored = (
        (due_at, score(state=state, due_at=due_at, ended_at=ended_at, at=at))
        for due_at, state, ended_at in rows
    )
    return [
        Sample(due_at, counted == Score.KEPT)
        for due_at, counted in scored
        if counted != Score.OUT_OF_COUNT
    ]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    at: datetime
    verdict: str
    is_exception: bool
    policy: str
    rule: str


def _decisions(cases: QuerySet[Case], span: Span) -> list[DecisionRow]:
    rows = Decision.objects.filter(
        _within("decided_at", span), issue__case__in=cases, superseded_at__isnull=True
    ).values_list("decided_at", "verdict", "option", "version__policy", "rule")
    return [
        DecisionRow(
            at=at,
            verdict=verdict,
            is_exception=option == EXCEPTION,
            policy=policy or "",
            rule=rule,
        )
        for at, verdict, option, policy, rule in rows
    ]


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One survey; without an answer the marks are 0."""

    asked_at: datetime
    answered_at: datetime | None
    satisfaction: int
    ease: int


def _surveys(cases: QuerySet[Case], span: Span) -> list[SurveyRow]:
    rows = Survey.objects.filter(
        _within("asked_at", span) | _within("answer__answered_at", span),
        case__in=cases,
    ).values_list(
        "asked_at", "answer__answered_at", "answer__satisfaction", "answer__ease"
    )
    return [
        SurveyRow(
            asked_at=asked_at,
            answered_at=answered_at,
            satisfaction=satisfaction or 0,
            ease=ease or 0,
        )
        for asked_at, answered_at, satisfaction, ease in rows
    ]


def _responses(surveys: Iterable[SurveyRow], period: Period) -> Interval | None:
    asked = [row for row in surveys if period.holds(row.asked_at)]
    return share(hits=sum(row.answered_at is not None for row in asked), n=len(asked))
