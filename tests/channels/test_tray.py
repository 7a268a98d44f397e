"""Mail that came back is marked; what no case took waits in the tray for a person."""

from __future__ import annotations

import unicodedata

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.actions import intake, tray
from evenhand.channels.actions.filing import AlreadyFiled
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.source import as_letters
from evenhand.channels.models import DeliveryState, Outgoing, OutgoingState
from evenhand.jobs.models import Job, State
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import (
    a_delivery,
    a_filed,
    an_answer_sent,
    case_of,
    raw_mail,
    report_on,
)

pytestmark = pytest.mark.django_db


def test_a_delivery_report_marks_the_mail_that_came_back() -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)

    report = a_filed(report_on(sent.mail_id))

    assert case_of(report) == case
    assert report.message is not None
    assert report.message.automatic == "delivery_report"
    assert sent.message is not None
    outgoing = Outgoing.objects.get(message=sent.message)
    assert outgoing.state == OutgoingState.FAILED
    assert outgoing.error == (
        "came back: eva@mail.example 5.1.1 smtp; 550 no such user"
    )
    kinds = Entry.objects.filter(matter=case.as_matter).order_by("id")
    assert [entry.kind for entry in kinds][-2:] == ["mail.bounced", "message.received"]


def test_a_delay_leaves_the_mail_as_it_is() -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)
    sent.refresh_from_db()
    before = sent.state

    a_filed(report_on(sent.mail_id, action="delayed", status="4.4.1"))

    sent.refresh_from_db()
    assert sent.state == before


def test_a_mail_of_the_tray_is_filed_anew_when_a_member_says_so() -> None:
    delivery = a_filed(raw_mail(headers="Auto-Submitted: auto-replied\n"))
    Job.objects.all().delete()

    intake.try_again(delivery=delivery, by=given.the("ada"), at=given.MONDAY)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.STORED
    assert Job.objects.count() == 1
    assert Entry.objects.latest("id").actor == given.the("ada").as_actor


def test_a_filed_mail_is_not_filed_anew() -> None:
    delivery = a_filed()
    jobs = Job.objects.count()

    intake.try_again(delivery=delivery, by=given.the("ada"), at=given.MONDAY)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FILED
    assert Job.objects.count() == jobs


def test_a_mail_that_kills_its_worker_each_time_ends_in_the_tray() -> None:
    delivery = a_delivery()
    Job.objects.update(state=State.DEAD)

    early = intake.take_up_again(at=given.MONDAY + given.minutes(5))
    late = intake.take_up_again(at=given.MONDAY + given.minutes(11))

    delivery.refresh_from_db()
    assert (early, late) == (0, 1)
    assert delivery.reason == "each attempt to file it ended the worker"


def test_a_mail_whose_job_still_waits_is_left_to_it() -> None:
    delivery = a_delivery()

    taken = intake.take_up_again(at=given.MONDAY + given.minutes(60))

    delivery.refresh_from_db()
    assert taken == 0
    assert delivery.state == DeliveryState.STORED


OWN = "help@shop.example"
HOUR_ON = given.MONDAY + given.minutes(61)


def test_a_mail_of_the_tray_is_put_into_a_case_by_hand() -> None:
    case = given.a_case()
    delivery = a_filed(raw_mail(sender=OWN, text="Sent for Eva."))

    tray.place(delivery=delivery, case=case, by=given.the("ada"), at=HOUR_ON)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FILED
    assert case_of(delivery) == case
    assert delivery.message is not None
    assert (delivery.message.text, delivery.message.joined_by) == (
        "Sent for Eva.",
        "by_hand",
    )
    assert delivery.placements.get().team == case.team
    entry = Entry.objects.get(kind="mail.placed")
    assert entry.matter == case.as_matter
    assert entry.actor == given.the("ada").as_actor
    assert entry.data == {"reason": f"it claims to come from our own address {OWN}"}


def test_a_mail_is_placed_once() -> None:
    case = given.a_case()
    delivery = a_filed(raw_mail(sender=OWN))
    tray.place(delivery=delivery, case=case, by=given.the("ada"), at=HOUR_ON)
    before = Entry.objects.count()

    with pytest.raises(tray.NotSetAside):
        tray.place(delivery=delivery, case=case, by=given.the("ada"), at=HOUR_ON)

    assert case.messages.count() == 1
    assert Entry.objects.count() == before


