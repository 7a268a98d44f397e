"""A machine's mail is known by marks set on purpose; a person's is never taken for one."""

from __future__ import annotations

import pytest

from evenhand.channels.mail.automatic import Kind
from evenhand.channels.mail.parse import parse


def mail(headers: str, body: str = "text") -> bytes:
    return f"To: help@shop.example\n{headers}\n\n{body}".encode()


@pytest.mark.parametrize(
    "headers",
    [
        "From: a@x.example\nAuto-Submitted: auto-replied",
        "From: a@x.example\nAuto-Submitted: auto-replied; owner-email=a@x.example",
        "From: a@x.example\nPrecedence: auto_reply",
        "From: a@x.example\nX-Autoreply: yes",
        "From: a@x.example\nX-Autorespond: x",
        "From: a@x.example\nSubject: Out of Office: back on Monday",
        "From: a@x.example\nSubject: Automatische Antwort: Rückgabe",
        "From: a@x.example\nSubject: 自动回复：退款",
        "From: a@x.example\nSubject: ตอบกลับอัตโนมัติ",
        (
            "From: a@x.example\nX-MS-Exchange-Inbox-Rules-Loop: a@x.example\n"
            "X-Auto-Response-Suppress: All"
        ),
    ],
)
def test_an_automatic_answer_is_known_and_never_answered(headers: str) -> None:
    read = parse(mail(headers))

    assert read.automatic is not None
    assert read.automatic.kind is Kind.AUTO_REPLY
    assert not read.may_be_answered


@pytest.mark.parametrize(
    "headers",
    [
        "From: MAILER-DAEMON@mx.example\nSubject: x",
        "From: postmaster@mx.example\nSubject: Undeliverable: x",
        "From: a@x.example\nX-Failed-Recipients: eva@mail.example",
        "From: a@x.example\nReturn-Path: <>\nSubject: Delivery Status Notification",
        "From: a@x.example\nSubject: Undelivered Mail Returned to Sender",
    ],
)
def test_a_delivery_report_is_known(headers: str) -> None:
    read = parse(mail(headers))

    assert read.automatic is not None
    assert read.automatic.kind is Kind.DELIVERY_REPORT
    assert not read.may_be_answered


@pytest.mark.parametrize(
    "prefix",
    [
        "Automatic reply:", "Automatische Antwort:", "Réponse automatique :",
        "Respuesta automática:", "Resposta automática:", "Risposta automatica:",
        "Automatisch antwoord:", "Autoodpowiedź:", "Автоматический ответ:", "自动答复:",
        "自動応答:", "ตอบกลับอัตโนมัติ:",
    ],
)  # fmt: skip
def test_what_outlook_writes_before_the_subject_marks_an_answer(prefix: str) -> None:
    read = parse(mail(f"From: a@x.example\nSubject: {prefix} the dress"))
    quoted = parse(mail(f"From: a@x.example\nSubject: Re: your {prefix} the dress"))

    assert read.automatic is not None
    assert read.automatic.kind is Kind.AUTO_REPLY
    assert quoted.automatic is None


@pytest.mark.parametrize(
    "prefix",
    [
        "Undeliverable:", "Unzustellbar:", "Non remis :", "No se puede entregar:",
        "Não é possível entregar:", "Non recapitabile:", "Onbestelbaar:",
        "Nie można dostarczyć:", "Не удается доставить:", "无法传递:", "配信不能:",
        "ส่งไม่ถึง:",
    ],
)  # fmt: skip
def test_a_subject_marks_a_report_only_under_an_empty_sender(prefix: str) -> None:
    raw = mail(f"From: a@x.example\nSubject: {prefix} the dress")
    empty, person = parse(raw, return_path=""), parse(raw, return_path="a@x.example")

    assert empty.automatic is not None
    assert empty.automatic.kind is Kind.DELIVERY_REPORT
    assert person.automatic is None


def test_the_empty_envelope_sender_marks_a_report() -> None:
    raw = mail("From: a@x.example\nSubject: Mail delivery failed")

    assert parse(raw).automatic is None
    read = parse(raw, return_path="")
    assert read.automatic is not None
    assert read.automatic.kind is Kind.DELIVERY_REPORT


def test_a_report_says_for_whom_why_and_about_what() -> None:
    read = parse(
        b"From: MAILER-DAEMON@mx.example\nSubject: Undeliverable\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n"
        b"Reporting-MTA: dns; mx.example\n\n"
        b"Final-Recipient: rfc822; eva@mail.example\nAction: failed\nStatus: 5.1.1\n"
        b"Diagnostic-Code: smtp; 550 no such user\n\n"
        b"--b\nContent-Type: message/rfc822\n\n"
        b"From: help@shop.example\nMessage-ID: <out.1@shop.example>\n\nHello\n--b--\n"
    )

    assert read.report is not None
    [person] = read.report.recipients
    assert (person.addr, person.action, person.status) == (
        "eva@mail.example",
        "failed",
        "5.1.1",
    )
    assert read.report.original_id == "out.1@shop.example"
    assert read.report.failed
    assert read.report.dead_address
    assert read.report.why == "eva@mail.example 5.1.1 smtp; 550 no such user"


def test_a_delay_is_no_failure() -> None:
    read = parse(
        b"From: MAILER-DAEMON@mx.example\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\n"
        b"Final-Recipient: rfc822; eva@mail.example\nAction: delayed\nStatus: 4.4.1\n"
        b"--b--\n"
    )

    assert read.report is not None
    assert not read.report.failed
    assert not read.report.dead_address


@pytest.mark.parametrize(
    "headers",
    [
        "From: a@x.example\nSubject: Re: my order is not delivered",
        "From: a@x.example\nSubject: I got an automatic reply, please help",
        "From: a@x.example\nPrecedence: bulk",
        "From: a@x.example\nList-Id: <friends.example>",
        "From: postman@x.example\nSubject: Parcel returned to sender",
    ],
)
def test_a_persons_mail_is_a_persons(headers: str) -> None:
    assert parse(mail(headers)).automatic is None


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ("From: a@x.example", True),
        ("From: a@x.example\nPrecedence: bulk", False),
        ("From: a@x.example\nList-Id: <friends.example>", False),
        ("From: a@x.example\nAuto-Submitted: auto-generated", False),
        ("From: a@x.example\nX-Auto-Response-Suppress: OOF", False),
        ("From: no-reply@x.example", False),
        ("Subject: nobody", False),
    ],
)
def test_who_may_get_an_automatic_answer(headers: str, *, may: bool) -> None:
    assert parse(mail(headers)).may_be_answered is may


def test_a_web_forms_customer_stands_in_reply_to() -> None:
    form = parse(mail("From: no-reply@shop.example\nReply-To: eva@mail.example"))
    person = parse(mail("From: eva@mail.example\nReply-To: other@mail.example"))

    assert form.writer.addr == "eva@mail.example"
    assert person.writer.addr == "eva@mail.example"
