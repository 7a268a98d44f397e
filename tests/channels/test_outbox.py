"""An answer leaves once, with one id, and is never quietly lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from evenhand.cases import actions as cases
from evenhand.channels import rules
from evenhand.channels.actions import dead_letters, delivering, outbox
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.channels.tasks import send_outgoing
from evenhand.jobs.models import Job, State
from evenhand.jobs.worker import OUTSIDE
from evenhand.ledger.models import Entry
from tests import given
from tests.channels.sink import Sink, a_sink
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with a_sink() as sink:
        settings.MAIL_OUT = f"smtp://127.0.0.1:{sink.port}"
        yield sink


def try_once(mail: Outgoing) -> Outgoing:
    send_outgoing.call(outgoing_pk=mail.pk)
    mail.refresh_from_db()
    return mail


def waiting_jobs() -> int:
    return Job.objects.filter(task=send_outgoing.module_path).count()


def test_an_answer_is_rendered_and_queued_with_its_message() -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))

    mail = an_answer_sent(case, text="退款 59.00")

    read = parse(bytes(mail.raw))
    assert mail.state == OutgoingState.QUEUED
    assert mail.recipients == ["eva@mail.example"]
    assert read.message_id == mail.mail_id
    assert read.in_reply_to == ("first@mail.example",)
    assert read.subject == "Re: The dress"
    assert read.text.strip() == "退款 59.00"
    assert case.ref in read.reply_to[0].addr
    job = Job.objects.filter(task=send_outgoing.module_path).get()
    assert (job.queue, job.arguments) == (
        OUTSIDE,
        {"outgoing_pk": mail.pk, "attempts": 0},
    )


def test_our_first_mail_in_a_case_does_not_claim_to_answer() -> None:
    case = given.a_case()

    first = an_answer_sent(case)
    second = an_answer_sent(case)

    assert first.subject == case.subject
    assert second.subject == f"Re: {case.subject}"


def test_what_the_desk_writes_by_itself_has_a_subject_of_its_own() -> None:
    case = case_of(a_filed())
    survey = cases.Said(
        text="Two questions",
        channel="mail",
        subject="How did we do?",
        automatic="auto-generated",
    )
    message = cases.add_automatic_message(case=case, said=survey, at=given.MONDAY)

    mail = outbox.queue(message=message, to=["eva@mail.example"], at=given.MONDAY)

    assert parse(bytes(mail.raw)).subject == "How did we do?"


def test_a_mail_leaves_as_it_was_rendered(sink: Sink) -> None:
    mail = an_answer_sent(case_of(a_filed()))

    try_once(mail)

    [taken] = sink.taken
    assert mail.state == OutgoingState.SENT
    assert taken.content == bytes(mail.raw)
    assert taken.rcpt_tos == ["eva@mail.example"]
    assert Entry.objects.latest("id").kind == "mail.sent"


def test_a_sent_mail_is_not_sent_twice(sink: Sink) -> None:
    mail = try_once(an_answer_sent(case_of(a_filed())))

    try_once(mail)

    assert len(sink.taken) == 1


def test_a_passing_refusal_is_tried_again_with_the_same_id(sink: Sink) -> None:
    sink.answers = ["451 come back"]
    mail = an_answer_sent(case_of(a_filed()))
    before = waiting_jobs()

    try_once(mail)

    assert (mail.state, mail.attempts, mail.error) == (
        OutgoingState.QUEUED,
        1,
        "451 come back",
    )
    assert waiting_jobs() == before + 1
    later = Job.objects.latest("id")
    assert (
        timedelta(seconds=4) < later.run_at - later.enqueued_at < timedelta(seconds=6)
    )
    try_once(mail)
    assert mail.state == OutgoingState.SENT
    assert parse(sink.taken[0].content).message_id == mail.mail_id


def test_a_refusal_for_good_is_shown_as_a_failure(sink: Sink) -> None:
    sink.answers = ["554 no thanks"]
    mail = an_answer_sent(case_of(a_filed()))

    try_once(mail)

    assert (mail.state, mail.error) == (OutgoingState.FAILED, "554 no thanks")
    assert Entry.objects.latest("id").kind == "mail.failed"


def test_a_refused_copy_does_not_hold_up_the_others(sink: Sink) -> None:
    sink.refused = {"bo@mail.example": "550 unknown"}
    case = case_of(a_filed())
    message = cases.add_answer(
        case=case,
        said=cases.Said(text="Hello", channel="mail"),
        by=given.the("mei"),
        at=given.MONDAY,
    )
    mail = outbox.queue(
        message=message,
        to=["eva@mail.example"],
        cc=["bo@mail.example"],
        at=given.MONDAY,
    )

    try_once(mail)

    assert mail.state == OutgoingState.FAILED
    assert mail.error == "bo@mail.example: 550 unknown"
    assert sink.taken[0].rcpt_tos == ["eva@mail.example"]


def test_when_everybody_is_refused_for_now_it_is_tried_again(sink: Sink) -> None:
    sink.refused = {"eva@mail.example": "450 greylisted"}
    mail = an_answer_sent(case_of(a_filed()))

    try_once(mail)

    assert mail.state == OutgoingState.QUEUED
    assert "450 greylisted" in mail.error


def test_without_a_server_it_is_tried_again(settings: Settings) -> None:
    settings.MAIL_OUT = "smtp://127.0.0.1:9"
    mail = an_answer_sent(case_of(a_filed()))

    try_once(mail)

    assert (mail.state, mail.attempts) == (OutgoingState.QUEUED, 1)
    assert "refused" in mail.error.lower()


def test_the_last_try_is_a_failure_that_people_see(settings: Settings) -> None:
    settings.MAIL_OUT = "smtp://127.0.0.1:9"
    mail = an_answer_sent(case_of(a_filed()))
    Outgoing.objects.update(attempts=rules.MOST_TRIES - 1)

    try_once(mail)

    assert mail.state == OutgoingState.FAILED
    assert mail.error.startswith(f"given up after {rules.MOST_TRIES} tries")


def test_a_failed_mail_is_sent_again_with_the_same_bytes(sink: Sink) -> None:
    sink.answers = ["554 no thanks"]
    mail = try_once(an_answer_sent(case_of(a_filed())))
    raw = bytes(mail.raw)

    dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)
    try_once(mail)

    assert mail.state == OutgoingState.SENT
    assert sink.taken[0].content == raw


def test_a_mail_that_did_not_fail_is_not_sent_again() -> None:
    mail = try_once(an_answer_sent(case_of(a_filed())))
    jobs = waiting_jobs()

    with pytest.raises(dead_letters.NotFailed):
        dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)

    mail.refresh_from_db()
    assert mail.state == OutgoingState.SENT
    assert waiting_jobs() == jobs


def test_where_nothing_leaves_the_outbox_keeps_the_mail() -> None:
    mail = try_once(an_answer_sent(case_of(a_filed())))

    assert (mail.state, mail.transport) == (OutgoingState.SENT, "capture")


def test_a_message_that_came_in_cannot_leave() -> None:
    delivery = a_filed()
    assert delivery.message is not None

    with pytest.raises(outbox.NotSendable):
        outbox.queue(message=delivery.message, to=["a@b.example"], at=given.MONDAY)

    assert not Outgoing.objects.exists()
    assert waiting_jobs() == 0


@pytest.mark.parametrize(
    "to", [[], ["no address"], ["a@b.example\r\nBcc: x@y.example"]]
)
def test_a_mail_to_nobody_cannot_leave(to: list[str]) -> None:
    case = case_of(a_filed())
    message = cases.add_answer(
        case=case,
        said=cases.Said(text="Hello", channel="mail"),
        by=given.the("mei"),
        at=given.MONDAY,
    )

    with pytest.raises(outbox.NotSendable):
        outbox.queue(message=message, to=to, at=given.MONDAY)

    assert not Outgoing.objects.exists()


def test_mail_of_the_sign_in_pages_takes_the_same_way(sink: Sink) -> None:
    plain = EmailMessage("Reset", "A link", "help@shop.example", ["mei@shop.example"])

    assert outbox.queue_plain(plain, at=given.MONDAY) == 1

    mail = try_once(Outgoing.objects.get())
    assert mail.message is None
    read = parse(sink.taken[0].content)
    assert (read.subject, read.may_be_answered) == ("Reset", False)
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in sink.taken[0].content
    suppressed = b"\r\nX-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\r\n"
    assert suppressed in sink.taken[0].content


def test_mail_whose_job_died_is_taken_up_again() -> None:
    an_answer_sent(case_of(a_filed()))
    Job.objects.update(state=State.DEAD)

    early = delivering.take_up_again(at=given.MONDAY + given.minutes(5))
    late = delivering.take_up_again(at=given.MONDAY + given.minutes(11))
    again = delivering.take_up_again(at=given.MONDAY + given.minutes(12))

    assert (early, late, again) == (0, 1, 0)


def test_the_tries_last_about_a_day() -> None:
    waits = [rules.next_try(tries=tries) for tries in range(1, rules.MOST_TRIES)]

    assert waits[0] == timedelta(seconds=5)
    total = sum((wait for wait in waits if wait), timedelta())
    assert timedelta(hours=23) < total < timedelta(hours=25)
    assert rules.next_try(tries=rules.MOST_TRIES) is None
