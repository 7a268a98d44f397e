from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Kind, Message
from evenhand.channels.models import Outgoing
from evenhand.customers import actions as customers
from evenhand.ledger import queries as ledger
from evenhand.surveys import actions, queries
from evenhand.surveys.models import Answer, Survey
from tests import given
from tests.given_promises import an_answer
from tests.given_surveys import (
    CLOSED_AT,
    a_survey,
    an_opinion,
    closed_case,
    mails,
    read_the_ledger,
)

pytestmark = pytest.mark.django_db

LATER = CLOSED_AT + timedelta(days=1)


def told(case: Case) -> list[tuple[str, dict[str, object]]]:
    """What the ledger tells of the case's surveys."""
    return [
        (entry.kind, entry.data)
        for entry in ledger.of_matter(case.as_matter)
        if entry.kind.startswith("survey.")
    ]


def low_marks_seen_by(person: str) -> list[Answer]:
    return queries.low_answers(
        given.the(person).reach, since=CLOSED_AT, until=LATER + timedelta(days=1)
    )


def test_a_closed_case_asks_its_customer_once_by_mail() -> None:
    case = closed_case()

    assert read_the_ledger() == 1
    assert read_the_ledger() == 0

    survey = Survey.objects.get()
    assert (survey.case, survey.language, survey.asked_at) == (case, "en", CLOSED_AT)
    assert survey.expires_at == CLOSED_AT + timedelta(days=settings.SURVEY_DAYS)
    [mail] = mails()
    assert mail.to == case.customer.identities.get().value
    assert mail.subject == f"How did we do? #{case.ref}"
    assert mail.automatic == "auto-generated"
    assert mail.text.startswith("Hello Eva Novak,")
    assert 'your case "The dress does not fit"' in mail.text
    assert told(case) == [
        (
            "survey.asked",
            {"language": "en", "expires_at": survey.expires_at.isoformat()},
        )
    ]


def test_only_the_mail_holds_the_token() -> None:
    survey, token = a_survey()

    assert len(token) == 43
    assert survey.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert queries.survey_for(token) == survey
    message = Message.objects.get(automatic="survey")
    assert message == survey.message
    assert token not in message.text
    assert "[…]" in message.text
    assert not any(token in str(e.data) for e in ledger.of_matter("", most=500))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "您的事项“The dress does not fit”已经办结"),
        ("ja", "お問い合わせ「The dress does not fit」の対応が完了いたしました"),
        ("th", "เรื่อง “The dress does not fit” ของคุณปิดเรียบร้อยแล้ว"),
        ("de", "we have closed your case"),
    ],
)
def test_the_mail_speaks_the_language_of_the_case(language: str, words: str) -> None:
    survey, _ = a_survey(language=language)

    assert words in mails()[0].text
    assert survey.language == ("en" if language == "de" else language)


def test_a_second_closing_asks_again_only_once_the_first_link_was_used() -> None:
    case = closed_case()
    survey, _ = a_survey(case)
    mei = given.the("mei")
    cases.open_case_again(case=case, by=mei, at=LATER)
    cases.close_case(case=case, by=mei, at=LATER)

    read_the_ledger(LATER)
    assert told(case)[-1] == ("survey.skipped", {"reason": "asked_already"})
    actions.answer(survey=survey, satisfaction=4, ease=6, comment="", at=LATER)
    cases.open_case_again(case=case, by=mei, at=LATER)
    cases.close_case(case=case, by=mei, at=LATER)
    read_the_ledger(LATER)

    assert Survey.objects.filter(case=case).count() == 2
    assert len({mail.token for mail in mails()}) == 2


def skipped(case: Case, reason: str) -> bool:
    read_the_ledger(LATER)
    nothing_left = not Survey.objects.exists() and not mails()
    return nothing_left and told(case) == [("survey.skipped", {"reason": reason})]


def test_praise_is_not_followed_by_a_survey() -> None:
    case = given.a_case(kind=Kind.PRAISE)
    an_answer(case)
    cases.close_case(case=case, by=given.the("mei"), at=CLOSED_AT)

    assert skipped(case, "only_praise")


def test_a_case_that_no_person_answered_is_not_followed_by_a_survey() -> None:
    case = given.a_case()
    cases.close_case(case=case, by=given.the("mei"), at=CLOSED_AT)

    assert skipped(case, "never_answered")


