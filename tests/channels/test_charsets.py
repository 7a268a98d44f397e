"""Bytes of every charset that customers write in become the text they wrote."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.charsets import codec_name, decode, html_charset
from evenhand.channels.mail.words import base64_bytes, header_text

WRITTEN = [
    ("gb18030", "您好，我的订单还没有收到，请尽快处理退款。"),
    ("gb18030", "手机屏幕裂了，怎么办？"),
    ("cp950", "您好，我的訂單還沒有收到，請盡快處理退款。"),
    ("cp932", "こんにちは。注文した商品がまだ届きません。"),
    ("euc_jp", "こんにちは。返品したいです。"),
    ("cp874", "สวัสดีค่ะ สินค้าที่สั่งยังไม่ได้รับ"),
    ("cp874", "ขอคืนเงิน order A-01234"),
    ("cp949", "안녕하세요. 주문한 상품이 아직 도착하지 않았습니다."),
    ("koi8_r", "Здравствуйте, мой заказ ещё не пришёл"),
    ("cp1251", "Здравствуйте, мой заказ ещё не пришёл"),
    ("cp1252", "Où est ma commande ? Très déçu."),
    ("cp1252", "Grüße aus München, die Größe passt nicht"),
]


@pytest.mark.parametrize(("codec", "text"), WRITTEN)
def test_text_is_read_as_its_charset_says(codec: str, text: str) -> None:
    assert decode(text.encode(codec), label=codec) == text


@pytest.mark.parametrize("label", ["", "us-ascii", "utf-8", "x-unknown", "binary"])
@pytest.mark.parametrize(("codec", "text"), WRITTEN)
def test_text_without_a_true_label_is_known_by_how_it_reads(
    codec: str, text: str, label: str
) -> None:
    assert decode(text.encode(codec), label=label) == text


def test_utf_8_is_known_under_any_label() -> None:
    text = "退款 คืนเงิน ü"

    for label in ("iso-8859-1", "gb2312", "big5", "us-ascii", "shift_jis"):
        assert decode(text.encode(), label=label) == text


def test_a_short_gbk_word_that_happens_to_be_utf_8_stays_chinese() -> None:
    word = b"\xd1\xa7\xc4\xa7".decode("gbk")

    assert decode(word.encode("gbk"), label="gb2312") == word


def test_the_label_means_the_larger_charset_that_mailers_use() -> None:
    assert decode("朱镕基".encode("gb18030"), label="gb2312") == "朱镕基"
    assert decode("①髙".encode("cp932"), label="shift_jis") == "①髙"
    assert decode(b"\x80 100", label="iso-8859-1") == "€ 100"
    assert decode("ค่ะ…".encode("cp874"), label="tis-620") == "ค่ะ…"


def test_one_broken_byte_does_not_change_the_charset() -> None:
    data = ("我的订单还没有收到。" * 20).encode("gb18030") + b"\xff"

    assert decode(data, label="gb2312") == "我的订单还没有收到。" * 20 + "\ufffd"


def test_iso_2022_jp_is_known_by_its_escapes() -> None:
    data = "返品したい".encode("iso2022_jp")

    assert decode(data, label="us-ascii") == "返品したい"
    assert decode(data, label="iso-2022-jp") == "返品したい"


def test_a_byte_order_mark_decides() -> None:
    assert decode("退款".encode("utf-16"), label="us-ascii") == "退款"
    assert decode("退款".encode("utf-8-sig"), label="gb2312") == "退款"


def test_text_can_always_be_stored() -> None:
    assert decode(b"a\0b", label="us-ascii") == "ab"
    assert "\ud800" not in decode(b"+2AA-", label="utf-7")


def test_a_codec_that_is_no_charset_is_not_one() -> None:
    for label in ("unicode_escape", "base64", "rot13", "idna", "no such\0", "hex"):
        assert codec_name(label) == ""


def test_html_names_its_own_charset() -> None:
    assert html_charset(b'<meta charset="windows-874">') == "windows-874"
    assert html_charset(b"<p>none</p>") == ""


@examples(st.binary(max_size=200), st.text(max_size=20))
def test_decoding_never_raises_and_gives_text_to_store(data: bytes, label: str) -> None:
    text = decode(data, label=label)

    assert "\0" not in text
    assert text.encode("utf-8").decode("utf-8") == text


@examples(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"))
)
def test_utf_8_text_comes_back_whole(text: str) -> None:
    if "\x1b" not in text:
        assert decode(text.encode(), label="utf-8") == text


def test_a_character_cut_in_two_encoded_words_is_joined() -> None:
    first, second = "退款".encode("gb18030")[:3], "退款".encode("gb18030")[3:]
    words = (
        b"=?gb2312?B?"
        + b64encode(first)
        + b"?= =?gb2312?B?"
        + b64encode(second)
        + b"?="
    )

    assert header_text(words) == "退款"


def test_encoded_words_are_read_with_the_text_around_them() -> None:
    assert header_text(b"Re: =?utf-8?q?R=C3=BCckgabe?= bitte") == "Re: Rückgabe bitte"
    assert header_text(b'"=?utf-8?b?6YCA5qy+?="') == '"退款"'
    assert header_text(b"=?utf-8*en?q?a_b?=") == "a b"
    assert header_text(b"=?no-such?q?abc?=") == "abc"
    assert header_text("退款".encode("gb18030"), charset="gb2312") == "退款"


def test_base64_with_damage_gives_what_is_left() -> None:
    assert base64_bytes(b"SGVs\r\nbG8=") == b"Hello"
    assert base64_bytes(b"SGVsbG8") == b"Hello"
    assert base64_bytes(b"SGVs!!bG8=") == b"Hello"
    assert base64_bytes(b"SGk=SGk=") == b"HiHi"
    assert base64_bytes(b"A") == b""
