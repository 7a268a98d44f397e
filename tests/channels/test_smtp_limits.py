"""One client or one sender cannot take all of the receiver."""

from __future__ import annotations

import smtplib
import socket
import time

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from evenhand.channels.models import Delivery
from evenhand.channels.smtp_limits import MINUTE, MOST_SENDERS, Guests, Pace
from tests.channels.sink import a_receiver
from tests.given_mail import raw_mail


def test_a_minutes_worth_may_come_at_once_and_then_at_its_pace() -> None:
    pace = Pace(a_minute=3)

    at_once = [pace.takes("eva@mail.example", now=100.0) for _ in range(4)]

    assert at_once == [True, True, True, False]
    assert not pace.takes("EVA@mail.example", now=119.9)
    assert pace.takes("eva@mail.example", now=120.1)
    assert not pace.takes("eva@mail.example", now=120.2)
    assert pace.takes("bo@mail.example", now=120.2)


def test_reports_and_a_pace_of_none_are_not_counted() -> None:
    assert all(Pace(a_minute=1).takes("", now=0.0) for _ in range(5))
    assert all(Pace(a_minute=0).takes("a@b.example", now=0.0) for _ in range(5))


@examples(st.integers(1, 50), st.lists(st.floats(0, 30, allow_nan=False), max_size=200))
def test_no_minute_takes_more_than_twice_its_number(
    a_minute: int, waits: list[float]
) -> None:
    pace, now, taken = Pace(a_minute=a_minute), 0.0, []
    for wait in waits:
        now += wait
        if pace.takes("eva@mail.example", now=now):
            taken.append(now)

    for begin in taken:
        inside = [one for one in taken if begin <= one < begin + MINUTE]
        assert len(inside) <= 2 * a_minute


def test_senders_whose_minute_is_over_are_forgotten() -> None:
    pace = Pace(a_minute=60)
    for number in range(MOST_SENDERS):
        pace.takes(f"{number}@mail.example", now=0.0)

    pace.takes("late@mail.example", now=1000.0)

    assert list(pace.used_up_to) == ["late@mail.example"]


def test_guests_are_counted_each_and_in_all() -> None:
    guests = Guests(most=3, most_each=2)

    came = [guests.enter(one) for one in ("a", "a", "a", "b", "c")]
    guests.leave("a")

    assert came == [True, True, False, True, False]
    assert guests.enter("c")
    assert dict(guests.inside) == {"a": 1, "b": 1, "c": 1}
    guests.leave("c")
    assert "c" not in guests.inside


@pytest.mark.django_db(transaction=True)
def test_a_sender_past_its_pace_is_told_to_come_back_and_others_are_taken(
    settings: Settings,
) -> None:
    settings.MAIL_MOST_PER_SENDER = 2
    ours = ["help@shop.example"]

    with a_receiver() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        for text in ("one", "two"):
            client.sendmail("eva@mail.example", ours, raw_mail(text=text))
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("eva@mail.example", ours, raw_mail(text="three"))
        client.sendmail("bo@mail.example", ours, raw_mail(text="four"))
        client.sendmail("", ours, raw_mail(text="five"))

    assert refused.value.smtp_code == 451
    assert list(
        Delivery.objects.order_by("pk").values_list("envelope_from", flat=True)
    ) == ["eva@mail.example", "eva@mail.example", "bo@mail.example", ""]


@pytest.mark.django_db(transaction=True)
def test_a_connection_too_many_hears_421_and_one_that_ends_makes_room(
    settings: Settings,
) -> None:
    settings.SMTP_CONNECTIONS_EACH = 2

    with a_receiver() as port:
        first = smtplib.SMTP("127.0.0.1", port, timeout=60)
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as second:
            with pytest.raises(smtplib.SMTPConnectError) as refused:
                smtplib.SMTP("127.0.0.1", port, timeout=60)
            first.close()
            third = _connected(port)

            assert refused.value.smtp_code == 421
            assert (second.noop()[0], third.noop()[0]) == (250, 250)
            third.quit()


def _connected(port: int) -> smtplib.SMTP:
    """Connect as soon as the receiver has noticed that another client went."""
    give_up_at = time.monotonic() + 60
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=60)
        except smtplib.SMTPConnectError:
            assert time.monotonic() < give_up_at
            time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_silent_client_is_let_go_and_a_slow_one_is_not(settings: Settings) -> None:
    settings.SMTP_TIMEOUT = 3
    dialogue = b"EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@shop.example>\r\n"

    with a_receiver() as port:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
            slow.sendall(dialogue + b"DATA\r\n")
            for letter in b"Subject: slow":
                slow.sendall(bytes([letter]))
                time.sleep(0.25)
            slow.sendall(b"\r\n\r\nHello\r\n.\r\nQUIT\r\n")
            said = b"".join(iter(lambda: slow.recv(4096), b""))
        with socket.create_connection(("127.0.0.1", port), timeout=60) as silent:
            silent.sendall(dialogue)
            heard = b"".join(iter(lambda: silent.recv(4096), b""))

    assert b"250 2.0.0 stored" in said
    assert heard.endswith(b"250 2.1.5 OK\r\n")
    assert bytes(Delivery.objects.get().raw) == b"Subject: slow\r\n\r\nHello\r\n"
