"""Mail to an address beyond ASCII leaves where the server takes it, or fails and says so."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from evenhand.channels.actions import intake
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.render import readdressed
from evenhand.channels.models import RecipientState
from evenhand.channels.transport import Answer, transport_for
from evenhand.customers.models import Customer, Identity, IdentityKind
from evenhand.kernel.addresses import on_the_wire
from evenhand.replies.queries import recipients
from evenhand.replies.rules import Recipients
from tests import given
from tests.channels.sink import a_sink
from tests.given_mail import (
    a_delivery,
    a_filed,
    an_answer_sent,
    case_of,
    raw_mail,
    report_on,
)

FAR = "élise@mail.example"


def test_an_address_beyond_ascii_leaves_by_a_server_that_takes_it() -> None:
    with a_sink(utf8=True) as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=[FAR], raw=raw_mail()
        )

    assert answers == {FAR: Answer(250, "")}
    assert [taken.rcpt_tos for taken in sink.taken] == [[FAR]]


def test_a_server_that_takes_ascii_alone_refuses_that_one_and_takes_the_others() -> (
    None
):
    with a_sink() as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example",
            recipients=[FAR, "eva@mail.example"],
            raw=raw_mail(),
        )

    assert answers[FAR].final
    assert "beyond ASCII" in answers[FAR].words
    assert answers["eva@mail.example"].taken
    assert [taken.rcpt_tos for taken in sink.taken] == [["eva@mail.example"]]


def test_a_server_that_takes_ascii_alone_is_sent_nothing_for_that_one_only() -> None:
    with a_sink() as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=[FAR], raw=raw_mail()
        )

    assert answers[FAR].code == 553
    assert sink.taken == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("eva@mail.example", "eva@mail.example"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("info@例子.example", "info@xn--fsqu00a.example"),
        (FAR, FAR),
        # no name of a host: as it is, and refused there
        ("a@\u2028.example", "a@\u2028.example"),
    ],
)
def test_a_domain_is_told_to_servers_in_ascii(address: str, told: str) -> None:
    assert on_the_wire(address) == told


@pytest.mark.django_db
def test_a_customer_of_a_domain_beyond_ascii_is_answered_and_their_bounce_known() -> (
    None
):
    case = case_of(a_filed(raw_mail(sender="Books <info@bücher.example>")))
    sent = an_answer_sent(case)

    with a_sink() as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=sent.recipients, raw=bytes(sent.raw)
        )
    report = report_on(sent.mail_id).replace(b"eva@mail", b"info@xn--bcher-kva")
    intake.file(delivery_pk=a_delivery(report, sender="").pk, at=given.MONDAY)

    assert answers == {"info@xn--bcher-kva.example": Answer(250, "")}
    assert [taken.rcpt_tos for taken in sink.taken] == [["info@xn--bcher-kva.example"]]
    assert parse(bytes(sent.raw)).to[0].addr == "info@xn--bcher-kva.example"
    assert sent.people.get().state == RecipientState.BOUNCED
    assert case.customer.identities.get().bounced_at == given.MONDAY


@pytest.mark.django_db
def test_an_answer_to_an_address_beyond_ascii_can_stand_in_any_servers_mail() -> None:
    case = case_of(a_filed(raw_mail(sender=f"Élise <{FAR}>")))
    sent = an_answer_sent(case)

    head = bytes(sent.raw).partition(b"\r\n\r\n")[0]
    corrected = readdressed(bytes(sent.raw), old=FAR, new="elise@mail.example")

    assert head.isascii()
    assert b"To: =?utf-8?b?w6lsaXNlQG1haWwuZXhhbXBsZQ==?= :;" in head
    assert [one.address for one in sent.people.all()] == [FAR]
    assert parse(corrected).to[0].addr == "elise@mail.example"


@pytest.mark.django_db
def test_a_domain_and_its_form_in_ascii_are_one_customer_and_one_case() -> None:
    case = case_of(a_filed(raw_mail(sender="Books <info@bücher.example>")))
    sent = an_answer_sent(case)

    again = a_filed(
        raw_mail(
            sender="Books <Info@xn--bcher-kva.example>",
            headers=(
                f"In-Reply-To: <{sent.mail_id}>\n"
                "Cc: BOOKS <info@BÜCHER.example>, Ann <ann@straße.example>\n"
            ),
        )
    )

    assert case_of(again) == case
    assert Customer.objects.count() == 1
    assert [one.address for one in case.participants.all()] == [
        "ann@xn--strae-oqa.example"
    ]
    assert recipients(case) == Recipients(
        to=("info@xn--bcher-kva.example",), others=("ann@xn--strae-oqa.example",)
    )


@pytest.mark.django_db
def test_addresses_kept_before_take_the_one_form_where_it_is_free() -> None:
    case = case_of(a_filed())
    mail = {"kind": IdentityKind.EMAIL, "customer": case.customer}
    Identity.objects.create(**mail, value="eva@bücher.example")
    Identity.objects.create(**mail, value="eva@straße.example")
    Identity.objects.create(**mail, value="eva@xn--strae-oqa.example")
    for address in ("a@bücher.example", "b@bücher.example", "b@xn--bcher-kva.example"):
        case.participants.create(address=address, joined_at=given.MONDAY)
    mei = given.the("mei")
    type(mei).objects.filter(pk=mei.pk).update(email="mei@bücher.example")

    for room in (
        "customers.migrations.0003",
        "cases.migrations.0010",
        "staff.migrations.0002",
    ):
        step = import_module(f"evenhand.{room}_one_form_of_addresses")
        step.one_form(apps, None)

    assert list(
        case.customer.identities.order_by("pk").values_list("value", flat=True)
    ) == [
        "eva@mail.example",
        "eva@xn--bcher-kva.example",
        "eva@straße.example",
        "eva@xn--strae-oqa.example",
    ]
    assert list(case.participants.order_by("pk").values_list("address", flat=True)) == [
        "a@xn--bcher-kva.example",
        "b@bücher.example",
        "b@xn--bcher-kva.example",
    ]
    mei.refresh_from_db()
    assert mei.email == "mei@xn--bcher-kva.example"
    assert type(mei).objects.get_by_natural_key("Mei@BÜCHER.example") == mei


@pytest.mark.django_db
def test_an_answer_goes_to_the_address_that_wrote_last_however_it_was_written() -> None:
    case = case_of(a_filed(raw_mail(sender="Eva <eva@mail.example>")))
    sent = an_answer_sent(case)
    Identity.objects.create(
        customer=case.customer, kind=IdentityKind.EMAIL, value="eva@work.example"
    )

    a_filed(
        raw_mail(
            sender="Eva <Eva@Work.example>",
            headers=f"In-Reply-To: <{sent.mail_id}>\n",
        ),
        at=given.MONDAY + timedelta(hours=1),
    )

    assert recipients(case).to == ("eva@work.example",)
