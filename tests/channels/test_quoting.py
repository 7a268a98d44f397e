"""A reply without any id joins the one case whose answer it quotes, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.cases.models import Case
from evenhand.channels.mail.quoting import base_subject, quotes
from evenhand.channels.models import Delivery
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail

OURS = "You may send the dress back until the second of December, free of charge."
QUOTED = (
    "Thank you!\n\nOn Mon, 16 Nov 2026 at 09:00, Shop <shop@shop.example> wrote:\n"
    "> Dear Eva,\n"
    "> You may send the dress back until the\n> second of December, free of charge.\n"
)


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("The dress", "the dress", False),
        ("Re: The  dress", "the dress", True),
        ("AW: Re: RE[2]: The dress", "the dress", True),
        ("\u56de\u590d\uff1a\u9000\u8d27", "\u9000\u8d27", True),
        ("Return: the dress", "return: the dress", False),
        ("Re:", "", True),
    ],
)
def test_a_subject_without_its_words_of_reply(
    subject: str, base: str, is_reply: bool
) -> None:
    assert base_subject(subject) == (base, is_reply)


@examples(st.text(max_size=200), st.text(max_size=200))
def test_a_whole_long_line_is_quoted_however_it_is_broken(
    before: str, after: str
) -> None:
    broken = "> " + OURS.replace(" ", "\n> ")

    assert quotes(f"{before}\n{broken}\n{after}", ours=f"Dear Eva,\n{OURS}\nBye")


def test_a_greeting_and_half_a_line_are_no_quotation() -> None:
    assert not quotes("> Dear Eva,\n> Kind regards", ours="Dear Eva,\nKind regards")
    assert not quotes(f"> {OURS[:60]}", ours=OURS)
    assert not quotes("", ours=OURS)


@pytest.fixture
def case(db: None) -> Case:
    case = case_of(a_filed(raw_mail(subject="The dress")))
    an_answer_sent(case, text=f"Dear Eva,\n{OURS}")
    return case


def joined_by(delivery: Delivery) -> str:
    assert delivery.message is not None
    return delivery.message.joined_by


def test_a_reply_that_quotes_our_answer_joins_its_case(case: Case) -> None:
    reply = a_filed(raw_mail(subject="Re: The dress", text=QUOTED))

    assert case_of(reply) == case
    assert joined_by(reply) == "quote"


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("eva@mail.example", "Re: The dress", "Thank you!"),
        ("eva@mail.example", "The dress", QUOTED),
        ("eva@mail.example", "Re: The coat", QUOTED),
        ("bo@mail.example", "Re: The dress", QUOTED),
        ("eva@mail.example", "Re: The dress", QUOTED.replace("second", "third")),
    ],
    ids=["no quotation", "no reply", "other subject", "other person", "other words"],
)
def test_with_one_sign_missing_it_opens_a_case_of_its_own(
    case: Case, sender: str, subject: str, text: str
) -> None:
    reply = a_filed(raw_mail(sender=sender, subject=subject, text=text))

    assert case_of(reply) != case
    assert joined_by(reply) == "new"


def test_two_cases_that_fit_are_none(case: Case) -> None:
    other = case_of(a_filed(raw_mail(subject="The dress")))
    an_answer_sent(other, text=OURS)

    reply = a_filed(raw_mail(subject="Re: The dress", text=QUOTED))

    assert case_of(reply) not in {case, other}


def test_after_a_month_a_quotation_joins_nothing(case: Case) -> None:
    reply = a_filed(
        raw_mail(subject="Re: The dress", text=QUOTED),
        at=given.MONDAY + timedelta(days=31),
    )

    assert case_of(reply) != case
