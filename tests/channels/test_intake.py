"""Every mail is stored first; then it is in exactly one case, or in the tray with a reason."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.channels import blobs, identity
from evenhand.channels.actions import intake
from evenhand.channels.mail.thread import reply_address
from evenhand.channels.models import Delivery, DeliveryState
from evenhand.channels.tasks import file_delivery
from evenhand.customers.models import Customer
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import (
    a_delivery,
    a_filed,
    a_mail_with_a_file,
    an_answer_sent,
    case_of,
    raw_mail,
    report_on,
)

pytestmark = pytest.mark.django_db


def kinds_of(case: Case) -> list[str]:
    return [
        entry.kind
        for entry in Entry.objects.filter(matter=case.as_matter).order_by("id")
    ]


def test_storing_keeps_the_bytes_and_the_job_that_files_them() -> None:
    raw = raw_mail()

    delivery = a_delivery(raw)

    assert bytes(delivery.raw) == raw
    assert delivery.state == DeliveryState.STORED
    assert [(job.task, job.arguments) for job in Job.objects.all()] == [
        ("evenhand.channels.tasks.file_delivery", {"delivery_pk": delivery.pk})
    ]


def test_the_same_bytes_again_change_nothing_however_their_lines_end() -> None:
    raw = raw_mail()
    first = a_delivery(raw)

    again, is_new = intake.store(
        raw=raw.replace(b"\r\n", b"\n"), source="file", at=given.MONDAY
    )

    assert (again.pk, is_new) == (first.pk, False)
    assert Job.objects.count() == 1


def test_a_mail_over_the_limit_is_not_kept(settings: Settings) -> None:
    settings.MAIL_LARGEST = 1000

    with pytest.raises(intake.TooLarge):
        intake.store(raw=raw_mail(text="a" * 2000), source="smtp", at=given.MONDAY)

    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def handed(*raws: bytes) -> list[intake.Handed]:
    return [
        intake.Handed(raw, intake.Envelope(recipients=("a@b.example",))) for raw in raws
    ]


def test_mails_kept_together_are_each_kept_once_with_their_job() -> None:
    known = a_delivery(raw_mail(message_id="1@mail.example"))
    raws = [raw_mail(message_id=f"{number}@mail.example") for number in (1, 2, 3, 2)]

    intake.store_together(mails=handed(*raws), source="smtp", at=given.MONDAY)

    kept = Delivery.objects.order_by("pk")
    assert [bytes(one.raw) for one in kept] == raws[:3]
    assert kept[0].pk == known.pk
    assert [one.envelope_to for one in kept[1:]] == [["a@b.example"]] * 2
    assert [
        (job.task, job.queue, job.priority, job.arguments)
        for job in Job.objects.order_by("pk")
    ] == [(intake.FILING, "default", 10, {"delivery_pk": one.pk}) for one in kept]


def test_where_one_of_them_is_too_large_none_is_kept(settings: Settings) -> None:
    settings.MAIL_LARGEST = 1000
    mails = handed(raw_mail(), raw_mail(text="a" * 2000))

    with pytest.raises(intake.TooLarge):
        intake.store_together(mails=mails, source="smtp", at=given.MONDAY)

    assert not Delivery.objects.exists()
    assert not Job.objects.exists()


def test_a_strangers_mail_opens_a_case_for_a_new_customer() -> None:
    delivery = a_filed(
        raw_mail(
            text="我的裙子不合适。", subject="退货", sender="甄 <xing@mail.example>"
        )
    )

    case = case_of(delivery)
    assert delivery.state == DeliveryState.FILED
    assert (case.subject, case.language, case.channel) == ("退货", "zh", "mail")
    assert case.customer.name == "甄"
    message = case.messages.get()
    assert (message.text, message.sender, message.joined_by) == (
        "我的裙子不合适。",
        "xing@mail.example",
        "new",
    )
    assert case.waiting_since == given.MONDAY
    assert kinds_of(case) == ["case.opened", "message.received"]


def test_a_known_customers_mail_opens_a_case_with_the_order_it_names() -> None:
    customer = given.a_customer()
    order = given.an_order(customer)
    address = customer.identities.get().value

    delivery = a_filed(raw_mail(text=f"About {order.number}, please.", sender=address))

    case = case_of(delivery)
    assert case.customer == customer
    assert case.order == order
    assert Customer.objects.count() == 1


def test_another_customers_order_number_opens_nothing() -> None:
    order = given.an_order(given.a_customer())

    delivery = a_filed(raw_mail(text=f"About {order.number}"))

    assert case_of(delivery).order is None


def test_filing_twice_is_filing_once() -> None:
    delivery = a_filed()

    file_delivery.call(delivery_pk=delivery.pk)

    assert Message.objects.count() == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize("field", ["In-Reply-To", "References"])
def test_an_answer_joins_the_case_it_answers(field: str) -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)

    reply = a_filed(raw_mail(text="Thanks.", headers=f"{field}: <{sent.mail_id}>\n"))

    assert case_of(reply) == case
    assert reply.message is not None
    assert (
        reply.message.joined_by
        == {
            "In-Reply-To": "message_id",
            "References": "references",
        }[field]
    )
    assert not reply.placements.get().stranger
    assert Case.objects.count() == 1


def test_a_mail_to_the_signed_address_joins_by_its_token() -> None:
    case = case_of(a_filed())
    address = reply_address(
        case.ref, base="help@shop.example", secret=identity.secret()
    )

    reply = a_filed(raw_mail(text="More.", to=address, subject="Something else"))

    assert case_of(reply) == case
    assert reply.message is not None
    assert reply.message.joined_by == "token"


def test_a_forged_token_and_an_equal_subject_open_a_case_of_their_own() -> None:
    case = case_of(a_filed(raw_mail(subject="The dress")))

    for mail in (
        raw_mail(subject="Re: The dress"),
        raw_mail(to=f"help+{case.ref}.aaaaaaaaaaaaaaaa@shop.example"),
        raw_mail(subject=f"Re: [#{case.ref}] The dress"),
    ):
        assert case_of(a_filed(mail)) != case


def test_a_stranger_who_quotes_an_id_joins_and_is_marked_as_one() -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)

    reply = a_filed(
        raw_mail(
            sender="Bo <bo@mail.example>", headers=f"In-Reply-To: <{sent.mail_id}>\n"
        )
    )

    assert case_of(reply) == case
    assert reply.placements.get().stranger
    assert [p.address for p in case.participants.all()] == ["bo@mail.example"]
    assert kinds_of(case)[-1] == "participant.joined"


def test_who_was_copied_takes_part_but_not_ourselves() -> None:
    delivery = a_filed(
        raw_mail(
            headers="Cc: Bo <bo@mail.example>, help@shop.example, eva@mail.example\n"
        )
    )

    people = case_of(delivery).participants.values_list("address", "name")
    assert list(people) == [("bo@mail.example", "Bo")]


def test_a_reply_to_a_closed_case_opens_it_again() -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    a_filed(
        raw_mail(headers=f"In-Reply-To: <{sent.mail_id}>\n"),
        at=given.MONDAY + given.minutes(9),
    )

    case.refresh_from_db()
    assert case.closed_at is None
    assert case.waiting_since == given.MONDAY + given.minutes(9)


def test_an_automatic_answer_joins_but_opens_nothing_and_starts_no_clock() -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    reply = a_filed(
        raw_mail(
            headers=f"In-Reply-To: <{sent.mail_id}>\nAuto-Submitted: auto-replied\n"
        )
    )

    case.refresh_from_db()
    assert case_of(reply) == case
    assert reply.message is not None
    assert reply.message.automatic == "auto_reply"
    assert case.closed_at == given.MONDAY
    assert case.waiting_since is None


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        (raw_mail(headers="Auto-Submitted: auto-replied\n"), "answers no case"),
        (raw_mail(sender="help@shop.example"), "claims to come from our own address"),
        (raw_mail(sender="shop@shop.example"), "claims to come from our own address"),
        (report_on("out.1@elsewhere.example"), "a delivery that was not ours"),
        (b"\r\n", "empty"),
    ],
)
def test_what_belongs_in_no_case_is_set_aside_with_the_reason(
    mail: bytes, reason: str
) -> None:
    delivery = a_filed(mail)

    assert delivery.state == DeliveryState.SET_ASIDE
    assert reason in delivery.reason
    assert bytes(delivery.raw) == mail
    assert not Case.objects.exists()
    assert Entry.objects.latest("id").kind == "mail.set_aside"


def test_a_mail_of_ours_that_comes_back_is_a_loop() -> None:
    case = case_of(a_filed())
    sent = an_answer_sent(case)

    delivery = a_filed(bytes(sent.raw))

    assert delivery.state == DeliveryState.SET_ASIDE
    assert "came back" in delivery.reason
    assert case.messages.count() == 2


def test_a_mail_without_an_address_is_answered_to_its_envelope_or_set_aside() -> None:
    nobody = raw_mail(sender="Eva")
    given.a_team()

    delivery = a_delivery(nobody, sender="eva@mail.example")
    filed = intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    assert case_of(filed).customer.identities.get().value == "eva@mail.example"
    other = a_delivery(raw_mail(sender="Bo"), sender="")
    aside = intake.file(delivery_pk=other.pk, at=given.MONDAY)
    assert aside.reason == "it names no sender whom we could answer"


def test_a_copy_with_other_transport_headers_is_linked_and_changes_nothing() -> None:
    mail = raw_mail(message_id="same@mail.example")
    first = a_filed(mail)

    copy = a_filed(b"Received: from mx2\r\n" + mail)

    assert copy.duplicate
    assert copy.message == first.message
    assert Message.objects.count() == 1
    assert Case.objects.count() == 1


def test_the_same_id_with_other_words_is_another_mail() -> None:
    a_filed(raw_mail(message_id="reused@mail.example", text="May invoice"))

    other = a_filed(raw_mail(message_id="reused@mail.example", text="June invoice"))

    assert not other.duplicate
    assert Message.objects.count() == 2


def test_equal_mails_without_an_id_are_two() -> None:
    first = raw_mail(message_id="x").replace(b"Message-ID: <x>\r\n", b"")
    second = first.replace(b"09:00:00", b"09:00:01")

    a_filed(first)
    a_filed(second)

    assert Message.objects.count() == 2


def test_files_are_kept_under_their_hash_with_a_plain_name() -> None:
    delivery = a_filed(a_mail_with_a_file())

    assert delivery.message is not None
    file = delivery.message.attachments.get()
    assert (file.name, file.content_type, file.size) == ("a.png", "image/png", 8)
    assert blobs.read(file.sha256) == b"\x89PNG\r\n\x1a\n"


def test_the_first_mail_of_a_desk_without_a_team_makes_one() -> None:
    delivery, _ = intake.store(raw=raw_mail(), source="file", at=given.MONDAY)

    filed = intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    assert case_of(filed).team.name == "Desk"


def test_the_mailbox_decides_the_team() -> None:
    given.a_team("Shop")
    studio = given.a_team("Studio")
    delivery = a_delivery(recipients=("studio+x@shop.example",))

    filed = intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    assert case_of(filed).team == studio
