"""Mail comes in and goes out over real SMTP; `250` is said only for what is committed."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from evenhand.channels.actions import intake
from evenhand.channels.actions.intake import Envelope
from evenhand.channels.models import Delivery
from evenhand.channels.smtp_intake import STORED, TOO_LARGE, Intake, Waiting
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.channels.sink import a_receiver
from tests.given_mail import raw_mail

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[smtplib.SMTP]:
    with a_receiver() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        yield client


def test_a_mail_said_to_be_stored_is_stored_byte_for_byte(server: smtplib.SMTP) -> None:
    raw = raw_mail(text="退款\n.\n..dots\n" + "x" * 5000)

    refused = server.sendmail("eva@mail.example", ["help@shop.example"], raw)

    delivery = Delivery.objects.get()
    assert refused == {}
    assert bytes(delivery.raw) == raw
    assert (delivery.envelope_from, delivery.envelope_to) == (
        "eva@mail.example",
        ["help@shop.example"],
    )
    assert Job.objects.count() == 1


def test_a_report_comes_with_the_empty_sender(server: smtplib.SMTP) -> None:
    server.sendmail("", ["help@shop.example"], raw_mail())

    assert Delivery.objects.get().envelope_from == ""


def test_the_same_mail_again_is_taken_and_changes_nothing(server: smtplib.SMTP) -> None:
    raw = raw_mail()

    for _ in range(3):
        server.sendmail("eva@mail.example", ["help@shop.example"], raw)

    assert Delivery.objects.count() == 1
    assert Job.objects.count() == 1


def test_many_mails_at_once_are_all_stored() -> None:
    with a_receiver() as port:

        def send(worker: int) -> None:
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
                for number in range(5):
                    raw = raw_mail(message_id=f"{worker}.{number}@mail.example")
                    client.sendmail("a@b.example", ["help@shop.example"], raw)

        threads = [threading.Thread(target=send, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert Delivery.objects.count() == 20
    assert Job.objects.count() == 20


def test_mails_that_wait_together_share_a_commit_and_fail_apart(
    settings: Settings,
) -> None:
    settings.MAIL_LARGEST = 3000
    pool = ThreadPoolExecutor(1)
    handler = Intake(pool, now=lambda: given.MONDAY)
    sizes = [10, 9000, 20]
    mails = [
        Waiting(raw_mail(text="x" * size), Envelope("a@b.example", ("c@d.example",)))
        for size in sizes
    ]
    handler.waiting.extend(mails)

    pool.submit(handler._store_waiting)  # noqa: SLF001 - what the dialogue submits

    assert [mail.answer.result(timeout=60) for mail in mails] == [
        STORED,
        TOO_LARGE,
        STORED,
    ]
    handler.end(1)
    assert Delivery.objects.count() == Job.objects.count() == 2
    assert [entry.kind for entry in Entry.objects.all()] == ["mail.refused"]


def test_we_are_no_relay(server: smtplib.SMTP) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail("a@b.example", ["victim@other.example"], raw_mail())

    assert refused.value.recipients["victim@other.example"][0] == 550
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("address", [b"\xff@mail.example", b"e\0va@mail.example"])
def test_an_address_that_no_database_keeps_is_refused_at_once(
    address: bytes, server: smtplib.SMTP
) -> None:
    server.ehlo()
    server.command_encoding = "latin-1"
    named = address.decode("latin-1")

    sender, _ = server.docmd(f"MAIL FROM:<{named}>")
    server.docmd("MAIL FROM:<eva@mail.example>")
    recipient, _ = server.docmd(f"RCPT TO:<{named.replace('mail', 'shop')}>")

    assert (sender, recipient) == (553, 553)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("announced", [True, False])
def test_a_mail_over_the_limit_is_refused_and_written_down(
    settings: Settings, *, announced: bool
) -> None:
    settings.MAIL_LARGEST = 70_000
    raw = raw_mail(text="a" * 500 + "\r\n" + ("b" * 900 + "\r\n") * 100)

    with a_receiver() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        if not announced:
            del client.esmtp_features["size"]
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            client.sendmail("a@b.example", ["help@shop.example"], raw)

    assert refused.value.smtp_code == 552
    assert not Delivery.objects.exists()
    assert [entry.kind for entry in Entry.objects.all()] == ["mail.refused"]


def test_a_line_of_a_megabyte_is_taken(server: smtplib.SMTP) -> None:
    raw = raw_mail(text="x" * 1_000_000)

    server.sendmail("eva@mail.example", ["help@shop.example"], raw)

    assert Delivery.objects.get().size == len(raw)


def test_while_the_database_is_away_the_sender_is_told_to_come_back(
    server: smtplib.SMTP,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE channel_delivery RENAME TO channel_delivery_away")
    try:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail("eva@mail.example", ["help@shop.example"], raw_mail())
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE channel_delivery_away RENAME TO channel_delivery"
            )

    assert refused.value.smtp_code == 451
    assert not Delivery.objects.exists()
    server.sendmail("eva@mail.example", ["help@shop.example"], raw_mail())
    assert Delivery.objects.count() == 1


def test_two_workers_file_two_copies_as_one_message() -> None:
    given.a_team()
    mail = raw_mail(message_id="twice@mail.example")
    copies = [
        intake.store(raw=head + mail, source="smtp", at=given.MONDAY)[0]
        for head in (b"Received: a\r\n", b"Received: b\r\n")
    ]
    ready = threading.Barrier(2)

    def file(delivery: Delivery) -> None:
        ready.wait()
        try:
            intake.file(delivery_pk=delivery.pk, at=given.MONDAY)
        finally:
            connection.close()

    threads = [threading.Thread(target=file, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for copy in copies:
        copy.refresh_from_db()
    assert sorted(copy.duplicate for copy in copies) == [False, True]
    assert copies[0].message == copies[1].message
