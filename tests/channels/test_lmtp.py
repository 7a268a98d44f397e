"""Over LMTP every recipient gets an answer of its own, and all of them are true."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from evenhand.channels.models import Delivery
from evenhand.channels.smtp_server import Receiver
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests.channels.sink import a_local_receiver, started
from tests.given_mail import raw_mail

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = ["help@shop.example", "returns@shop.example"]


@pytest.fixture
def client() -> Iterator[smtplib.LMTP]:
    with a_local_receiver() as port, smtplib.LMTP("127.0.0.1", port) as client:
        yield client


def answers_to(client: smtplib.SMTP, raw: bytes, recipients: list[str]) -> list[bytes]:
    """Hand a mail over as an MTA does: an answer for each recipient that was taken.

    The standard library's LMTP.sendmail reads a single one.
    """
    client.ehlo()
    client.mail("eva@mail.example")
    taken = [to for to in recipients if client.rcpt(to)[0] == 250]
    client.putcmd("data")
    assert client.getreply()[0] == 354
    client.send(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b".\r\n")
    return [b"%d %b" % client.getreply() for _ in taken]


def test_each_recipient_is_answered_and_the_next_mail_hears_its_own_answer(
    client: smtplib.LMTP,
) -> None:
    first = answers_to(client, raw_mail(text="one"), BOTH)
    second = answers_to(client, raw_mail(text="two"), BOTH[:1])

    assert first == [b"250 2.0.0 stored", b"250 2.0.0 stored"]
    assert second == [b"250 2.0.0 stored"]
    assert client.noop()[0] == 250
    assert [
        (one.source, one.envelope_from, one.envelope_to)
        for one in Delivery.objects.order_by("pk")
    ] == [
        ("lmtp", "eva@mail.example", BOTH),
        ("lmtp", "eva@mail.example", BOTH[:1]),
    ]
    assert Job.objects.count() == 2


def test_a_recipient_that_is_not_ours_is_refused_and_the_others_get_the_mail(
    client: smtplib.LMTP,
) -> None:
    said = answers_to(client, raw_mail(), ["victim@other.example", *BOTH])

    assert said == [b"250 2.0.0 stored", b"250 2.0.0 stored"]
    assert client.noop()[0] == 250
    assert Delivery.objects.get().envelope_to == BOTH


def test_a_mail_over_the_limit_is_refused_for_each_recipient(
    settings: Settings,
) -> None:
    settings.MAIL_LARGEST = 70_000
    raw = raw_mail(text=("b" * 900 + "\n") * 100)

    with a_local_receiver() as port, smtplib.LMTP("127.0.0.1", port) as client:
        said = answers_to(client, raw, BOTH)

        assert [line[:3] for line in said] == [b"552", b"552"]
        assert client.noop()[0] == 250
    assert not Delivery.objects.exists()
    assert [entry.kind for entry in Entry.objects.all()] == ["mail.refused"]


def test_while_the_database_is_away_each_recipient_is_told_to_come_back(
    client: smtplib.LMTP,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE channel_delivery RENAME TO channel_delivery_away")
    try:
        said = answers_to(client, raw_mail(), BOTH)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE channel_delivery_away RENAME TO channel_delivery"
            )

    assert [line[:3] for line in said] == [b"451", b"451"]
    assert not Delivery.objects.exists()


def test_smtp_spoken_to_the_lmtp_port_is_told_apart(client: smtplib.LMTP) -> None:
    assert client.docmd("EHLO", "mail.example")[0] == 500
    assert client.docmd("HELO", "mail.example")[0] == 500
    code, said = client.docmd("LHLO", "mail.example")

    assert code == 250
    assert b"AUTH" not in said
    assert b"STARTTLS" not in said


def test_without_an_address_for_it_nothing_listens_for_lmtp() -> None:
    receiver = Receiver("127.0.0.1", 0)

    with started(receiver) as port:
        listening = [
            one.getsockname()[1]
            for server in receiver.servers
            for one in server.sockets
        ]

    assert listening == [port]
    assert receiver.lmtp_port is None
