"""A mail and the answer to it meet in one case, whichever is filed first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.cases.models import Case
from evenhand.channels.models import MailId
from evenhand.channels.templatetags.mail_words import JOINED
from tests import given
from tests.channels.workers import together
from tests.given_mail import a_delivery, a_filed, an_answer_sent, case_of, raw_mail

pytestmark = pytest.mark.django_db
FIRST = "first@mail.example"


@pytest.mark.parametrize("field", ["In-Reply-To", "References"])
def test_a_mail_that_comes_after_its_answer_joins_it(field: str) -> None:
    answer = a_filed(raw_mail(subject="Re: The dress", headers=f"{field}: <{FIRST}>\n"))

    late = a_filed(raw_mail(message_id=FIRST))

    assert case_of(late) == case_of(answer)
    assert late.message is not None
    assert late.message.joined_by == "answered"
    assert Case.objects.count() == 1


def test_who_was_written_to_in_the_answer_is_a_party() -> None:
    answer = a_filed(
        raw_mail(
            sender="Bo <bo@mail.example>",
            to="eva@mail.example",
            headers=f"Cc: help@shop.example\nIn-Reply-To: <{FIRST}>\n",
        )
    )

    late = a_filed(raw_mail(message_id=FIRST))

    assert case_of(late) == case_of(answer)


def test_nobody_draws_anothers_mail_by_naming_its_id_beforehand() -> None:
    a_filed(raw_mail(sender="Mal <mal@evil.test>", headers=f"In-Reply-To: <{FIRST}>\n"))

    late = a_filed(raw_mail(message_id=FIRST))

    assert case_of(late).customer.name == "Eva Novak"
    assert case_of(late).messages.count() == 1
    assert Case.objects.count() == 2


def test_a_machine_awaits_nothing() -> None:
    a_filed(raw_mail(headers=f"In-Reply-To: <{FIRST}>\nAuto-Submitted: auto-replied\n"))

    assert not MailId.objects.filter(awaited_by__isnull=False).exists()


def test_each_department_meets_its_own_answer() -> None:
    both = "shop@shop.example, studio@shop.example"
    given.a_team("Studio")
    given.a_team("Shop")
    a_filed(raw_mail(to=both, headers=f"In-Reply-To: <{FIRST}>\n"))

    a_filed(raw_mail(to=both, message_id=FIRST))

    assert [case.messages.count() for case in Case.objects.all()] == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_two_workers_file_a_mail_and_its_answer_into_one_case() -> None:
    for number in range(6):
        first = a_delivery(raw_mail(message_id=f"m{number}@race.example"))
        answer = a_delivery(
            raw_mail(
                message_id=f"a{number}@race.example",
                headers=f"In-Reply-To: <m{number}@race.example>\n",
            )
        )

        together(answer, first)

        first.refresh_from_db()
        answer.refresh_from_db()
        assert case_of(first) == case_of(answer)
    assert Case.objects.count() == 6


def test_why_a_message_joined_stands_on_it(client: Client) -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)
    client.force_login(given.the("mei"))
    page = reverse("desk:case", args=[case.ref])
    before = client.get(page).text

    a_filed(raw_mail(headers=f"In-Reply-To: <{sent.mail_id}>\n"))

    after = client.get(page).text
    word, why = JOINED["message_id"]
    assert "Why it is here:" not in before
    assert f"Why it is here: {word}" in after
    assert after.count(why) == 2