def test_a_case_that_opened_again_meanwhile_is_not_asked_about() -> None:
    case = closed_case()
    given.a_message(case, text="It still pinches.", at=CLOSED_AT)

    assert skipped(case, "open_again")


def test_a_customer_without_a_mail_address_is_not_asked() -> None:
    customer = customers.add_customer(
        name="Walk In",
        email="",
        language="en",
        country="DE",
        by=given.SYSTEM,
        at=given.MONDAY,
    )
    case = given.a_case(customer=customer)
    an_answer(case)
    cases.close_case(case=case, by=given.the("mei"), at=CLOSED_AT)

    assert skipped(case, "no_address")


def test_an_answer_is_written_down_with_its_marks_and_words() -> None:
    survey, _ = a_survey()

    given_answer = actions.answer(
        survey=survey, satisfaction=4, ease=6, comment=" Quick. ", at=LATER
    )

    assert (given_answer.satisfaction, given_answer.ease) == (4, 6)
    assert (given_answer.comment, given_answer.answered_at) == ("Quick.", LATER)
    entry = ledger.of_matter(survey.case.as_matter)[-1]
    assert entry.kind == "survey.answered"
    assert entry.actor == f"customer:{survey.case.customer_id}"
    assert entry.data == {"satisfaction": 4, "ease": 6, "low": False}


@pytest.mark.parametrize(("satisfaction", "ease"), [(2, 7), (5, 1)])
def test_a_low_mark_is_marked_so_that_a_person_looks(
    satisfaction: int, ease: int
) -> None:
    answer = an_opinion(satisfaction, ease, comment="Three calls for one dress.")

    assert answer.is_low
    assert told(answer.survey.case)[-1][1]["low"] is True
    assert low_marks_seen_by("mei") == [answer]
    assert low_marks_seen_by("sam") == []


def test_a_good_mark_is_not_among_the_low_ones() -> None:
    an_opinion(3, 3)

    assert low_marks_seen_by("marta") == []


@pytest.mark.parametrize(("satisfaction", "ease"), [(0, 4), (6, 4), (4, 0), (4, 8)])
def test_a_mark_off_its_scale_is_refused(satisfaction: int, ease: int) -> None:
    survey, _ = a_survey()

    with pytest.raises(actions.WrongMarks):
        actions.answer(
            survey=survey, satisfaction=satisfaction, ease=ease, comment="", at=LATER
        )

    assert not Answer.objects.exists()
    assert [kind for kind, _ in told(survey.case)] == ["survey.asked"]


def test_the_first_answer_stands() -> None:
    survey, token = a_survey()
    actions.answer(survey=survey, satisfaction=5, ease=7, comment="Fine", at=LATER)

    with pytest.raises(actions.AlreadyAnswered):
        actions.answer(
            survey=queries.survey_for(token),
            satisfaction=1,
            ease=1,
            comment="",
            at=LATER,
        )

    answer = Answer.objects.get()
    assert (answer.satisfaction, answer.comment) == (5, "Fine")
    assert [kind for kind, _ in told(survey.case)].count("survey.answered") == 1


def test_of_two_answers_at_once_the_database_takes_one() -> None:
    _, token = a_survey()
    # both have opened the page before either has answered
    first, second = queries.survey_for(token), queries.survey_for(token)
    actions.answer(survey=first, satisfaction=5, ease=7, comment="", at=LATER)

    with pytest.raises(actions.AlreadyAnswered):
        actions.answer(survey=second, satisfaction=1, ease=1, comment="", at=LATER)

    assert Answer.objects.get().satisfaction == 5
    assert [kind for kind, _ in told(first.case)].count("survey.answered") == 1


def test_an_expired_link_takes_no_answer() -> None:
    survey, _ = a_survey()

    with pytest.raises(actions.LinkExpired):
        actions.answer(
            survey=survey, satisfaction=5, ease=7, comment="", at=survey.expires_at
        )

    assert not Answer.objects.exists()


def test_an_answer_sends_nothing() -> None:
    survey, _ = a_survey()
    before = Outgoing.objects.count()

    actions.answer(survey=survey, satisfaction=1, ease=1, comment="", at=LATER)

    assert Outgoing.objects.count() == before


def test_the_database_itself_refuses_marks_off_the_scale() -> None:
    survey, _ = a_survey()

    for marks in ({"satisfaction": 6, "ease": 4}, {"satisfaction": 4, "ease": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.create(survey=survey, answered_at=LATER, **marks)

    assert not Answer.objects.exists()
