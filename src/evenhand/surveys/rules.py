"""Whom we ask, how a survey stands, and which marks a person must look at."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

SATISFACTION = (1, 2, 3, 4, 5)
EASE = (1, 2, 3, 4, 5, 6, 7)
# The marks from which on a customer counts as satisfied, or says it was made easy.
SATISFIED_FROM = 4
EASY_FROM = 5
# At or below this a person looks at the case.
LOW = 2


class Standing(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"


class Skip(StrEnum):
    """Why nobody is asked about a case that was closed."""

    OPEN_AGAIN = "open_again"
    MERGED = "merged"
    ONLY_PRAISE = "only_praise"
    NEVER_ANSWERED = "never_answered"
    NO_ADDRESS = "no_address"
    ASKED_ALREADY = "asked_already"


def standing(*, answered: bool, expires_at: datetime, at: datetime) -> Standing:
    """Return whether a survey can be answered; an answer outlives the link's end."""
    if answered:
        return Standing.ANSWERED
    return Standing.OPEN if at < expires_at else Standing.EXPIRED


def reason_to_skip(
    *,
    is_merged: bool,
    is_closed: bool,
    is_praise: bool,
    was_answered: bool,
    has_address: bool,
    has_open_survey: bool,
) -> Skip | None:
    """Return why not to ask about a case, None where the customer is asked.

    What is merged into another case is asked about with that one. Praise needs no marks; a case that no person answered (spam, a machine's mail) had
    no service to mark; a second link while one is open would count one case twice.
    """
    reasons = (
        (is_merged, Skip.MERGED),
        (not is_closed, Skip.OPEN_AGAIN),
        (is_praise, Skip.ONLY_PRAISE),
        (not was_answered, Skip.NEVER_ANSWERED),
        (not has_address, Skip.NO_ADDRESS),
        (has_open_survey, Skip.ASKED_ALREADY),
    )
    return next((skip for holds, skip in reasons if holds), None)


def is_low(*, satisfaction: int, ease: int) -> bool:
    """Whether a person should look at the case because of these marks."""
    return satisfaction <= LOW or ease <= LOW
