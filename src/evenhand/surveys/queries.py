"""Surveys by their token, and what was answered about a case."""

from __future__ import annotations

import hashlib
from datetime import datetime

from evenhand.cases.models import Case
from evenhand.cases.queries import visible_to
from evenhand.ledger.models import Entry
from evenhand.staff.models import Team
from evenhand.staff.rules import Reach
from evenhand.surveys.models import Answer, Survey
from evenhand.surveys.rules import LOW

LONGEST_TOKEN = 100


class NoSuchSurvey(Exception):
    """No survey has this token."""


def hash_of(token: str) -> str:
    """Return what a survey keeps of its token: the SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def survey_for(token: str) -> Survey:
    """Return the survey of a link; NoSuchSurvey otherwise. The token is the only right."""
    found = (
        Survey.objects.filter(token_hash=hash_of(token))
        .select_related("case__customer", "answer")
        .first()
        if len(token) <= LONGEST_TOKEN
        else None
    )
    if found is None:
        raise NoSuchSurvey
    return found


def case_closed_by(entry: Entry) -> Case:
    """Return the case that an entry of the ledger ("case:42") tells of."""
    return Case.objects.get(pk=int(entry.subject.removeprefix("case:")))


def has_open(case: Case, *, at: datetime) -> bool:
    """Whether the customer holds a link to this case that can still be answered."""
    return Survey.objects.filter(
        case=case, answer__isnull=True, expires_at__gt=at
    ).exists()


def low_answers(
    reach: Reach,
    *,
    since: datetime,
    until: datetime,
    team: Team | None = None,
    most: int = 20,
) -> list[Answer]:
    """Return low marks within reach, or of one team, that came in the span, latest first."""
    cases = visible_to(reach) if team is None else visible_to(reach).filter(team=team)
    marks = Answer.objects.filter(satisfaction__lte=LOW) | Answer.objects.filter(
        ease__lte=LOW
    )
    return list(
        marks.filter(
            answered_at__gte=since,
            answered_at__lt=until,
            survey__case__in=cases,
        )
        .select_related("survey__case__customer")
        .order_by("-answered_at", "-pk")[:most]
    )
