"""Files come out of winmail.dat, and a damaged one is kept as it came."""

from __future__ import annotations

import base64
import struct

from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.mail.tnef import SIGNATURE, opened, properties

BODY = 0x0002800C
TITLE = 0x00018010
DATA = 0x0006800F
BEGINS = 0x00069002
OF_FILE = 0x00069005
OF_MAIL = 0x00069003
CODE_PAGE = 0x00069007
STRING, UNICODE, OBJECT, BINARY, LONG = 0x1E, 0x1F, 0x0D, 0x102, 0x03


def attribute(number: int, value: bytes) -> bytes:
    checksum = sum(value) & 0xFFFF
    return (
        struct.pack("<BII", 1, number, len(value)) + value + struct.pack("<H", checksum)
    )


def stream(*attributes: bytes) -> bytes:
    return SIGNATURE + b"\x01\x00" + b"".join(attributes)


def a_property(kind: int, number: int, value: bytes, *, name: bytes = b"") -> bytes:
    if kind == LONG:
        return struct.pack("<HH", kind, number) + name + value
    padded = value + b"\0" * (-len(value) % 4)
    return (
        struct.pack("<HH", kind, number)
        + name
        + struct.pack("<II", 1, len(value))
        + padded
    )


def block(*written: bytes) -> bytes:
    return struct.pack("<I", len(written)) + b"".join(written)


def mail_with(envelope: bytes, *, text: str = "See the files.") -> ParsedMail:
    coded = base64.encodebytes(envelope)
    raw = (
        b"From: eva@mail.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\n" + text.encode() + b"\n--b\n"
        b'Content-Type: application/ms-tnef; name="winmail.dat"\n'
        b"Content-Transfer-Encoding: base64\n\n" + coded + b"--b--\n"
    )
    return parse(raw)


def a_file(title: bytes, content: bytes, *more: bytes) -> bytes:
    named = attribute(TITLE, title + b"\0") + attribute(DATA, content)
    return attribute(BEGINS, b"\0" * 14) + named + b"".join(more)


def test_the_files_are_shown_in_place_of_the_envelope() -> None:
    long_name = a_property(
        UNICODE, 0x3707, "Rechnung für Eva.pdf\0".encode("utf-16-le")
    )
    kind = a_property(STRING, 0x370E, b"application/pdf\0")
    cid = a_property(STRING, 0x3712, b"one@mail.example\0")
    described = attribute(OF_FILE, block(long_name, kind, cid))

    mail = mail_with(
        stream(
            a_file(b"RECHNU~1.PDF", b"%PDF-1.4", described), a_file(b"b.txt", b"hi")
        ),
        text="",
    )

    first, second = [each for each in mail.attachments if each.name != "winmail.dat"]
    assert (first.name, first.content_type) == (
        "Rechnung für Eva.pdf",
        "application/pdf",
    )
    assert (first.content, first.cid) == (b"%PDF-1.4", "one@mail.example")
    assert (second.name, second.content) == ("b.txt", b"hi")


def test_an_envelope_with_words_is_not_shown_itself() -> None:
    mail = mail_with(stream(attribute(BODY, b"The words.\0"), a_file(b"b.txt", b"hi")))

    assert mail.text.strip() == "See the files."
    assert [each.name for each in mail.attachments] == ["b.txt"]


def test_its_words_are_those_of_a_mail_without_others() -> None:
    html = a_property(BINARY, 0x1013, b"<p>Gr\xfc\xdfe</p>")

    mail = mail_with(stream(attribute(OF_MAIL, block(html))), text="")

    assert mail.html.strip() == "<p>Grüße</p>"
    assert mail.words == "Grüße"


def test_a_name_is_read_in_the_code_page_of_the_envelope() -> None:
    page = attribute(CODE_PAGE, struct.pack("<II", 1251, 0))

    found = opened(stream(page, a_file("счёт.txt".encode("cp1251"), b"x")))

    assert found is not None
    assert found.files[0].name == "счёт.txt"


def test_a_message_inside_is_opened_too() -> None:
    inner = stream(attribute(BODY, b"Older words\0"), a_file(b"deep.txt", b"deep"))
    data = a_property(OBJECT, 0x3701, b"\0" * 16 + inner)
    shown = a_property(STRING, 0x3001, b"Older mail\0")
    outer = stream(
        attribute(BEGINS, b"\0" * 14), attribute(OF_FILE, block(shown, data))
    )

    found = opened(outer)

    assert found is not None
    assert [(each.name, each.content) for each in found.files] == [
        ("Older mail.txt", b"Older words"),
        ("deep.txt", b"deep"),
    ]


def test_named_and_fixed_properties_are_passed_over() -> None:
    named = struct.pack("<16sII", b"guid", 1, 6) + b"a\0b\0\0\0\0\0"
    written = block(
        a_property(LONG, 0x0E20, b"\1\0\0\0"),
        a_property(STRING, 0x8001, b"x\0", name=named),
        a_property(STRING, 0x3707, b"a.txt\0"),
    )

    assert properties(written, label="cp1252") == {0x8001: "x", 0x3707: "a.txt"}


def test_one_that_is_cut_off_gives_what_came_before() -> None:
    whole = stream(a_file(b"a.txt", b"first"), a_file(b"b.txt", b"second"))

    found = opened(whole[:-8])

    assert found is not None
    assert [each.name for each in found.files] == ["a.txt"]


def test_one_that_cannot_be_read_is_kept_as_it_came() -> None:
    mail = mail_with(SIGNATURE + b"\x01\x00" + b"\xff" * 40)

    assert [each.name for each in mail.attachments] == ["winmail.dat"]
    assert mail.attachments[0].content.startswith(SIGNATURE)


def test_envelopes_in_envelopes_end() -> None:
    inner = stream(attribute(BODY, b"x\0"))
    for _ in range(30):
        data = a_property(OBJECT, 0x3701, b"\0" * 16 + inner)
        inner = stream(attribute(BEGINS, b""), attribute(OF_FILE, block(data)))

    found = opened(inner)

    assert found is not None
    assert len(found.files) == 1


@examples(st.binary(max_size=400))
def test_no_bytes_are_too_odd_to_be_opened(noise: bytes) -> None:
    found = opened(SIGNATURE + noise)

    assert found is None or found.text or found.html or found.files
