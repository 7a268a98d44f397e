"""Two programs that write to each other end in the tray; people and archives do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from evenhand.cases.models import Case, Message
from evenhand.channels.loops import is_loop
from evenhand.channels.models import DeliveryState
from tests import given
from tests.given_mail import a_filed, raw_mail

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


@examples(st.integers(0, 500), st.integers(5, 400), st.integers(0, 60 * 48))
def test_only_fresh_mail_beyond_the_limit_is_a_loop(
    lately: int, most: int, minutes_old: int
) -> None:
    written = NOW - timedelta(minutes=minutes_old)

    found = is_loop(lately=lately, most=most, written_at=written, at=NOW)

    assert found == (lately >= most and minutes_old <= 60 * 24)
    assert is_loop(lately=lately, most=most, written_at=None, at=NOW) == (
        lately >= most
    )


@pytest.mark.django_db
def test_what_an_address_writes_beyond_the_limit_is_set_aside(
    settings: Settings,
) -> None:
    settings.MAIL_PER_ADDRESS = 5
    for _ in range(5):
        a_filed(raw_mail())

    sixth = a_filed(raw_mail(sender="EVA@mail.example"))
    other = a_filed(raw_mail(sender="bo@mail.example"))
    an_hour_on = a_filed(raw_mail(), at=given.MONDAY + given.minutes(61))

    assert sixth.state == DeliveryState.SET_ASIDE
    assert sixth.reason == (
        "more than 5 mails came from eva@mail.example within an hour"
    )
    assert other.state == an_hour_on.state == DeliveryState.FILED
    assert Message.objects.filter(sender__iexact="eva@mail.example").count() == 6


@pytest.mark.django_db
def test_an_archive_of_one_writer_is_filed_whole(settings: Settings) -> None:
    settings.MAIL_PER_ADDRESS = 5

    for _ in range(8):
        a_filed(raw_mail(), at=given.MONDAY + timedelta(days=2))

    assert Case.objects.count() == 8


@pytest.mark.django_db
def test_copies_of_one_mail_do_not_count(settings: Settings) -> None:
    settings.MAIL_PER_ADDRESS = 5
    raw = raw_mail()

    for number in range(8):
        a_filed(b"Received: %d\r\n" % number + raw)
    last = a_filed(raw_mail())

    assert last.state == DeliveryState.FILED
    assert Case.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reply_to", "wrote"),
    [
        ("help@shop.example", "no-reply@forms.example"),
        ("help@shop.example, eva@mail.example", "eva@mail.example"),
    ],
)
def test_a_form_that_names_ourselves_makes_no_customer_of_us(
    reply_to: str, wrote: str
) -> None:
    filed = a_filed(
        raw_mail(sender="no-reply@forms.example", headers=f"Reply-To: {reply_to}\n")
    )

    assert filed.message is not None
    assert filed.message.sender == wrote
    assert filed.message.case.customer.identities.get().value == wrote
