"""Odd mail as it is met: read for what it says, whatever its labels claim."""

from __future__ import annotations

from base64 import b64encode

import pytest

from evenhand.channels.mail.enriched import words_of
from evenhand.channels.mail.parse import ParsedMail, parse

ASKED = "您好，我的裙子不合身，请问怎么退货？"


def read(
    body: bytes,
    *,
    sender: bytes = b"Eva",
    subject: bytes = b"The dress",
    kind: str = "text/plain; charset=utf-8",
    encoding: str = "8bit",
) -> ParsedMail:
    head = (
        b"From: " + sender + b" <eva@mail.example>\r\nSubject: " + subject + b"\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: " + kind.encode() + b"\r\n"
        b"Content-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n"
    )
    return parse(head + body)


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-7", "utf-32"])
def test_the_charset_of_a_body_in_wide_characters_is_not_that_of_the_head(
    label: str,
) -> None:
    words = b64encode("Too small".encode(label))
    kind = f"text/plain; charset={label}"

    mail = read(words, sender=b"Eva +AGEAYg-", kind=kind, encoding="base64")

    assert (str(mail.author), mail.subject) == (
        "Eva +AGEAYg- <eva@mail.example>",
        "The dress",
    )
    assert mail.text == "Too small"


@pytest.mark.parametrize("label", ["us-ascii", "x-unknown", "iso-8859-1"])
def test_a_short_name_without_a_label_is_read_as_its_mail_is(label: str) -> None:
    mail = read(
        ASKED.encode("gb18030"),
        sender="王小明".encode("gb18030"),
        subject="我的裙子".encode("gb18030"),
        kind=f"text/plain; charset={label}",
    )

    assert (mail.author.name, mail.subject, mail.text) == ("王小明", "我的裙子", ASKED)


def test_a_name_in_escapes_is_decoded_before_the_field_is_taken_apart() -> None:
    # its bytes hold "@", "(" and "<" of ASCII
    name = "山田太郎"

    mail = read(b"x", sender=name.encode("iso2022_jp"))

    assert str(mail.author) == f"{name} <eva@mail.example>"


@pytest.mark.parametrize("name", ["\u3164", "\u200b \u200b", '"\u2800"'])
def test_a_name_of_which_nothing_is_seen_is_no_name(name: str) -> None:
    assert read(b"x", sender=name.encode()).author.name == ""


def test_a_field_cannot_show_its_letters_in_another_order() -> None:
    turned = "\u202emoc.knab"

    mail = read(b"x", sender=turned.encode(), subject=turned.encode())

    assert (mail.author.name, mail.subject) == ("moc.knab", "moc.knab")


def test_an_editors_mark_in_front_of_the_first_field_is_no_part_of_it() -> None:
    raw = b"From: Eva <eva@mail.example>\r\nSubject: Hi\r\n\r\nToo small"

    assert parse(b"\xef\xbb\xbf" + raw) == parse(raw)


def test_a_text_that_only_calls_itself_base64_is_shown_as_it_came() -> None:
    words = b"This was never encoded, whatever its label says: it is English."

    assert read(words, encoding="base64").text == words.decode()


@pytest.mark.parametrize(
    "written",
    [
        b"VG9vIHNtYWxs",
        b"  VG9v IHNt YWxs\r\n  VG9vIHNtYWxsVG9vIHNtYWxs",
        b"> VG9vIHNtYWxs\r\n",
        b"VG9v\r\n!!\r\nIHNtYWxs\r\n-- list footer",
    ],
)
def test_damaged_base64_is_decoded_still(written: bytes) -> None:
    assert read(written, encoding="base64").text.startswith("Too small")


@pytest.mark.parametrize(
    ("kind", "written", "shown"),
    [
        (
            "text/enriched",
            "<bold>Too\nsmall</bold> <<sic>\n\nBye",
            "Too small <sic>\nBye",
        ),
        ("text/enriched", "<color><param>red</param>Red</color> dress", "Red dress"),
        ("text/richtext", "<bold>Too</bold><nl>small <lt>sic>", "Too\nsmall <sic>"),
        ("text/enriched", "<param>never closed", ""),
        ("text/enriched", "1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_commands_of_enriched_text_are_not_words(
    kind: str, written: str, shown: str
) -> None:
    assert words_of(written, kind=kind) == shown
    assert read(written.encode(), kind=kind).text == shown
