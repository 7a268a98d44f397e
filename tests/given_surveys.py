"""Surveys as customers get them: a case answered, closed, and the mail that follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.channels.models import Outgoing
from evenhand.ledger.readers import read_on
from evenhand.surveys import actions as surveys
from evenhand.surveys.models import Answer, Survey
from evenhand.surveys.readers import READER
from tests import given
from tests.given_promises import an_answer

CLOSED_AT = given.MONDAY + timedelta(hours=2)
_LINK = re.compile(r"http://127\.0\.0\.1:8000/s/(\S+)/")


@dataclass(frozen=True, slots=True)
class Mail:
    """What the customer received."""

    to: str
    subject: str
    text: str
    token: str
    automatic: str


def mails() -> list[Mail]:
    """Every mail with a survey's link in the outbox, oldest first."""
    found = []
    for outgoing in Outgoing.objects.order_by("pk"):
        mail = message_from_bytes(bytes(outgoing.raw), policy=policy.default)
        part = mail.get_body(("plain",))
        text = part.get_content() if part else ""
        if link := _LINK.search(text):
            found.append(
                Mail(
                    to=", ".join(outgoing.recipients),
                    subject=str(mail["Subject"]),
                    text=text,
                    token=link.group(1),
                    automatic=str(mail["Auto-Submitted"]),
                )
            )
    return found


def closed_case(
    *, name: str = "Eva Novak", language: str = "en", at: datetime = CLOSED_AT
) -> Case:
    """A case that Mei answered and closed."""
    case = given.a_case(customer=given.a_customer(name, language=language))
    an_answer(case, at=given.MONDAY + timedelta(hours=1))
    return cases.close_case(case=case, by=given.the("mei"), at=at)


def read_the_ledger(at: datetime = CLOSED_AT) -> int:
    """Let the surveys' reader handle what is new; how many entries it handled."""
    return read_on(READER, at=at)


def a_survey(
    case: Case | None = None, *, language: str = "en", at: datetime = CLOSED_AT
) -> tuple[Survey, str]:
    """A survey asked, and the token that only the customer's mail holds."""
    case = case or closed_case(language=language, at=at)
    read_the_ledger(at)
    return Survey.objects.get(case=case), mails()[-1].token


def an_opinion(
    satisfaction: int,
    ease: int,
    *,
    comment: str = "",
    asked_at: datetime = CLOSED_AT,
    at: datetime = CLOSED_AT + timedelta(days=1),
) -> Answer:
    """What one more customer answered."""
    survey, _ = a_survey(at=asked_at)
    return surveys.answer(
        survey=survey, satisfaction=satisfaction, ease=ease, comment=comment, at=at
    )
