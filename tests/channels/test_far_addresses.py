"""Mail to an address beyond ASCII leaves where the server takes it, or fails and says so."""

from __future__ import annotations

import pytest

from evenhand.channels.actions import intake
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.render import readdressed
from evenhand.channels.models import RecipientState
from evenhand.channels.transport import Answer, transport_for
from evenhand.kernel.addresses import on_the_wire
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

    assert answers == {"info@bücher.example": Answer(250, "")}
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
