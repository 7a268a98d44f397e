"""Write down what a customer answered."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from evenhand.ledger import actions as ledger
from evenhand.surveys import rules
from evenhand.surveys.models import Answer, Survey


class AlreadyAnswered(Exception):
    """The link was used before, and the answer then given stands."""


class LinkExpired(Exception):
    """The link's days are over."""


class WrongMarks(ValueError):
    """A mark that is not on its scale."""


@transaction.atomic
def answer(
    *, survey: Survey, satisfaction: int, ease: int, comment: str, at: datetime
) -> Answer:
    """Write down the answer: satisfaction 1 to 5, ease 1 to 7.

    WrongMarks, AlreadyAnswered or LinkExpired, and nothing is written down. Of two
    answers at the same moment the database takes one; the other is AlreadyAnswered.
    Low marks are marked as such in the ledger, so that a person looks at the case.
    """
    if satisfaction not in rules.SATISFACTION or ease not in rules.EASE:
        raise WrongMarks(f"{satisfaction} of 5, {ease} of 7")
    standing = survey.standing_at(at)
    if standing == rules.Standing.ANSWERED:
        raise AlreadyAnswered
    if standing == rules.Standing.EXPIRED:
        raise LinkExpired
    try:
        with transaction.atomic():
            given = Answer.objects.create(
                survey=survey,
                satisfaction=satisfaction,
                ease=ease,
                comment=comment.strip(),
                answered_at=at,
            )
    except IntegrityError as error:
        raise AlreadyAnswered from error
    ledger.record(
        kind="survey.answered",
        subject=survey.as_subject,
        matter=survey.case.as_matter,
        by=f"customer:{survey.case.customer_id}",
        at=at,
        data={"satisfaction": satisfaction, "ease": ease, "low": given.is_low},
    )
    return given
