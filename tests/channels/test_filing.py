"""How a mail is filed: what stops it for a while, what is one mail, what it costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from evenhand.cases.models import Case, Message
from evenhand.channels.actions import intake
from evenhand.channels.models import DeliveryState
from tests import given
from tests.given_mail import (
    a_delivery,
    a_filed,
    a_mail_with_a_file,
    case_of,
    raw_mail,
)

pytestmark = pytest.mark.django_db


def test_what_is_no_fault_of_the_mail_leaves_it_to_the_queue(
    settings: Settings, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "media"
    in_the_way.write_text("a file where the folder should be")
    settings.MEDIA_ROOT = str(in_the_way)
    delivery = a_delivery(a_mail_with_a_file())

    with pytest.raises(OSError, match="media"):
        intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == (DeliveryState.STORED, "")
    assert not Case.objects.exists()


def test_an_empty_line_that_a_relay_adds_makes_no_second_mail() -> None:
    raw = raw_mail(message_id="one@mail.example")
    first = a_filed(raw)

    again = a_filed(raw + b"\r\n\r\n")

    assert again.pk != first.pk
    assert again.duplicate
    assert Message.objects.filter(message_id="one@mail.example").count() == 1


def test_a_new_mail_of_a_known_customer_is_filed_with_few_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    a_filed(raw_mail(text="The first."))
    delivery = a_delivery(raw_mail(text="The second, about A-20004."))

    # it was 42 before anybody counted; each is a third of a millisecond
    with django_assert_max_num_queries(22):
        filed = intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    assert case_of(filed).messages.count() == 1
