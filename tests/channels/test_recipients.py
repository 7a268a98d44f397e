"""Each recipient of a mail has a fate of its own, and each mail has one set of bytes."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from evenhand.cases import actions as cases
from evenhand.channels import rules, transport
from evenhand.channels.actions import dead_letters, delivering, outbox
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.render import readdressed
from evenhand.channels.models import (
    Outgoing,
    OutgoingState,
    Recipient,
    RecipientState,
)
from evenhand.channels.tasks import send_outgoing
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.channels.sink import Sink, a_sink
from tests.given_mail import a_filed, case_of, raw_mail, report_on

pytestmark = pytest.mark.django_db

EVA, BO, KIM = "eva@mail.example", "bo@mail.example", "kim@mail.example"
TAKEN, WAITING = RecipientState.TAKEN, RecipientState.WAITING
REFUSED, FAILED = RecipientState.REFUSED, RecipientState.FAILED
BOUNCED = RecipientState.BOUNCED


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with a_sink() as sink:
        settings.MAIL_OUT = f"smtp://127.0.0.1:{sink.port}"
        yield sink


def a_mail_to(*copies: str) -> Outgoing:
    case = case_of(a_filed())
    message = cases.add_answer(
        case=case,
        said=cases.Said(text="Hello", channel="mail", subject=case.subject),
        by=given.the("mei"),
        at=given.MONDAY,
    )
    return outbox.queue(message=message, to=[EVA], cc=copies, at=given.MONDAY)


def try_once(mail: Outgoing) -> Outgoing:
    send_outgoing.call(outgoing_pk=mail.pk)
    mail.refresh_from_db()
    return mail


def states(mail: Outgoing) -> dict[str, RecipientState]:
    return {one.address: RecipientState(one.state) for one in mail.people.all()}


def jobs() -> int:
    return Job.objects.filter(task=send_outgoing.module_path).count()


def test_everybody_waits_as_who_they_are_until_the_server_answers() -> None:
    mail = a_mail_to(BO)

    people = list(mail.people.order_by("pk").values_list("address", "kind", "state"))

    assert people == [(EVA, "to", "waiting"), (BO, "cc", "waiting")]


def test_who_is_put_off_is_tried_again_alone(sink: Sink) -> None:
    sink.refused = {BO: "450 greylisted"}
    mail = a_mail_to(BO, KIM)
    raw = bytes(mail.raw)

    try_once(mail)

    assert states(mail) == {EVA: TAKEN, BO: WAITING, KIM: TAKEN}
    assert (mail.state, mail.error) == (OutgoingState.QUEUED, f"{BO}: 450 greylisted")
    sink.refused = {}
    try_once(mail)
    assert states(mail) == {EVA: TAKEN, BO: TAKEN, KIM: TAKEN}
    assert (mail.state, mail.error) == (OutgoingState.SENT, "")
    assert [taken.rcpt_tos for taken in sink.taken] == [[EVA, KIM], [BO]]
    assert {taken.content for taken in sink.taken} == {raw}


def test_a_refusal_for_good_is_of_that_one_alone(sink: Sink) -> None:
    sink.refused = {BO: "550 5.1.1 unknown", KIM: "451 later"}
    mail = a_mail_to(BO, KIM)

    try_once(mail)

    assert states(mail) == {EVA: TAKEN, BO: REFUSED, KIM: WAITING}
    refused = mail.people.get(address=BO)
    assert (refused.code, refused.words) == (550, "550 5.1.1 unknown")
    assert (mail.state, mail.is_awaited) == (OutgoingState.FAILED, True)
    told = Entry.objects.latest("id")
    assert told.data == {"why": f"{BO}: 550 5.1.1 unknown"}
    sink.refused = {}
    try_once(mail)
    assert (mail.is_awaited, Entry.objects.latest("id")) == (False, told)
    assert [taken.rcpt_tos for taken in sink.taken] == [[EVA], [KIM]]


def test_the_last_try_fails_those_alone_who_still_wait(sink: Sink) -> None:
    sink.refused = {BO: "450 greylisted"}
    mail = try_once(a_mail_to(BO))
    Outgoing.objects.update(attempts=rules.MOST_TRIES - 1)

    try_once(mail)

    assert states(mail) == {EVA: TAKEN, BO: FAILED}
    assert (
        mail.error == f"{BO}: given up after {rules.MOST_TRIES} tries: 450 greylisted"
    )
    assert Entry.objects.latest("id").kind == "mail.failed"


@pytest.mark.parametrize("greeting", ["554 go away", "421 busy"])
def test_a_server_that_will_not_talk_to_us_fails_no_mail(
    greeting: str, settings: Settings
) -> None:
    with a_sink(greeting=greeting) as sink:
        settings.MAIL_OUT = f"smtp://127.0.0.1:{sink.port}"
        mail = try_once(a_mail_to())

    assert mail.state == OutgoingState.QUEUED
    assert states(mail) == {EVA: WAITING}
    assert greeting in mail.error


def test_a_login_that_is_refused_fails_no_mail(sink: Sink, settings: Settings) -> None:
    settings.MAIL_OUT = f"smtp://desk:wrong@127.0.0.1:{sink.port}"
    mail = try_once(a_mail_to())

    assert (mail.state, sink.taken) == (OutgoingState.QUEUED, [])


def test_send_again_reaches_those_alone_who_did_not_get_it(sink: Sink) -> None:
    sink.refused = {BO: "550 unknown"}
    mail = try_once(a_mail_to(BO))
    sink.refused = {}

    dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)
    try_once(mail)

    assert [taken.rcpt_tos for taken in sink.taken] == [[EVA], [BO]]
    assert sink.taken[0].content == sink.taken[1].content
    assert (mail.state, states(mail)) == (OutgoingState.SENT, {EVA: TAKEN, BO: TAKEN})


def test_a_corrected_address_stands_in_the_head_while_nobody_has_the_mail(
    sink: Sink,
) -> None:
    sink.refused = {EVA: "550 unknown"}
    mail = try_once(a_mail_to())

    dead_letters.correct_address(
        recipient=mail.people.get(),
        address="eva.novak@mail.example",
        by=given.the("marta"),
        at=given.MONDAY,
    )
    try_once(mail)

    [taken] = sink.taken
    assert taken.rcpt_tos == ["eva.novak@mail.example"]
    read = parse(taken.content)
    assert [one.addr for one in read.to] == ["eva.novak@mail.example"]
    assert read.message_id == mail.mail_id
    assert mail.state == OutgoingState.SENT
    assert states(mail) == {EVA: REFUSED, "eva.novak@mail.example": TAKEN}
    assert "mail.readdressed" in Entry.objects.values_list("kind", flat=True)


def test_a_corrected_address_leaves_bytes_alone_that_others_have(sink: Sink) -> None:
    sink.refused = {BO: "550 unknown"}
    mail = try_once(a_mail_to(BO))
    raw = bytes(mail.raw)

    dead_letters.correct_address(
        recipient=mail.people.get(address=BO),
        address=KIM,
        by=given.the("marta"),
        at=given.MONDAY,
    )
    try_once(mail)

    assert [taken.rcpt_tos for taken in sink.taken] == [[EVA], [KIM]]
    assert sink.taken[1].content == raw
    assert mail.people.get(address=KIM).kind == "cc"


@pytest.mark.parametrize("address", ["", "no address", EVA.upper(), "a@b.example\nx"])
def test_a_correction_that_is_no_other_address_changes_nothing(
    sink: Sink, address: str
) -> None:
    sink.refused = {BO: "550 unknown"}
    mail = try_once(a_mail_to(BO))
    before, waiting = states(mail), jobs()

    with pytest.raises(outbox.NotSendable):
        dead_letters.correct_address(
            recipient=mail.people.get(address=BO),
            address=address,
            by=given.the("marta"),
            at=given.MONDAY,
        )

    mail.refresh_from_db()
    assert (mail.state, states(mail), jobs()) == (
        OutgoingState.FAILED,
        before,
        waiting,
    )


def test_who_got_the_mail_cannot_be_corrected(sink: Sink) -> None:
    sink.refused = {BO: "550 unknown"}
    mail = try_once(a_mail_to(BO))

    with pytest.raises(dead_letters.NotFailed):
        dead_letters.correct_address(
            recipient=mail.people.get(address=EVA),
            address=KIM,
            by=given.the("marta"),
            at=given.MONDAY,
        )

    assert states(mail) == {EVA: TAKEN, BO: REFUSED}


def test_a_failure_that_is_left_is_no_dead_letter_until_it_is_sent_again(
    sink: Sink,
) -> None:
    sink.refused = {EVA: "550 unknown"}
    mail = try_once(a_mail_to())
    assert mail.is_dead

    dead_letters.leave_it(outgoing=mail, by=given.the("marta"), at=given.MONDAY)

    mail.refresh_from_db()
    assert (mail.is_dead, mail.settled_by) == (False, given.the("marta"))
    dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)
    mail.refresh_from_db()
    assert (mail.settled_by, mail.state) == (None, OutgoingState.QUEUED)


def test_a_report_marks_the_one_recipient_that_it_names(sink: Sink) -> None:
    mail = try_once(a_mail_to(BO))

    a_filed(report_on(mail.mail_id))

    mail.refresh_from_db()
    assert states(mail) == {EVA: BOUNCED, BO: TAKEN}
    assert mail.state == OutgoingState.FAILED
    assert len(sink.taken) == 1
    dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)
    try_once(mail)
    assert sink.taken[1].rcpt_tos == [EVA]


def test_two_workers_with_one_mail_plan_one_next_try(sink: Sink) -> None:
    sink.refused = {EVA: "450 later"}
    mail = a_mail_to()
    stale = Outgoing.objects.get(pk=mail.pk)
    try_once(mail)
    planned = jobs()

    delivering.write_down(  # the slower worker comes back with the same news
        tried=stale,
        answers={EVA: transport.Answer(450, "later")},
        by="smtp",
        at=given.MONDAY,
    )

    mail.refresh_from_db()
    assert (mail.attempts, jobs()) == (1, planned)


def test_a_mail_once_taken_stays_taken_whatever_a_slower_worker_says(
    sink: Sink,
) -> None:
    mail = a_mail_to()
    stale = Outgoing.objects.get(pk=mail.pk)
    try_once(mail)

    delivering.write_down(
        tried=stale,
        answers={EVA: transport.Answer(550, "no")},
        by="smtp",
        at=given.MONDAY,
    )

    mail.refresh_from_db()
    assert (mail.state, states(mail)) == (OutgoingState.SENT, {EVA: TAKEN})


def test_a_thread_keeps_one_connection_for_a_run_of_mails(sink: Sink) -> None:
    mails = [a_mail_to(), a_mail_to(), a_mail_to()]

    with transport.kept_open():
        for mail in mails:
            try_once(mail)

    assert len(sink.taken) == 3
    assert sink.connections == 1


def test_a_connection_that_was_cut_is_opened_anew(sink: Sink) -> None:
    first, second = a_mail_to(), a_mail_to()

    with transport.kept_open():
        try_once(first)
        sink.cut()
        try_once(second)

    assert (len(sink.taken), sink.connections) == (2, 2)


def test_a_connection_takes_so_many_mails_and_no_more(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MOST_MAILS", 2)

    with transport.kept_open():
        for mail in [a_mail_to() for _ in range(5)]:
            try_once(mail)

    assert (len(sink.taken), sink.connections) == (5, 3)


def test_what_was_not_used_for_a_while_is_hung_up(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transport.kept_open():
        try_once(a_mail_to())
        assert transport.connections_open() == 1
        monkeypatch.setattr(transport, "MOST_REST", -1.0)

        transport.rest()

        assert transport.connections_open() == 0
    assert len(sink.taken) == 1


def test_a_refused_mail_leaves_the_connection_fit_for_the_next(sink: Sink) -> None:
    sink.answers = ["554 no thanks"]

    with transport.kept_open():
        refused, taken = try_once(a_mail_to()), try_once(a_mail_to())

    assert (refused.state, taken.state) == (OutgoingState.FAILED, OutgoingState.SENT)
    assert sink.connections == 1


def test_the_head_alone_is_readdressed() -> None:
    raw = raw_mail(
        to="eva@mail.example, Bo <eva@mail.example.org>",
        text="write to eva@mail.example",
        headers="Cc: Eva <eva@mail.example>\n",
    )

    changed = readdressed(raw, old="eva@mail.example", new="kim@mail.example")

    assert b"To: kim@mail.example, Bo <eva@mail.example.org>\r\n" in changed
    assert b"Cc: Eva <kim@mail.example>\r\n" in changed
    assert changed.endswith(b"write to eva@mail.example\r\n")
    assert b"From: Eva Novak <eva@mail.example>\r\n" in changed


def test_no_two_rows_for_one_recipient() -> None:
    mail = a_mail_to(EVA, BO)

    assert sorted(states(mail)) == [BO, EVA]
    assert Recipient.objects.get(address=EVA).kind == "to"
    assert mail.recipients == [EVA, BO]


def test_the_words_of_a_password_are_not_in_a_way_s_name() -> None:
    way = transport.transport_for("smtp://desk:s3cret@127.0.0.1:25")

    assert "s3cret" not in repr(way)
    assert isinstance(way, transport.Smtp)
    assert way.port == smtplib.SMTP_PORT
