"""The health of mailboxes: written beside the fetching, told once, and over when it is."""

from __future__ import annotations

from datetime import datetime

import pytest

from evenhand.channels.actions import attending, fetching, intake, mailboxes
from evenhand.channels.actions.fetching import (
    Batch,
    Fetched,
    LeaseLost,
    Reading,
    TooBig,
)
from evenhand.channels.models import Delivery, FetchedMail, Mailbox, MailboxFolder
from evenhand.channels.queries.mailboxes import left_there, mailboxes_in_need
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import raw_mail
from tests.given_mailboxes import a_mailbox

pytestmark = pytest.mark.django_db

HOLDER = "desk:17:abcd"


@pytest.fixture
def mailbox() -> Mailbox:
    """A mailbox that was connected on Monday at nine, with an alarm after an hour."""
    mailbox = a_mailbox(user="eva", port=143, silent_after=60)
    Mailbox.objects.update(connected_at=given.MONDAY, enabled_at=given.MONDAY)
    fetching.claim(holder=HOLDER, at=given.MONDAY, most=1)
    mailbox.refresh_from_db()
    return mailbox


def after(minutes: int) -> datetime:
    return given.MONDAY + given.minutes(minutes)


def contact(mailbox: Mailbox, at: datetime) -> None:
    attending.note_contact(
        mailbox=mailbox.pk, holder=HOLDER, behind=0, told_by_server=True, at=at
    )


def fail(mailbox: Mailbox, fault: str, at: datetime) -> None:
    values = {"said": "No such account."}
    attending.note_fault(
        mailbox=mailbox.pk, holder=HOLDER, fault=fault, values=values, at=at
    )


def told() -> list[str]:
    entries = Entry.objects.filter(
        kind__in=[
            "mailbox.failing",
            "mailbox.silent",
            "mailbox.unattended",
            "mailbox.recovered",
        ]
    )
    return list(entries.order_by("pk").values_list("kind", flat=True))


def test_a_failing_mailbox_is_told_once_and_its_recovery_once(mailbox: Mailbox) -> None:
    contact(mailbox, after(1))
    fail(mailbox, "login_refused", after(2))
    fail(mailbox, "login_refused", after(3))

    attending.watch(at=after(3))
    attending.watch(at=after(4))

    mailbox.refresh_from_db()
    assert told() == ["mailbox.failing"]
    assert (mailbox.alarm, mailbox.failing_since) == ("failing", after(2))
    assert [one.name for one in mailboxes_in_need()] == [mailbox.name]
    entry = Entry.objects.get(kind="mailbox.failing")
    assert (entry.subject, entry.data["error"]) == (
        f"mailbox:{mailbox.pk}",
        "No such account.",
    )

    contact(mailbox, after(5))
    attending.watch(at=after(5))
    attending.watch(at=after(6))

    assert told() == ["mailbox.failing", "mailbox.recovered"]
    assert not mailboxes_in_need().exists()


def test_trouble_that_may_pass_neither_raises_an_alarm_nor_ends_one(
    mailbox: Mailbox,
) -> None:
    contact(mailbox, after(1))
    fail(mailbox, "port_closed", after(2))
    attending.watch(at=after(16))
    assert told() == []

    attending.watch(at=after(17))

    assert told() == ["mailbox.failing"]


def test_a_silent_mailbox_is_told_and_a_new_mail_ends_the_silence(
    mailbox: Mailbox,
) -> None:
    contact(mailbox, after(60))
    attending.watch(at=after(60))
    assert told() == ["mailbox.silent"]

    Mailbox.objects.update(mail_at=after(61))
    attending.watch(at=after(61))

    assert told() == ["mailbox.silent", "mailbox.recovered"]


def test_a_mailbox_that_nobody_fetches_is_told(mailbox: Mailbox) -> None:
    contact(mailbox, after(1))

    attending.watch(at=after(21))

    assert told() == ["mailbox.unattended"]


def test_pausing_ends_an_alarm_without_calling_it_a_recovery(mailbox: Mailbox) -> None:
    fail(mailbox, "login_refused", after(2))
    attending.watch(at=after(2))
    mailboxes.pause(mailbox=mailbox, by=given.the("ada"), at=after(3))

    attending.watch(at=after(3))

    assert told() == ["mailbox.failing"]
    assert not mailboxes_in_need().exists()


def test_who_does_not_hold_a_mailbox_writes_nothing_about_it(mailbox: Mailbox) -> None:
    folder = fetching.begin(
        mailbox=mailbox, holder=HOLDER, name="INBOX", at=given.MONDAY
    )
    Mailbox.objects.update(holder="another:1:ef")
    batch = Batch(mails=[Fetched("7", raw_mail())], last_uid=7)

    with pytest.raises(LeaseLost):
        fetching.take(reading=Reading(folder, HOLDER), batch=batch, at=after(1))
    fail(mailbox, "login_refused", after(1))
    contact(mailbox, after(1))

    mailbox.refresh_from_db()
    assert not Delivery.objects.exists()
    assert MailboxFolder.objects.get().last_uid == 0
    assert (mailbox.fault, mailbox.contacted_at, mailbox.taken) == ("", None, 0)


