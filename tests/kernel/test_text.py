"""Text in four scripts, and mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kernel import addresses
from evenhand.kernel.text import folded, initials, is_text, language_of, one_line


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The dress does not fit at all.", "en"),
        ("裙子不合身，我想退货。", "zh"),
        ("届いたドレスのサイズが合いません。", "ja"),
        ("ชุดที่ได้รับไม่พอดี อยากคืน", "th"),
        ("请问 Evenhand Deluxe Chef Knife 20cm 什么时候到货？", "zh"),
        ("ส่ง Order A-10042 ของ Dress Lena แล้วหรือยัง", "th"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_without_letters_the_default_stands() -> None:
    assert language_of("42 ???", default="th") == "th"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mei Chen", "MC"),
        ("Anna Maria de Vries", "AV"),
        ("王小明", "王"),
        ("สมชาย ใจดี", "ส"),
        ("เอกชัย", "เอ"),
        ("42", "?"),
        ("", "?"),
    ],
)
def test_initials_are_whole_letters_of_any_script(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_folding_makes_wide_and_upper_letters_the_same() -> None:
    assert folded("  ＡＢＣ　ﾃｽﾄ\nStraße ") == "abc テスト strasse"


@given(text=st.text(max_size=60), most=st.integers(1, 30))
def test_one_line_has_no_break_and_is_not_too_long(text: str, most: int) -> None:
    line = one_line(text, most=most)

    assert len(line) <= most
    assert line == " ".join(line.split())


@given(name=st.text(max_size=30))
def test_any_name_has_initials(name: str) -> None:
    assert initials(name)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("eva@mail.example", True),
        ("eva+tag@mail.example", True),
        ("用户@例子.example", True),
        ("eva", False),
        ("eva@", False),
        ("eva novak@mail.example", False),
        ("eva@mail.example\r\nBcc: x@y.example", False),
        ("a" * 250 + "@b.example", False),
    ],
)
def test_an_address_has_one_at_and_nothing_that_breaks_a_header(
    address: str, is_one: bool
) -> None:
    assert addresses.is_address(address) is is_one


def test_an_address_is_compared_in_one_form_and_parted_by_its_plus() -> None:
    assert addresses.same_form(" <Eva@Mail.Example> ") == "eva@mail.example"
    assert addresses.without_tag("help+c10042.x@shop.example") == "help@shop.example"
    assert addresses.domain_of("Eva@Mail.Example") == "mail.example"


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("Info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("info@XN--bcher-kva.example", "info@xn--bcher-kva.example"),
        # another host than strasse, and another mailbox
        ("Groß@Straße.example", "groß@xn--strae-oqa.example"),
        ("客服@例子。example", "客服@xn--fsqu00a.example"),
        ("a@no_host.Ü.example", "a@no_host.ü.example"),
    ],
)
def test_a_domain_beyond_ascii_is_compared_as_servers_tell_it(
    address: str, form: str
) -> None:
    assert addresses.same_form(address) == form
    assert addresses.same_form(form) == form
    assert addresses.domain_of(address) == form.partition("@")[2]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", True),
        ("裙子 😀\t\r\n", True),
        ("a\0b", False),
        (b"\xff@mail.example".decode("utf-8", "surrogateescape"), False),
    ],
)
def test_what_a_database_refuses_is_no_text(written: str, *, kept: bool) -> None:
    assert is_text(written) is kept
