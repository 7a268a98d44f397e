"""Ask a customer after a closing, and write down what was answered."""

from __future__ import annotations

import copy
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Kind, Message
from evenhand.cases.queries import locked_case
from evenhand.channels.actions import outbox
from evenhand.customers.queries import address_of
from evenhand.ledger import actions as ledger
from evenhand.ledger.models import Entry
from evenhand.surveys import queries, rules
from evenhand.surveys.models import Answer, Survey
from evenhand.surveys.wording import spoken, wording_in

AUTOMATIC = "survey"
# what stands in the case's thread in place of the link, which is the customer's alone
NO_LINK = "[…]"


class AlreadyAnswered(Exception):
    """The link was used before, and the answer then given stands."""


class LinkExpired(Exception):
    """The link's days are over."""


class WrongMarks(ValueError):
    """A mark that is not on its scale."""


@transaction.atomic
def ask(*, closing: Entry, at: datetime) -> Survey | None:
    """Send the customer a link after a closing (`case.closed`), or note why not.

    Survey, message in the case and mail in the outbox are one transaction. The token
    leaves in the mail only: neither the survey nor the thread, which colleagues read,
    holds it.
    """
    case = locked_case(queries.case_closed_by(closing))
    address = address_of(case.customer)
    skip = rules.reason_to_skip(
        is_merged=case.merged_into_id is not None,
        is_closed=case.closed_at is not None,
        is_praise=case.kind == Kind.PRAISE,
        was_answered=case.first_answered_at is not None,
        has_address=bool(address),
        has_open_survey=queries.has_open(case, at=at),
    )
    if skip is not None:
        ledger.record(
            kind="survey.skipped",
            subject=case.as_matter,
            by=ledger.SYSTEM,
            at=at,
            data={"reason": skip.value},
        )
        return None
    return _ask(case=case, closing=closing, address=address, at=at)


def _ask(*, case: Case, closing: Entry, address: str, at: datetime) -> Survey:
    token = secrets.token_urlsafe(32)
    message = _send(case=case, token=token, address=address, at=at)
    survey = Survey.objects.create(
        case=case,
        closing=closing,
        token_hash=queries.hash_of(token),
        language=message.language,
        message=message,
        asked_at=at,
        expires_at=at + timedelta(days=settings.SURVEY_DAYS),
    )
    ledger.record(
        kind="survey.asked",
        subject=survey.as_subject,
        matter=case.as_matter,
        by=ledger.SYSTEM,
        at=at,
        data={
            "language": survey.language,
            "expires_at": survey.expires_at.isoformat(),
        },
    )
    return survey


def _send(*, case: Case, token: str, address: str, at: datetime) -> Message:
    language = spoken(case.language)
    wording = wording_in(language)
    message = cases.add_automatic_message(
        case=case,
        said=cases.Said(
            text=_text(case, link=NO_LINK),
            channel="mail",
            subject=wording.mail_subject.format(ref=case.ref),
            language=language,
            automatic=AUTOMATIC,
        ),
        at=at,
    )
    # the same message with the link in it: rendered by the outbox, never saved
    with_link = copy.copy(message)
    address_of_page = reverse("surveys:answer", args=[token])
    with_link.text = _text(case, link=f"{settings.PUBLIC_URL}{address_of_page}")
    outbox.queue(message=with_link, to=[address], at=at)
    return message


def _text(case: Case, *, link: str) -> str:
    wording = wording_in(case.language)
    return wording.mail_text.format(
        name=case.customer.name,
        subject=case.subject,
        link=link,
        days=settings.SURVEY_DAYS,
        shop=settings.SHOP_NAME,
    )


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
