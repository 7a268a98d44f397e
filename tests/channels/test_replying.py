"""The head of an answer: below what it answers in Gmail, Outlook and Apple Mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.channels.actions import outbox
from evenhand.channels.mail import conversation_index
from evenhand.channels.mail.replying import Answered, answering, references
from tests import given
from tests.given_mail import a_filed, case_of, raw_mail
from tests.given_sides import asked

SEVEN = datetime(2026, 11, 22, 7, tzinfo=UTC)
# what Outlook wrote at six o'clock: 0x01, five bytes of the time, a GUID
ROOT = bytes.fromhex("0101dd7a46b5b02b6b272cf8b9ac9f00438ba91a2bdd")
OUTLOOK = "AQHdeka1sCtrJyz4uayfAEOLqRor3Q=="


def head_of_an_answer(case: Case) -> Message:
    message = cases.add_answer(
        case=case,
        said=cases.Said(text="Hello", channel="mail", subject=case.subject),
        by=given.the("mei"),
        at=given.MONDAY,
    )
    mail = outbox.queue(message=message, to=["eva@mail.example"], at=given.MONDAY)
    return message_from_bytes(bytes(mail.raw))


def ids(head: Message, field: str) -> list[str]:
    return str(head[field] or "").split()


def test_an_answer_says_what_it_answers_and_all_that_refers_to() -> None:
    answered = Answered(
        "c@x.example", "Re: Coat", refers=("a@x.example", "b@x.example")
    )

    found = answering(
        answered, subject="Coat", earlier=["a@x.example"], message_id="o", at=SEVEN
    )

    assert found.in_reply_to == "c@x.example"
    assert found.references == ("a@x.example", "b@x.example", "c@x.example")
    assert found.subject == "Re: Coat"
    assert (found.topic, found.index) == ("", b"")


def test_ids_that_the_other_program_left_out_stand_in_front() -> None:
    answered = Answered("c@x", "Coat", refers=("b@x",))

    assert references(answered, earlier=["a@x", "b@x"]) == ("a@x", "b@x", "c@x")


def test_a_long_list_keeps_its_first_and_its_newest() -> None:
    refers = tuple(f"{number}@x" for number in range(50))

    found = references(Answered("last@x", "Coat", refers=refers), earlier=())

    assert found == ("0@x", *refers[-18:], "last@x")


@pytest.mark.parametrize(
    ("theirs", "is_reply", "ours"),
    [
        ("Coat", False, "Re: Coat"),
        ("Re: Coat", True, "Re: Coat"),
        ("RE: Re: re[2]: Coat", True, "Re: Coat"),
        ("AW: Re: Coat", True, "Re: Coat"),
        ("回复：外套", True, "Re: 外套"),
        # a first subject may begin like that in earnest
        ("Ref: order 12", False, "Re: Ref: order 12"),
        ("Fwd: Coat", True, "Re: Fwd: Coat"),
        ("Regarding: Coat", False, "Re: Regarding: Coat"),
    ],
)
def test_the_subject_stays_but_for_one_word_of_reply(
    theirs: str, is_reply: bool, ours: str
) -> None:
    answered = Answered("c@x", theirs, is_reply=is_reply)

    found = answering(answered, subject="Other", earlier=(), message_id="o", at=SEVEN)

    assert found.subject == ours


def test_outlook_s_index_is_carried_on_by_five_bytes() -> None:
    assert conversation_index.read(OUTLOOK.encode()) == ROOT

    found = conversation_index.carried_on(ROOT, message_id="c@d", at=SEVEN)

    # an hour in units of 26.2144 ms, above the 0.6 s that the header cannot tell
    assert found == ROOT + bytes.fromhex("0002188820")
    assert conversation_index.written(found) == "AQHdeka1sCtrJyz4uayfAEOLqRor3QACGIgg"


def test_after_two_years_the_index_counts_in_its_coarser_unit() -> None:
    late = SEVEN + timedelta(days=730)

    level = conversation_index.carried_on(ROOT, message_id="c@d", at=late)[-5:]

    units = int.from_bytes(level[:4], "big")
    assert units >> 31 == 1
    passed = timedelta(seconds=(units & 0x7FFFFFFF) * (1 << 23) / 10_000_000)
    assert abs(passed - timedelta(days=730, hours=1)) < timedelta(seconds=2)


def test_the_time_of_an_older_outlook_is_read_where_that_writes_it() -> None:
    older = bytes.fromhex("01dd7a46b5c0") + ROOT[6:]

    level = conversation_index.carried_on(older, message_id="c@d", at=SEVEN)[-5:]

    passed = timedelta(seconds=(int.from_bytes(level[:4], "big") << 18) / 10_000_000)
    assert abs(passed - timedelta(hours=1)) < timedelta(seconds=2)


@pytest.mark.parametrize(
    "broken",
    [b"", b"?", b"AQHdeka1", b"AgHdeka1sCtrJyz4uayfAEOLqRor3Q==", b"AQHdeka1" * 100],
)
def test_an_index_that_is_none_is_not_carried_on(broken: bytes) -> None:
    assert conversation_index.read(broken) == b""
    assert conversation_index.carried_on(b"", message_id="c@d", at=SEVEN) == b""


@over(st.binary(max_size=700))
def test_whatever_stands_in_the_header_is_read_or_left(value: bytes) -> None:
    index = conversation_index.read(value)

    assert index == b"" or (len(index) - 22) % 5 == 0


@pytest.mark.django_db
def test_an_answer_to_outlook_carries_its_conversation_on() -> None:
    first = raw_mail(
        subject="RE: Coat",
        message_id="m2@outlook.example",
        headers="References: <m0@outlook.example>\n <m1@outlook.example>\n"
        f"Thread-Topic: Coat\nThread-Index: {OUTLOOK}\n",
    )

    head = head_of_an_answer(case_of(a_filed(first)))

    assert head["Subject"] == "Re: Coat"
    assert head["In-Reply-To"] == "<m2@outlook.example>"
    assert ids(head, "References") == [
        "<m0@outlook.example>",
        "<m1@outlook.example>",
        "<m2@outlook.example>",
    ]
    assert head["Thread-Topic"] == "Coat"
    index = conversation_index.read(str(head["Thread-Index"]).encode())
    assert (index[:22], len(index)) == (ROOT, 27)
    assert head["Auto-Submitted"] is None
    assert not [name for name in head if name.lower().startswith("list-")]
    assert head["Precedence"] is None


@pytest.mark.django_db
def test_an_answer_to_other_programs_has_nothing_of_outlook_s() -> None:
    case = case_of(a_filed(raw_mail(subject="Coat", message_id="first@mail.example")))
    a_filed(
        raw_mail(
            subject="A button",
            message_id="second@mail.example",
            headers="In-Reply-To: <first@mail.example>\n",
        )
    )

    head = head_of_an_answer(case)

    # the subject of the very mail that is answered, or Gmail would show two conversations
    assert head["Subject"] == "Re: A button"
    assert ids(head, "References") == ["<first@mail.example>", "<second@mail.example>"]
    assert head["In-Reply-To"] == "<second@mail.example>"
    assert (head["Thread-Index"], head["Thread-Topic"]) == (None, None)


@pytest.mark.django_db
def test_an_answer_names_no_mail_beside_the_case_that_was_passed_on() -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))
    beside = asked(case)
    a_filed(
        raw_mail(
            message_id="second@mail.example",
            headers=f"References: <x@y.example> <{beside.message_id}>"
            " <first@mail.example>\n",
        )
    )

    head = head_of_an_answer(case)

    assert ids(head, "References") == [
        "<x@y.example>",
        "<first@mail.example>",
        "<second@mail.example>",
    ]


@pytest.mark.django_db
def test_a_conversation_that_we_begin_has_an_index_that_our_next_mail_carries_on() -> (
    None
):
    case = given.a_case()

    first, second = head_of_an_answer(case), head_of_an_answer(case)

    assert (first["Subject"], first["In-Reply-To"]) == (case.subject, None)
    assert first["Thread-Topic"] == case.subject
    assert second["Subject"] == f"Re: {case.subject}"
    assert second["In-Reply-To"] == first["Message-ID"]
    assert ids(second, "References") == [first["Message-ID"]]
    root, index = (
        conversation_index.read(str(each["Thread-Index"]).encode())
        for each in (first, second)
    )
    assert (len(root), index[:22], len(index)) == (22, root, 27)
