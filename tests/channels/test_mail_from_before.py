"""Mail from before the day a mailbox was connected is kept as history, not as work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import Case, Clock
from evenhand.cases.rules import Standing
from evenhand.channels.actions import fetching, intake, mailboxes
from evenhand.channels.actions.fetching import Batch, Fetched, Reading
from evenhand.channels.models import Delivery, DeliveryState, Mailbox, Outgoing
from evenhand.customers import actions as customers
from evenhand.customers.models import Customer, Identity
from evenhand.ledger.models import Entry
from evenhand.replies import queries as replies
from evenhand.surveys.models import Survey
from tests import given
from tests.channels.dovecot import Dovecot
from tests.given_mail import a_filed, case_of, raw_mail, report_on
from tests.given_mailboxes import a_mailbox, described, fetched, now
from tests.given_merges import LATER, merged, parted, split_off

pytestmark = pytest.mark.django_db(transaction=True)

LAST_YEAR = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
EVA = "eva@mail.example"


def an_earlier(
    raw: bytes | None = None, *, arrived_at: datetime = LAST_YEAR
) -> Delivery:
    """A mail that a mailbox had long before the desk, fetched and filed on Monday."""
    given.a_team()
    delivery, _ = intake.store(
        raw=raw or raw_mail(),
        source="imap",
        envelope=intake.Envelope(arrived_at=arrived_at),
        at=given.MONDAY,
    )
    return intake.file(delivery_pk=delivery.pk, at=given.MONDAY)


def the_case(delivery: Delivery) -> Case:
    return Case.objects.get(pk=case_of(delivery).pk)


def answering(first: str, *, own: str, text: str = "And now?") -> bytes:
    return raw_mail(
        text=text,
        subject="Re: The dress",
        message_id=own,
        headers=f"In-Reply-To: <{first}>\n",
    )


def test_its_case_stands_closed_since_it_arrived_and_no_clock_runs() -> None:
    case = the_case(an_earlier())

    assert (case.opened_at, case.moved_at, case.closed_at) == (LAST_YEAR,) * 3
    assert (case.waiting_since, case.standing) == (None, Standing.CLOSED)
    assert not Clock.objects.exists()
    assert case.messages.get().said_at == LAST_YEAR


def test_nothing_leaves_because_of_it() -> None:
    case = the_case(an_earlier())

    told = Entry.objects.filter(matter=case.as_matter).order_by("pk")
    assert [(one.kind, one.at) for one in told] == [
        ("case.kept", given.MONDAY),
        ("message.fetched", given.MONDAY),
    ]
    assert (Outgoing.objects.count(), Survey.objects.count()) == (0, 0)


def test_an_earlier_answer_joins_its_case_whichever_was_fetched_first() -> None:
    later = LAST_YEAR + timedelta(days=2)

    second = an_earlier(answering("a@x", own="b@x"), arrived_at=later)
    first = an_earlier(raw_mail(message_id="a@x"), arrived_at=LAST_YEAR)

    case = the_case(first)
    assert case == the_case(second)
    assert (case.opened_at, case.moved_at, case.closed_at) == (LAST_YEAR, later, later)


def test_what_comes_today_opens_it_and_only_then_its_limit_begins() -> None:
    an_earlier(raw_mail(message_id="a@x"))
    today = given.MONDAY + timedelta(hours=1)

    case = the_case(a_filed(answering("a@x", own="b@x"), at=today))

    assert (case.opened_at, case.closed_at) == (LAST_YEAR, None)
    assert case.waiting_since == today
    assert Clock.objects.get(case=case).started_at == today


def test_a_person_who_opens_it_begins_its_limit_too() -> None:
    case = the_case(an_earlier())
    ada = given.the("ada")

    cases.open_case_again(case=case, by=ada, at=given.MONDAY)

    assert Clock.objects.get(case=case).started_at == given.MONDAY
    assert Case.objects.get().standing == Standing.NEW


def test_a_case_of_today_is_not_moved_by_an_earlier_mail_of_its_thread() -> None:
    live = the_case(a_filed(answering("a@x", own="b@x")))
    cases.close_case(case=live, by=given.the("ada"), at=given.MONDAY)
    before = Case.objects.values().get()

    earlier = an_earlier(raw_mail(message_id="a@x", text="The first words."))

    assert the_case(earlier) == live
    assert Case.objects.values().get() == before
    thread = known_cases.thread(known_cases.case_for(given.the("ada"), live.ref))
    assert [said.text for said in thread] == ["The first words.", "And now?"]


def test_an_answer_that_waits_leaves_though_an_earlier_mail_came_meanwhile() -> None:
    case = the_case(a_filed(answering("a@x", own="b@x")))
    last = replies.last_said(case)

    an_earlier(raw_mail(message_id="a@x"))

    assert replies.said_since(case, last) == ""
    assert replies.last_said(case) == last


def test_a_merge_and_its_undo_leave_it_closed() -> None:
    customer = given.a_customer()
    living = given.a_case(customer=customer)
    case = the_case(an_earlier())
    before = Case.objects.values().get(pk=case.pk)

    parted(merged(case, into=living), at=LATER)

    assert Case.objects.values().get(pk=case.pk) == before


def test_a_case_of_today_that_joins_it_keeps_it_open_and_leaves_it_closed() -> None:
    home = the_case(an_earlier())
    before = Case.objects.values().get(pk=home.pk)
    today = given.a_case(customer=home.customer)
    given.a_message(today)

    merge = merged(today, into=home)
    together = Case.objects.get(pk=home.pk)
    parted(merge, at=LATER)

    assert (together.closed_at, together.waiting_since) == (None, given.MONDAY)
    assert Case.objects.values().get(pk=home.pk) == before


def test_what_is_split_off_from_it_is_work_from_that_moment() -> None:
    first = an_earlier(raw_mail(message_id="a@x"))
    second = an_earlier(answering("a@x", own="b@x"))
    assert second.message is not None

    made = split_off(second.message, at=LATER)

    into = Case.objects.get(pk=made.into_id)
    assert (into.opened_at, into.closed_at) == (LAST_YEAR, None)
    assert Clock.objects.get(case=into).started_at == LATER
    assert the_case(first).closed_at == LAST_YEAR


def test_its_page_can_be_read(client: Client) -> None:
    case = the_case(an_earlier())
    client.force_login(given.the("ada"))

    page = client.get(f"/cases/{case.ref}/").content.decode()

    assert "It does not fit." in page
    assert 'id="side-clock"' not in page


def test_it_takes_no_mark_off_an_address() -> None:
    an_earlier()
    customers.mark_address(address=EVA, reason="full", at=given.MONDAY)

    an_earlier(raw_mail(text="More of last year."))

    assert Identity.objects.get().bounced_at == given.MONDAY


def test_many_of_one_address_are_no_flood(settings: Settings) -> None:
    settings.MAIL_PER_ADDRESS = 2

    states = {an_earlier(raw_mail(text=f"Mail {n}")).state for n in range(5)}

    assert states == {DeliveryState.FILED}
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    "raw",
    [
        raw_mail(headers="Auto-Submitted: auto-replied\n"),
        report_on("somebody@else.example", mark="none"),
    ],
)
def test_what_machines_wrote_then_is_kept_closed_and_fills_no_tray(raw: bytes) -> None:
    earlier = an_earlier(raw)

    assert earlier.state == DeliveryState.FILED
    assert the_case(earlier).closed_at == LAST_YEAR
    assert not a_filed(raw.replace(b"Message-ID: <", b"Message-ID: <x")).message


def taken(mailbox: Mailbox, *came: datetime | None) -> list[datetime | None]:
    """What is kept of mails that arrived at these instants."""
    fetching.claim(holder="me", at=now(), most=1)
    folder = fetching.begin(mailbox=mailbox, holder="me", name="INBOX", at=now())
    mails = [
        Fetched(str(number), raw_mail(text=str(number)), at)
        for number, at in enumerate(came, start=1)
    ]
    fetching.take(reading=Reading(folder, "me"), batch=Batch(mails), at=now())
    return list(Delivery.objects.order_by("pk").values_list("arrived_at", flat=True))


def test_the_day_of_connecting_is_work_and_so_is_what_tells_no_instant() -> None:
    mailbox = a_mailbox(user="eva", port=1)
    connected = datetime(2026, 11, 16, 15, 30, tzinfo=UTC)
    Mailbox.objects.update(connected_at=connected)
    mailbox.refresh_from_db()
    midnight = datetime(2026, 11, 16, tzinfo=UTC)
    just_before = midnight - timedelta(seconds=1)

    kept = taken(mailbox, just_before, midnight, connected, None)

    assert kept == [just_before, None, None, None]


def test_what_another_account_got_before_it_took_the_place_of_one_is_history() -> None:
    mailbox = a_mailbox(user="eva", port=1)
    Mailbox.objects.update(connected_at=now() - timedelta(days=400))
    mailbox.refresh_from_db()
    yesterday = now() - timedelta(days=1)
    assert taken(mailbox, yesterday) == [None]
    other = replace(described(mailbox), username="bo")

    mailboxes.change(
        mailbox=mailbox, described=other, secret="x", by=given.the("ada"), at=now()
    )

    assert taken(mailbox, yesterday) == [None, yesterday]


@pytest.mark.slow
def test_imap_and_pop3_tell_when_a_mail_arrived(dovecot: Dovecot, eva: str) -> None:
    arrived = now().replace(microsecond=0) - timedelta(days=9)
    line = f"Received: from a by b; {format_datetime(arrived)}\n"
    with dovecot.client(eva) as client:
        client.append("INBOX", raw_mail(text="by-imap"), msg_time=arrived)
    a_mailbox(user=eva, port=dovecot.imap)
    assert fetched() == []
    Mailbox.objects.all().delete()
    dovecot.put(eva, raw_mail(text="by-pop3", headers=line))
    a_mailbox(user=eva, port=dovecot.pop3, kind="pop3")

    assert fetched() == []

    kept = {
        bytes(one.raw).split()[-1].decode(): one.arrived_at
        for one in Delivery.objects.all()
    }
    assert kept == {"by-imap": arrived, "by-pop3": arrived}
