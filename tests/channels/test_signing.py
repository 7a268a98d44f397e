"""What leaves is signed by our key, and the signature holds behind a hop."""

from __future__ import annotations

import dkim
import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from evenhand.channels import signing
from evenhand.channels.actions import dead_letters, outbox
from evenhand.channels.actions import sending_servers as servers
from evenhand.channels.models import Outgoing, SendingServer
from tests import given
from tests.channels.sink import Sink
from tests.channels.test_sending import (
    EVA,
    a_server,
    an_answer,
    an_identity,
    sink,
    try_once,
)
from tests.given_mail import a_filed, case_of

__all__ = ["sink"]
pytestmark = pytest.mark.django_db


def a_signing_server(sink: Sink | None = None) -> SendingServer:
    server, ada = a_server(sink), given.the("ada")
    servers.make_key(
        server=server, domain="Shop.example", selector="eh1", by=ada, at=given.MONDAY
    )
    servers.sign_mail(server=server, on=True, by=ada, at=given.MONDAY)
    server.refresh_from_db()
    return server


def published(server: SendingServer) -> dict[bytes, bytes]:
    record = signing.record_of(server)
    return {f"{record.name}.".encode(): record.value.encode()}


def is_signed(raw: bytes, server: SendingServer) -> bool:
    zone = published(server)
    verified: bool = dkim.verify(raw, dnsfunc=lambda name, timeout=5: zone.get(name))  # noqa: ARG005 - the shape of a resolver
    return verified


def test_a_mail_that_leaves_through_a_hop_bears_our_signature(sink: Sink) -> None:
    case = case_of(a_filed())
    server = a_signing_server(sink)
    an_identity(case.team, server=server, signatures={"": "Grüße\n.dot\n退款"})

    try_once(an_answer(case))

    [taken] = sink.taken
    assert taken.content.startswith(b"DKIM-Signature:")
    assert is_signed(taken.content, server)
    assert not is_signed(taken.content.replace(b"SGVsbG8", b"SGVsbG9"), server)
    forged = taken.content.replace(b"From: ", b"From: Evil, ", 1)
    assert not is_signed(forged, server)


def test_every_try_sends_the_very_same_signed_bytes(sink: Sink) -> None:
    case = case_of(a_filed())
    an_identity(case.team, server=a_signing_server(sink))
    sink.answers = ["451 later"]
    mail = an_answer(case)
    raw = bytes(mail.raw)

    try_once(mail)
    try_once(mail)

    assert [taken.content for taken in sink.taken] == [raw]


def test_a_mail_to_a_corrected_address_is_signed_anew(sink: Sink) -> None:
    case = case_of(a_filed())
    server = a_signing_server(sink)
    an_identity(case.team, server=server)
    sink.refused = {EVA: "550 unknown"}
    mail = try_once(an_answer(case))

    dead_letters.correct_address(
        recipient=mail.people.get(),
        address="eva.n@mail.example",
        by=given.the("marta"),
        at=given.MONDAY,
    )
    try_once(mail)

    [taken] = sink.taken
    assert is_signed(taken.content, server)
    assert taken.content.count(b"DKIM-Signature:") == 1


def test_a_key_that_was_only_made_signs_nothing() -> None:
    case, server = case_of(a_filed()), a_server()
    servers.make_key(
        server=server,
        domain="shop.example",
        selector="eh1",
        by=given.the("ada"),
        at=given.MONDAY,
    )
    an_identity(case.team, server=server)

    assert b"DKIM-Signature" not in bytes(an_answer(case).raw)


def test_a_mail_of_another_domain_is_not_signed_for_ours() -> None:
    case = case_of(a_filed())
    an_identity(case.team, server=a_signing_server(), address="shop@other.example")

    assert b"DKIM-Signature" not in bytes(an_answer(case).raw)


def test_mail_of_the_sign_in_pages_takes_the_server_and_the_key_of_all_teams(
    sink: Sink,
) -> None:
    server = a_signing_server(sink)
    an_identity(server=server)
    plain = EmailMessage("Reset", "A link", "help@shop.example", ["mei@shop.example"])

    outbox.queue_plain(plain, at=timezone.now())
    try_once(Outgoing.objects.get())

    [taken] = sink.taken
    assert is_signed(taken.content, server)
    assert b"\n" not in taken.content.replace(b"\r\n", b"")


def test_the_record_to_publish_is_found_again_and_another_one_is_told() -> None:
    server = a_signing_server()
    record = signing.record_of(server)
    cut = record.value.replace("p=", "p= ").replace("; ", ";")

    signing.check_record(server, look_up=lambda _name: cut.encode())

    assert record.name == "eh1._domainkey.shop.example"
    with pytest.raises(signing.NoRecord):
        signing.check_record(server, look_up=lambda _name: None)
    with pytest.raises(signing.AnotherKey):
        signing.check_record(server, look_up=lambda _name: b"v=DKIM1; k=rsa; p=AAAA")

    def broken(_name: bytes) -> bytes:
        raise TimeoutError

    with pytest.raises(signing.NoRecord):
        signing.check_record(server, look_up=broken)