def test_a_copy_of_what_was_placed_is_not_placed_again() -> None:
    case = given.a_case()
    raw = raw_mail(sender=OWN)
    first, copy = a_filed(raw), a_filed(b"Received: x\r\n" + raw)
    tray.place(delivery=first, case=case, by=given.the("ada"), at=HOUR_ON)

    with pytest.raises(AlreadyFiled):
        tray.place(delivery=copy, case=case, by=given.the("ada"), at=HOUR_ON)

    copy.refresh_from_db()
    assert copy.state == DeliveryState.SET_ASIDE
    assert case.messages.count() == 1


def test_what_is_no_mail_stays_in_the_tray() -> None:
    case = given.a_case()
    delivery = a_filed(b"\r\n")

    with pytest.raises(Unreadable):
        tray.place(delivery=delivery, case=case, by=given.the("ada"), at=HOUR_ON)

    assert not case.messages.exists()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SET_ASIDE


def test_what_lies_there_for_an_hour_is_told_once() -> None:
    delivery = a_filed(raw_mail(sender=OWN))

    told = [
        tray.alarm(at=given.MONDAY + given.minutes(59)),
        tray.alarm(at=HOUR_ON),
        tray.alarm(at=HOUR_ON),
    ]

    assert told == [0, 1, 0]
    entry = Entry.objects.get(kind="mail.waits")
    assert entry.subject == f"delivery:{delivery.pk}"
    delivery.refresh_from_db()
    assert delivery.alarmed_at == HOUR_ON


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(given.the("ada"))
    return client


def test_the_rail_raises_an_alarm_after_an_hour(ada: Client) -> None:
    a_filed(raw_mail(sender=OWN), at=timezone.now() - given.minutes(50))
    early = ada.get("/set-aside/").text
    a_filed(raw_mail(sender=OWN), at=timezone.now() - given.minutes(70))

    late = ada.get("/set-aside/").text

    assert "waits for more than an hour" not in early
    assert "for more than an hour" not in early
    # in the rail and in the sheet of a phone
    assert late.count("waits for more than an hour") >= 1
    assert late.count(">for more than an hour<") == 1


@pytest.mark.parametrize("number", ["{}", "#{}", " {} "])
def test_the_tray_puts_a_mail_into_the_case_of_a_typed_number(
    ada: Client, number: str
) -> None:
    case = given.a_case()
    delivery = a_filed(raw_mail(sender=OWN))

    answer = ada.post(
        f"/set-aside/{delivery.pk}/place/", {"case": number.format(case.ref)}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/set-aside/")
    delivery.refresh_from_db()
    assert case_of(delivery) == case


def test_a_mail_without_a_sender_is_not_shown_as_the_customers(ada: Client) -> None:
    case = given.a_case()
    unnamed = a_delivery(raw_mail(sender="", text="Who am I?"), sender="")
    delivery = intake.file(delivery_pk=unnamed.pk, at=given.MONDAY)

    ada.post(f"/set-aside/{delivery.pk}/place/", {"case": case.ref})

    page = ada.get(f"/cases/{case.ref}/").text
    placed = page[: page.index("Who am I?")].rpartition("<article")[2]
    assert "(no sender)" in placed
    assert case.customer.name not in placed


@pytest.mark.parametrize("number", ["", "99999", "x", "9" * 30])
def test_a_number_of_no_case_changes_nothing(ada: Client, number: str) -> None:
    delivery = a_filed(raw_mail(sender=OWN))

    answer = ada.post(f"/set-aside/{delivery.pk}/place/", {"case": number}, follow=True)

    assert "There is no case of this number." in answer.text
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SET_ASIDE


def test_the_source_is_shown_as_letters_that_do_nothing(ada: Client) -> None:
    delivery = a_filed(
        raw_mail(sender=OWN, text="<script>alert(1)</script> \u202egpj.exe \x07")
    )

    page = ada.get(f"/mail/{delivery.pk}/source/")

    assert "&lt;script&gt;alert(1)&lt;/script&gt; \\u202egpj.exe \\x07" in page.text
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


def test_who_does_not_see_the_case_does_not_see_the_source(client: Client) -> None:
    delivery = a_filed()
    given.a_team("Studio")

    client.force_login(given.the("sam"))
    assert client.get(f"/mail/{delivery.pk}/source/").status_code == 404
    client.force_login(given.the("mei"))
    assert client.get(f"/mail/{delivery.pk}/source/").status_code == 200


@examples(st.binary(max_size=400))
def test_every_byte_is_shown_and_nothing_invisible(raw: bytes) -> None:
    shown = as_letters(raw)

    assert all(each in "\n\t" or unicodedata.category(each)[0] != "C" for each in shown)
    assert len(shown) >= len(raw.replace(b"\r\n", b"\n").decode("utf-8", "ignore"))
