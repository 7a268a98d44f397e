"""What may leave beside a case: tries to reach the customer, or to pass on too much."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import (
    Case,
    SideConversation,
    SideMessage,
)
from evenhand.channels import blobs
from evenhand.channels.actions import dead_letters, outbox, side_mail
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Outgoing, Upload
from evenhand.channels.queries.files import missing_files, named
from evenhand.customers import actions as customers
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail, report_on
from tests.given_merges import merged
from tests.given_sides import (
    CARRIER,
    an_aside,
    asked,
    reply_address,
    sent_as,
)

pytestmark = pytest.mark.django_db
LATER = given.MONDAY + given.minutes(30)
EVA = "eva@mail.example"


@pytest.fixture
def case() -> Case:
    return case_of(a_filed(raw_mail(message_id="first@mail.example")))


def nothing_left() -> bool:
    return not (
        SideMessage.objects.exists()
        or SideConversation.objects.exists()
        or Outgoing.objects.exists()
        or Entry.objects.filter(kind__startswith="side.").exists()
    )


@pytest.mark.parametrize("address", [EVA, "EVA@Mail.Example", f"{CARRIER} {EVA}"])
def test_the_customer_cannot_be_written_to(case: Case, address: str) -> None:
    with pytest.raises(side_mail.ToTheCustomer):
        asked(case, an_aside(to=address))

    assert nothing_left()


def test_nor_a_former_customer_or_one_of_a_merged_case(case: Case) -> None:
    other = given.a_customer("Kim Lund")
    kim = other.identities.get().value
    merged(given.a_case(customer=other), into=case)
    cases.change_customer(
        case=Case.objects.get(pk=case.pk),
        to=given.a_customer("Ida Berg"),
        by=given.the("mei"),
        at=LATER,
    )

    for address in (EVA, kim):
        with pytest.raises(side_mail.ToTheCustomer):
            asked(case, an_aside(to=address))

    assert nothing_left()


def test_the_lower_verb_refuses_the_customer_as_well(case: Case) -> None:
    mei = given.the("mei")
    side = cases.open_side(
        case=case, subject="x", language="en", by=mei, at=given.MONDAY
    )

    with pytest.raises(cases.IsTheCustomer):
        cases.write_aside(
            side=side,
            said=cases.Said(text="x", channel="mail"),
            to=[EVA],
            token="t",
            by=mei,
            at=given.MONDAY,
        )

    assert not SideMessage.objects.exists()


def test_a_bounced_mail_cannot_be_corrected_to_the_customer(case: Case) -> None:
    sent = sent_as(asked(case))
    a_filed(report_on(sent.mail_id), at=LATER)
    sent.refresh_from_db()

    with pytest.raises(outbox.NotSendable):
        dead_letters.correct_address(
            recipient=sent.people.get(), address=EVA, by=given.the("mei"), at=LATER
        )

    assert [one.address for one in sent.people.all()] == [CARRIER]


def test_an_address_that_became_the_customer_s_is_written_to_no_more(
    case: Case,
) -> None:
    message = asked(case)
    carrier = customers.meet(address=CARRIER, name="C", language="en", at=LATER)
    cases.change_customer(case=case, to=carrier, by=given.the("mei"), at=LATER)

    with pytest.raises(side_mail.ToTheCustomer):
        side_mail.go_on(
            side=message.side, aside=an_aside(form="b"), by=given.the("mei"), at=LATER
        )

    assert SideMessage.objects.get() == message


def test_words_that_tell_the_customer_s_address_stay_until_it_is_allowed(
    case: Case,
) -> None:
    aside = an_aside(text="She writes from Eva@Mail.Example.")

    with pytest.raises(side_mail.TellsTheAddress):
        asked(case, aside)
    assert nothing_left()

    asked(case, an_aside(text=aside.text, tells_address=True))
    assert SideMessage.objects.get().text == aside.text


@pytest.mark.parametrize(
    ("aside", "refusal"),
    [
        (an_aside(to=""), side_mail.NobodyNamed),
        (an_aside(to="nobody"), side_mail.NoAddress),
        (an_aside(to="shop@shop.example"), side_mail.OurOwn),
        (an_aside(text=" "), side_mail.NothingToSay),
        (an_aside(subject=" "), side_mail.NothingToSay),
        (an_aside(files=(99,)), side_mail.FilesGone),
        (
            an_aside(to=" ".join(f"a{n}@b.example" for n in range(11))),
            side_mail.NobodyNamed,
        ),
    ],
)
def test_what_cannot_leave_changes_nothing(
    case: Case, aside: side_mail.Aside, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        asked(case, aside)

    assert nothing_left()


def test_files_of_another_case_cannot_be_passed_on(case: Case) -> None:
    label = cases.NewAttachment("label.txt", "text/plain", 7, blobs.keep(b"a label"))
    other = cases.receive_message(
        case=given.a_case(),
        said=cases.Said(text="x", channel="mail", attachments=[label]),
        sender="kim@mail.example",
        sender_name="Kim",
        joined_by="new",
        by=given.SYSTEM,
        at=given.MONDAY,
    )

    with pytest.raises(side_mail.FilesGone):
        asked(case, an_aside(files=(other.attachments.get().pk,)))

    assert nothing_left()


def test_a_file_of_the_case_goes_along_and_one_of_theirs_is_taken_by_hand(
    case: Case,
) -> None:
    label = cases.NewAttachment("label.txt", "text/plain", 7, blobs.keep(b"a label"))
    cases.receive_message(
        case=case,
        said=cases.Said(text="x", channel="mail", attachments=[label]),
        sender=EVA,
        sender_name="Eva",
        joined_by="token",
        by=given.SYSTEM,
        at=given.MONDAY,
    )
    (file,) = queries.attachments_of(case)

    message = asked(case, an_aside(files=(file.pk,)))

    sent = parse(bytes(sent_as(message).raw))
    assert [(one.name, one.content) for one in sent.attachments] == [
        ("label.txt", b"a label")
    ]
    upload = side_mail.take_over(
        file=message.files.get(), by=given.the("noi"), at=LATER
    )
    assert Upload.objects.get() == upload
    assert (upload.case, upload.member.name) == (case, "Noi Prasert")
    assert Entry.objects.get(kind="side.file_taken").data["name"] == "label.txt"


def test_the_store_keeps_what_a_side_conversation_names(case: Case) -> None:
    message = asked(case)
    boundary = (
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
        f"In-Reply-To: <{message.message_id}>\n"
    )
    raw = (
        f"From: {CARRIER}\nTo: {reply_address(message.side)}\nSubject: Re\n{boundary}\n"
        "--b\nContent-Type: text/plain\n\nSee the slip.\n"
        "--b\nContent-Type: text/plain\n"
        "Content-Disposition: attachment; filename=slip.txt\n\na slip\n--b--\n"
    )

    a_filed(raw.encode())

    file = message.side.messages.get(direction="in").files.get()
    assert file.name == "slip.txt"
    assert named([file.sha256]) == {file.sha256}
    assert list(missing_files()) == []


def test_a_second_press_sends_nothing_twice(case: Case) -> None:
    first, second = asked(case), asked(case)

    assert first == second
    assert Outgoing.objects.count() == 1
    assert SideConversation.objects.count() == 1


def test_a_mail_is_of_a_case_or_of_a_side_conversation_never_of_both(
    case: Case,
) -> None:
    sent = an_answer_sent(case)
    message = asked(case)
    Outgoing.objects.filter(side_message=message).delete()

    with pytest.raises(IntegrityError), transaction.atomic():
        Outgoing.objects.filter(pk=sent.pk).update(side_message=message)
