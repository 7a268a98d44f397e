"""What is written into a mail comes out of it again, and nothing else can get in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.render import File, Letter, Submitted, render

LETTER = Letter(
    author=Address("Shop", "help@shop.example"),
    to=(Address("Eva Novak", "eva@mail.example"),),
    cc=(Address("", "bo@mail.example"),),
    reply_to=Address("Shop", "help+10042.abc@shop.example"),
    subject="Re: The dress",
    text="Dear Eva,\n\nyou get 59.00 back.\n",
    message_id="out.1.10042.abc@shop.example",
    in_reply_to="m2@mail.example",
    references=("m1@mail.example", "m2@mail.example"),
    language="en",
    loop_mark="0123",
    at=datetime(2026, 11, 16, 9, 0, tzinfo=UTC),
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)


def head_of(raw: bytes) -> str:
    return raw.partition(b"\r\n\r\n")[0].decode("ascii")


def test_a_letter_is_written_as_the_standards_say() -> None:
    assert render(LETTER).decode("ascii").split("\r\n") == [
        "From: Shop <help@shop.example>",
        "To: Eva Novak <eva@mail.example>",
        "Cc: bo@mail.example",
        "Reply-To: Shop <help+10042.abc@shop.example>",
        "Subject: Re: The dress",
        "Date: Mon, 16 Nov 2026 09:00:00 +0000",
        "Message-ID: <out.1.10042.abc@shop.example>",
        "In-Reply-To: <m2@mail.example>",
        "References: <m1@mail.example>",
        " <m2@mail.example>",
        "Content-Language: en",
        "X-Evenhand-Loop: 0123",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Dear Eva,",
        "",
        "you get 59.00 back.",
        "",
    ]


def test_the_same_letter_is_the_same_bytes() -> None:
    letter = replace(
        LETTER, html="<p>x</p>", files=(File("a.txt", "text/plain", b"a"),)
    )

    assert render(letter) == render(letter)


@examples(TEXT, TEXT, TEXT)
def test_subject_names_and_words_come_back_whole(
    subject: str, name: str, text: str
) -> None:
    letter = replace(
        LETTER, subject=subject, author=Address(name, "a@b.example"), text=text
    )

    read = parse(render(letter))

    assert read.subject == subject.strip()
    assert read.author.addr == "a@b.example"
    assert read.text.rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "text", ["退款在哪里？", "สวัสดีค่ะ " * 60, "返品", "Grüße", "a" * 5000]
)
def test_every_line_is_short_and_plain_ascii(text: str) -> None:
    letter = replace(
        LETTER,
        subject=text,
        text=text,
        html=f"<p>{text}</p>",
        author=Address(text[:60], "a@b.example"),
        files=(File(f"{text[:40]}.pdf", "application/pdf", b"%PDF" * 500),),
    )

    raw = render(letter)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    read = parse(raw)
    assert (read.subject, read.text.strip(), read.html.strip()) == (
        text.strip(),
        text.strip(),
        f"<p>{text}</p>",
    )
    assert [(f.name, f.content) for f in read.attachments] == [
        (f"{text[:40]}.pdf", b"%PDF" * 500)
    ]


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: spy@x.example",
        "x\nBcc: spy@x.example",
        "x\x0bBcc: a",
        "x\u2028Bcc: a",
    ],
)
def test_no_header_can_be_smuggled_in(evil: str) -> None:
    letter = replace(
        LETTER,
        subject=evil,
        author=Address(evil, "a@b.example"),
        language=evil,
        in_reply_to=evil,
        references=(evil,),
        files=(File(evil, evil, b""),),
    )

    assert not re.search("^bcc", head_of(render(letter)), re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize(
    "addr", ["", "a b@c.example", "a@b.example\r\nBcc: x@y", "<a@b>", "ü @b"]
)
def test_an_address_that_cannot_stand_in_a_header_is_refused(addr: str) -> None:
    with pytest.raises(ValueError, match="cannot stand in a mail header"):
        render(replace(LETTER, to=(Address("Eva", addr),)))


def test_only_a_machines_mail_says_so() -> None:
    assert "auto-submitted" not in head_of(render(LETTER)).lower()

    head = head_of(render(replace(LETTER, submitted=Submitted.GENERATED)))

    assert "Auto-Submitted: auto-generated" in head
    assert "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply" in head


def test_a_long_thread_keeps_its_first_and_newest_ids() -> None:
    ids = tuple(f"m{number}@mail.example" for number in range(60))

    read = parse(
        render(replace(LETTER, references=ids, in_reply_to="m59@mail.example"))
    )

    assert read.references == (ids[0], *ids[-19:])


def test_what_is_answered_stands_last_of_the_references() -> None:
    ids = ("m1@mail.example", "m2@mail.example", "out.1@shop.example")

    raw = render(replace(LETTER, references=ids, in_reply_to="m2@mail.example"))

    read = parse(raw)
    assert read.in_reply_to == ("m2@mail.example",)
    assert read.references == (
        "m1@mail.example",
        "out.1@shop.example",
        "m2@mail.example",
    )


@pytest.mark.parametrize("automatic", [False, True])
def test_the_standard_library_finds_no_fault_in_the_strictest_reading(
    automatic: bool,
) -> None:
    ids = tuple(f"{'x' * 200}.{number}@mail.example" for number in range(30))
    letter = replace(
        LETTER,
        subject="退款 " * 40,
        author=Address('Kite & Loom, "the" shop 店', "help@shop.example"),
        references=ids,
        in_reply_to=ids[-1],
        submitted=Submitted.GENERATED if automatic else Submitted.BY_PERSON,
    )

    read = message_from_bytes(render(letter), policy=policy.default + policy.strict)

    assert list(read.defects) == []
    assert all(not field.defects for field in read.values())
    assert read["Auto-Submitted"] == ("auto-generated" if automatic else None)
    assert read["Message-ID"] == f"<{LETTER.message_id}>"
    assert str(read["References"]).split()[-1] == f"<{ids[-1]}>"
    assert read["Subject"] == ("退款 " * 40).strip()
    lines = render(letter).split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert "Bcc" not in read
