"""A raw mail becomes what its writer meant, whatever state its bytes are in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.addresses import Address, author
from evenhand.channels.mail.dates import mail_date
from evenhand.channels.mail.html_text import html_to_text
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.mbox import split_mails
from evenhand.channels.mail.parameters import parametered
from evenhand.channels.mail.parse import parse
from tests.channels.cost import takes

HEAD = b"From: Eva <eva@mail.example>\r\nTo: help@shop.example\r\nSubject: x\r\n"


def lines(*rows: bytes) -> bytes:
    return b"\r\n".join(rows) + b"\r\n"


def multipart(
    *parts: bytes, kind: bytes = b"mixed", end: bytes = b"--b--\r\n"
) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return (
        HEAD
        + b"Content-Type: multipart/"
        + kind
        + b'; boundary="b"\r\n\r\n'
        + body
        + end
    )


def test_a_plain_mail_is_read_whole() -> None:
    mail = parse(
        lines(
            b"From: =?utf-8?b?55SE5pif?= <xing@mail.example>",
            b"To: Desk <help@shop.example>, b@mail.example",
            b"Cc: c@mail.example",
            b"Reply-To: other@mail.example",
            b"Subject: =?gb2312?B?zcu/7g==?=",
            b"Message-ID: <a@mail.example>",
            b"In-Reply-To: <b@shop.example>",
            b"References: <c@shop.example>",
            b"\t<b@shop.example>",
            b"Date: Mon, 16 Nov 2026 17:00:00 +0800",
            b"Content-Type: text/plain; charset=gb2312",
            b"",
            "退款在哪里？".encode("gb18030"),
        )
    )

    assert mail.author == Address("甄星", "xing@mail.example")
    assert [each.addr for each in mail.to] == ["help@shop.example", "b@mail.example"]
    assert [each.addr for each in mail.cc] == ["c@mail.example"]
    assert [each.addr for each in mail.reply_to] == ["other@mail.example"]
    assert mail.subject == "退款"
    assert mail.message_id == "a@mail.example"
    assert mail.in_reply_to == ("b@shop.example",)
    assert mail.references == ("c@shop.example", "b@shop.example")
    assert mail.date == datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    assert mail.text == "退款在哪里？\n"
    assert mail.html == ""
    assert mail.attachments == ()
    assert mail.automatic is None
    assert mail.may_be_answered


def test_an_alternative_is_one_thing_in_two_forms() -> None:
    mail = parse(
        multipart(
            b"Content-Type: text/plain\r\n\r\nHello",
            b"Content-Type: text/html\r\n\r\n<p>Hello</p>",
            kind=b"alternative",
        )
    )

    assert mail.text == "Hello"
    assert mail.html == "<p>Hello</p>"


def test_html_alone_still_has_words() -> None:
    mail = parse(
        HEAD + b"Content-Type: text/html\r\n\r\n<p>One</p><p>Two &amp; three</p>"
    )

    assert mail.text == ""
    assert mail.words == "One\n\nTwo & three"


def test_texts_between_pictures_are_joined() -> None:
    mail = parse(
        multipart(
            b"Content-Type: text/plain\r\n\r\nBefore",
            b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
            b"Content-Type: text/plain\r\n\r\nAfter",
        )
    )

    assert mail.text == "Before\nAfter"
    assert [each.content for each in mail.attachments] == [b"\0\0\0"]


@pytest.mark.parametrize(
    "disposition",
    [
        b'attachment; filename="=?utf-8?b?6YCA5qy+?=.pdf"',
        b"attachment; filename*=utf-8''%E9%80%80%E6%AC%BE.pdf",
        b"attachment; filename*0*=utf-8''%E9%80%80; filename*1*=%E6%AC%BE; filename*2=.pdf",
        'attachment; filename="退款.pdf"'.encode(),
        b"attachment; filename=" + "退款.pdf".encode(),
    ],
)
def test_a_file_keeps_its_name_however_it_was_written(disposition: bytes) -> None:
    mail = parse(
        multipart(
            b"Content-Type: application/pdf\r\nContent-Disposition: "
            + disposition
            + b"\r\n\r\n%PDF"
        )
    )

    assert [each.name for each in mail.attachments] == ["退款.pdf"]


def test_an_enclosed_picture_keeps_its_content_id() -> None:
    mail = parse(
        multipart(
            b'Content-Type: text/html\r\n\r\n<img src="cid:logo@x">',
            b"Content-Type: image/png\r\nContent-ID: <logo@x>\r\n"
            b"Content-Disposition: inline\r\n\r\nP",
            kind=b"related",
        )
    )

    [picture] = mail.attachments
    assert (picture.cid, picture.inline) == ("logo@x", True)


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (multipart(b"Content-Type: text/plain\r\n\r\nHello", end=b""), "Hello\r\n"),
        (HEAD + b"Content-Type: multipart/mixed\r\n\r\nHello", "Hello"),
        (
            HEAD + b"Content-Type: multipart/mixed\r\n\r\n--q\r\n"
            b"Content-Type: text/plain\r\n\r\nHello\r\n--q--",
            "Hello",
        ),
        (
            HEAD
            + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b--\r\n--b\r\n'
            b"\r\nHello\r\n--b--",
            "Hello",
        ),
        (HEAD + b"Content-Type: text/plain; charset=\r\n\r\nHello", "Hello"),
        (HEAD + b"Content-Type:\r\n\r\nHello", "Hello"),
        (HEAD.replace(b"\r\n", b"\r") + b"\rHello", "Hello"),
        (b"From eva Mon Nov 16 09:00:00 2026\r\n" + HEAD + b"\r\nHello", "Hello"),
        (b"\r\n" + HEAD + b"\r\nHello", "Hello"),
    ],
)
def test_a_broken_mail_still_says_what_it_says(broken: bytes, text: str) -> None:
    mail = parse(broken)

    assert mail.text.strip() == text.strip()
    assert mail.author.addr == "eva@mail.example"


def test_lines_that_are_no_fields_do_not_end_the_head() -> None:
    mail = parse(
        b"Received: from a\r\nby b with SMTP;\r\nMon, 16 Nov 2026\r\n"
        + HEAD
        + b"\r\nHi"
    )

    assert mail.subject == "x"
    assert mail.text == "Hi"


def test_flowed_lines_are_joined_again() -> None:
    mail = parse(
        HEAD
        + b"Content-Type: text/plain; format=flowed\r\n\r\nOne \r\ntwo\r\nthree\r\n"
    )

    assert mail.text == "One two\nthree\n"


def test_a_file_in_uuencode_leaves_the_text() -> None:
    mail = parse(HEAD + b"\r\nSee\r\nbegin 644 a.txt\r\n#2&D*\r\n`\r\nend\r\nBye\r\n")

    assert mail.text == "See\nBye\n"
    assert [(each.name, each.content) for each in mail.attachments] == [
        ("a.txt", b"Hi\n")
    ]


def test_nothing_is_no_mail() -> None:
    for raw in (b"", b"\r\n \r\n", b"\0\0"):
        with pytest.raises(Unreadable, match="empty"):
            parse(raw)


def test_a_mail_over_the_limit_is_not_read() -> None:
    with pytest.raises(Unreadable, match="larger than"):
        parse(HEAD + b"\r\n" + b"a" * 2_000_000, most_bytes=1_000_000)


@examples(st.binary(max_size=600))
def test_any_bytes_are_a_mail_or_unreadable(raw: bytes) -> None:
    try:
        mail = parse(raw)
    except Unreadable:
        return

    assert isinstance(mail.words, str)


@examples(st.lists(st.sampled_from([
    b"--b\r\n", b"--b--\r\n", b"\r\n", b"Content-Type: text/html\r\n",
    b'Content-Type: multipart/mixed; boundary="b"\r\n', b"\xff\xfe<p>", b"=?utf-8?b?",
    b"Content-Transfer-Encoding: base64\r\n", b"QUJD", b"begin 644 x\r\n", b"From: <",
    b"Content-Type: message/delivery-status\r\n", b"\t;name*0*=", b'filename="',
]), max_size=30))  # fmt: skip
def test_shuffled_pieces_of_mail_are_read_without_raising(pieces: list[bytes]) -> None:
    mail = parse(HEAD + b"".join(pieces) + b"\r\nend")

    assert mail.author.addr


def fill(piece: bytes, size: int = 5_000_000) -> bytes:
    return (piece * (size // len(piece) + 1))[:size]


HOSTILE = {
    "a header without end": b"Subject: " + fill(b"=?utf-8?q?=E4?= "),
    "a million fields": HEAD + fill(b"X: y\r\n") + b"\r\nhi",
    "open brackets": b"From: " + fill(b'<("\\', 60_000) + b"\r\nTo: " + fill(b"((", 60_000),
    "a million parts": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    + fill(b"--b\r\n\r\nx\r\n"),
    "parts in parts": HEAD + fill(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    ),
    "blanks": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + fill(b" "),
    "half base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + fill(b"=A"),
    "open files": HEAD + b"\r\n" + fill(b"begin 644 a\r\n"),
    "noise": HEAD + b"\r\n" + fill(bytes(range(128, 256))),
    "open tags": HEAD + b"Content-Type: text/html\r\n\r\n" + fill(b"<a "),
    "open comments": HEAD + b"Content-Type: text/html\r\n\r\n" + fill(b"<!--"),
    "deep quotes": HEAD + b"Content-Type: text/html\r\n\r\n" + fill(b"<blockquote>a"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_in_bounded_time(name: str) -> None:
    mail = parse(HOSTILE[name])

    assert len(mail.words) <= 2_000_000
    assert takes(lambda: _read(HOSTILE[name]), within=1.5)


def _read(raw: bytes) -> str:
    """All that is read of a mail; its words anew, which else are kept."""
    mail = parse(raw)
    return mail.text.strip() or html_to_text(mail.html)


@pytest.mark.parametrize(
    ("written", "name", "addr"),
    [
        (b"eva@mail.example", "", "eva@mail.example"),
        (b"<eva@mail.example>", "", "eva@mail.example"),
        (b'"Novak, Eva" <eva@mail.example>', "Novak, Eva", "eva@mail.example"),
        (b"eva@mail.example (Eva Novak)", "Eva Novak", "eva@mail.example"),
        (b"'Eva' <eva@mail.example>", "Eva", "eva@mail.example"),
        (
            b"=?utf-8?q?Novak=2C_Eva?= <eva@mail.example>",
            "Novak, Eva",
            "eva@mail.example",
        ),
        (b"Eva Novak eva@mail.example", "Eva Novak", "eva@mail.example"),
        (b"Eva <mailto:eva@mail.example>", "Eva", "eva@mail.example"),
        ("เอวา <eva@mail.example>".encode(), "เอวา", "eva@mail.example"),
        (b"Eva", "Eva", ""),
    ],
)
def test_an_author_is_known_in_every_spelling(
    written: bytes, name: str, addr: str
) -> None:
    assert author(written) == Address(name, addr)


def test_parameters_are_read_with_their_damage() -> None:
    assert parametered(b"TEXT/Plain; Charset=UTF-8").get("charset") == "UTF-8"
    assert parametered(b'a/b; name="a;b\\"c"').get("name") == 'a;b"c'
    assert parametered(b"a/b;;; name=x y.pdf ; z").get("name") == "x y.pdf"


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 16 Nov 2026 17:00:00 +0800",
        "16 Nov 2026 09:00:00 GMT",
        "Mon,16 Nov 2026 09:00:00 +0000 (UTC)",
        "2026-11-16T09:00:00Z",
        "Mon, 16 Nov 2026 17:00:00 GMT+0800",
    ],
)
def test_a_date_is_read_in_every_spelling(text: str) -> None:
    assert mail_date(text) == datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def test_what_is_no_date_is_none() -> None:
    for text in ("", "yesterday", "Mon, 99 Foo 2026 99:99:99 +0000", "9" * 5000):
        assert mail_date(text) is None


def test_an_mbox_holds_many_mails_and_any_other_file_one() -> None:
    first = (
        b"From a@x Mon Nov 16 09:00:00 2026\nSubject: 1\n\nFrom here on\n>From me\n\n"
    )
    second = b"From b@x Mon Nov 16 09:01:00 2026\nSubject: 2\n\ntwo\n"

    assert list(split_mails(first + second)) == [
        b"Subject: 1\n\nFrom here on\nFrom me",
        b"Subject: 2\n\ntwo\n",
    ]
    assert list(split_mails(b"Subject: 1\n\nFrom a Mon 2026\n")) == [
        b"Subject: 1\n\nFrom a Mon 2026\n"
    ]


def test_a_head_damaged_in_the_middle_is_read_to_its_end() -> None:
    mail = parse(
        b"Received: from a\n\\tby b\n\\tfor c\nDKIM-Signature: v=1;\n\\tt=1\n"
        b"List-Id: <a.example>\n\\tx\nReferences: <one@mail.example>\n\\ty\n"
        b"From: eva@mail.example\nSubject: The dress\n\nHello"
    )

    assert mail.subject == "The dress"
    assert mail.references == ("one@mail.example",)
    assert mail.text == "Hello"


def test_a_name_is_found_under_the_parameter_file_too() -> None:
    mail = parse(b'Content-Type: application/x; file="A.EXE"\n\nabc')

    assert [each.name for each in mail.attachments] == ["A.EXE"]


@pytest.mark.parametrize("blank", [b"\r", b"\t", b"\f", b" "])
@pytest.mark.parametrize(
    "field", [b"Content-Disposition: attach%s", b"Content-Type: text/plain; name%sx"]
)
def test_a_field_of_blanks_costs_no_time(field: bytes, blank: bytes) -> None:
    raw = field % (blank * 60_000) + b"\n\nHello"

    assert takes(lambda: parse(raw), within=1)


@pytest.mark.parametrize("opener", [b"(\\", b"\\(", b"(", b'"\\', b"<", b'\\"'])
def test_addresses_of_openers_cost_no_time(opener: bytes) -> None:
    raw = b"From: " + opener * 30_000 + b"x <eva@mail.example>\n\nHello"

    assert parse(raw).text == "Hello"
    assert takes(lambda: parse(raw), within=1)


def test_an_escaped_bracket_in_a_name_opens_no_comment() -> None:
    mail = parse(b"From: Eva \\(at home\\) <eva@mail.example>\n\nHello")

    assert mail.author.addr == "eva@mail.example"
