"""A mail that came back is marked, and so is the address; nobody else can mark either."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.cases import actions as cases
from evenhand.channels import identity
from evenhand.channels.mail.reasons import Reason
from evenhand.channels.models import Outgoing, OutgoingState
from evenhand.channels.templatetags.mail_words import bounce_words
from evenhand.customers.models import Identity
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import (
    a_filed,
    an_answer_sent,
    case_of,
    raw_mail,
    report_on,
)

pytestmark = pytest.mark.django_db

LATER = given.MONDAY + given.minutes(30)


@pytest.fixture
def sent() -> Outgoing:
    return an_answer_sent(case_of(a_filed()))


def marked() -> list[tuple[str, str]]:
    found = Identity.objects.filter(bounced_at__isnull=False)
    return list(found.values_list("value", "bounce_reason"))


def test_a_report_with_our_mail_marks_the_address_with_reason_and_instant(
    sent: Outgoing,
) -> None:
    report = a_filed(report_on(sent.mail_id), at=LATER)

    sent.refresh_from_db()
    assert sent.state == OutgoingState.FAILED
    assert report.message is not None
    assert report.message.joined_by == "delivery_report"
    eva = Identity.objects.get(value="eva@mail.example")
    assert (eva.bounced_at, eva.bounce_reason) == (LATER, "no_such_address")
    entry = Entry.objects.get(kind="customer.address_bounced")
    assert entry.matter == f"customer:{eva.customer_id}"
    assert entry.data == {"reason": "no_such_address"}


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "0" * 24,
        f"{'0' * 24}.{'0' * 24}",
        "the loop's word alone",
        "another mail's mark",
    ],
)
def test_who_only_knows_the_id_marks_neither_mail_nor_address(
    sent: Outgoing, mark: str
) -> None:
    shown = {
        "the loop's word alone": identity.loop_mark(),
        "another mail's mark": identity.mail_mark("out.0@shop.example"),
    }.get(mark, mark)
    before = sent.state

    forged = a_filed(report_on(sent.mail_id, mark=shown))

    sent.refresh_from_db()
    assert sent.state == before
    assert marked() == []
    assert forged.message is not None
    assert forged.message.joined_by == "unproven_report"
    assert forged.message.case.messages.count() == 3
    assert not Entry.objects.filter(kind="mail.bounced").exists()


def test_a_report_in_words_alone_that_copies_our_head_is_believed(
    sent: Outgoing,
) -> None:
    head = bytes(sent.raw).decode().partition("\r\n\r\n")[0]
    raw = raw_mail(
        sender="Mail Delivery System <MAILER-DAEMON@mx.example>",
        subject="Undelivered Mail Returned to Sender",
        text="eva@mail.example: 550 5.1.1 no such user\n\n"
        "--- Below this line is a copy of the message.\n\n" + head.replace("\r", ""),
    )

    a_filed(raw)

    sent.refresh_from_db()
    assert sent.state == OutgoingState.FAILED
    assert marked() == [("eva@mail.example", "no_such_address")]


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        ("5.1.1", "550 no such user", "no_such_address"),
        ("5.4.4", "host not found", "no_such_host"),
        ("5.2.2", "552 mailbox full", "full"),
        ("5.7.1", "554 rejected by policy", "refused"),
        ("5.0.0", "failed", "unknown"),
    ],
)
def test_the_mark_tells_the_reason_in_a_word(
    sent: Outgoing, status: str, said: str, reason: str
) -> None:
    a_filed(report_on(sent.mail_id, status=status, said=said))

    assert marked() == [("eva@mail.example", reason)]
    assert bounce_words(reason) != bounce_words(Reason.LATER.value)


def test_a_failure_that_passes_marks_no_address(sent: Outgoing) -> None:
    a_filed(report_on(sent.mail_id, status="4.4.7", said="451 try later"))

    assert marked() == []


def test_a_report_about_somebody_we_did_not_write_to_marks_nobody(
    sent: Outgoing,
) -> None:
    bo = a_filed(raw_mail(sender="bo@mail.example"))
    assert case_of(bo).customer.name == "bo"
    report = report_on(sent.mail_id).replace(b"rfc822; eva@", b"rfc822; bo@")

    a_filed(report)

    assert marked() == []


def test_a_later_mail_from_the_address_clears_it(sent: Outgoing) -> None:
    a_filed(report_on(sent.mail_id))

    a_filed(raw_mail(text="I am here again."), at=LATER)

    assert marked() == []
    assert Entry.objects.filter(kind="customer.address_works").count() == 1


def test_an_automatic_mail_from_the_address_clears_nothing(sent: Outgoing) -> None:
    a_filed(report_on(sent.mail_id))

    a_filed(
        raw_mail(
            headers=f"In-Reply-To: <{sent.mail_id}>\nAuto-Submitted: auto-replied\n"
        )
    )

    assert marked() == [("eva@mail.example", "no_such_address")]


def test_the_answer_s_form_warns_of_the_address(sent: Outgoing, client: Client) -> None:
    assert sent.message is not None
    case = sent.message.case
    client.force_login(given.the("mei"))
    page = reverse("desk:case", args=[case.ref])
    before = client.get(page).text

    a_filed(report_on(sent.mail_id))

    after = client.get(page).text
    assert "Mail to eva@mail.example came back" not in before
    assert "Mail to eva@mail.example came back" in after
    assert "there is no such address" in after


def test_an_out_of_office_to_a_closed_case_leaves_it_closed(sent: Outgoing) -> None:
    assert sent.message is not None
    case = sent.message.case
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    a_filed(
        raw_mail(
            subject="Out of office",
            headers=f"In-Reply-To: <{sent.mail_id}>\n"
            "Auto-Submitted: auto-replied\nX-Autoreply: yes\n",
        ),
        at=LATER,
    )

    case.refresh_from_db()
    assert case.closed_at == given.MONDAY
    assert case.messages.count() == 3