def test_a_lease_that_ran_out_is_taken_over_and_no_other(mailbox: Mailbox) -> None:
    at = given.MONDAY
    soon, later = at + given.minutes(0), at + given.minutes(1)

    assert fetching.claim(holder="another:1:ef", at=soon, most=9) == []
    assert [
        one.holder for one in fetching.claim(holder="another:1:ef", at=later, most=9)
    ] == ["another:1:ef"]

    fetching.release(mailbox=mailbox.pk, holder=HOLDER)
    mailbox.refresh_from_db()
    assert mailbox.holder == "another:1:ef"


def test_what_a_dead_process_held_is_free_at_once(mailbox: Mailbox) -> None:
    assert fetching.end_leases_of(process="desk:1") == 0
    assert fetching.end_leases_of(process="desk:17") == 1

    mailbox.refresh_from_db()
    assert (mailbox.holder, mailbox.lease_until) == ("", None)


def test_what_the_server_withholds_is_told_after_five_tries_and_never_given_up(
    mailbox: Mailbox,
) -> None:
    folder = fetching.begin(
        mailbox=mailbox, holder=HOLDER, name="INBOX", at=given.MONDAY
    )
    reading = Reading(folder, HOLDER)
    for tries in range(1, 9):
        batch = Batch(stuck=[("7", "[SERVERBUG] cannot read")])
        fetching.take(reading=reading, batch=batch, at=after(tries))

    stuck = FetchedMail.objects.get()
    entry = Entry.objects.get(kind="mailbox.stuck")
    assert (stuck.state, stuck.tries, stuck.error) == (
        "stuck",
        8,
        "[SERVERBUG] cannot read",
    )
    assert entry.data == {
        "folder": "INBOX",
        "mark": "7",
        "tries": 5,
        "reason": "[SERVERBUG] cannot read",
    }


def test_what_was_left_on_the_server_is_listed_latest_first(mailbox: Mailbox) -> None:
    folder = fetching.begin(
        mailbox=mailbox, holder=HOLDER, name="INBOX", at=given.MONDAY
    )
    for mark in ("7", "8", "9"):
        big = TooBig(mark, 10**8, "Eva <eva@mail.example>", f"Number {mark}")
        batch = Batch(too_big=[big])
        fetching.take(reading=Reading(folder, HOLDER), batch=batch, at=after(1))

    found = left_there(mailbox, most=2)

    assert [entry.data["subject"] for entry in found] == ["Number 9", "Number 8"]


def test_the_team_of_the_mailbox_takes_what_names_none(mailbox: Mailbox) -> None:
    given.a_team("Shop")
    studio = given.a_team("Studio")
    Mailbox.objects.update(team=studio)
    named = raw_mail(to="shop@shop.example", text="to the shop")
    unnamed = raw_mail(to="undisclosed-recipients:;", text="to nobody")
    desk = raw_mail(to="help@shop.example", text="to the desk")

    found = []
    for raw in (named, unnamed, desk):
        envelope = intake.Envelope(mailbox=mailbox.pk)
        delivery, _ = intake.store(
            raw=raw, source="imap", at=given.MONDAY, envelope=envelope
        )
        filed = intake.file(delivery_pk=delivery.pk, at=given.MONDAY)
        assert filed.message is not None
        found.append(filed.message.case.team.name)

    assert found == ["Shop", "Studio", "Studio"]


def test_a_copy_in_the_mailbox_of_another_team_lands_there_too(
    mailbox: Mailbox,
) -> None:
    Mailbox.objects.update(team=given.a_team("Shop"))
    other = a_mailbox(user="noor", port=143, team=given.a_team("Studio"))
    raw = raw_mail(to="eva@mail.example", message_id="both@mail.example")

    for copy, box in ((raw, mailbox), (b"X-Of: another\r\n" + raw, other)):
        delivery, _ = intake.store(
            raw=copy,
            source="imap",
            at=given.MONDAY,
            envelope=intake.Envelope(mailbox=box.pk),
        )
        intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    places = Delivery.objects.order_by("pk")[0].placements.select_related("team")
    assert sorted(place.team.name for place in places) == ["Shop", "Studio"]


def test_our_own_mailbox_at_a_provider_takes_no_part_in_its_cases(
    mailbox: Mailbox,
) -> None:
    Mailbox.objects.update(address="our.shop@provider.example")
    given.a_team("Shop")
    raw = raw_mail(
        to="Our Shop <Our.Shop+a@provider.example>, noor@provider.example",
        headers="Cc: our.shop@provider.example\n",
    )
    delivery, _ = intake.store(
        raw=raw,
        source="imap",
        at=given.MONDAY,
        envelope=intake.Envelope(mailbox=mailbox.pk),
    )

    message = intake.file(delivery_pk=delivery.pk, at=given.MONDAY).message

    assert message is not None
    taking_part = message.case.participants.values_list("address", flat=True)
    assert list(taking_part) == ["noor@provider.example"]
