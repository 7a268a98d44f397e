"""Mail that came back is marked; what no case took waits in the tray for a person."""

from __future__ import annotations

import pytest

from evenhand.channels.actions import intake
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
