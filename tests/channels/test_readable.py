"""A domain is shown in its letters only where nobody could read another one."""

from __future__ import annotations

import idna
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.readable import readable_address
from evenhand.channels.templatetags.mail_words import shown_address, shown_addresses
from evenhand.kernel.addresses import on_the_wire


@pytest.mark.parametrize(
    "domain",
    [
        "bücher.example",
        "smørrebrød.example",
        "café.łódź.example",
        "почта.example",
        "ελληνικά.example",
        "ร้านค้า.example",
        "例え.example",
        "東京スーパー.example",
        "쇼핑.example",
    ],
)
def test_letters_of_one_script_are_shown(domain: str) -> None:
    wire = on_the_wire(f"kim@{domain}")

    assert wire.isascii()
    assert readable_address(wire) == f"kim@{domain}"


@pytest.mark.parametrize(
    "domain",
    [
        "pаypal.example",  # one letter is Cyrillic
        "аррӏе.example",  # all are Cyrillic and read as Latin ones
        "νικα.example",
        "paypaı.example",  # an i without its dot reads as an l
        "ɑpple.example",
        "shopノlogin.example",  # kana among Latin letters read as a stroke
        "שלום.example",
    ],
)
def test_letters_that_could_be_misread_stay_in_ascii(domain: str) -> None:
    wire = "kim@" + idna.encode(domain).decode()

    assert readable_address(wire) == wire


@pytest.mark.parametrize(
    "address", ["kim@mail.example", "kim@xn--a.example", "kim", "", "kim@xn--.example"]
)
def test_other_addresses_stay_as_they_are(address: str) -> None:
    assert readable_address(address) == address


@examples(st.text(max_size=30))
def test_what_is_shown_leads_back_to_the_address(domain: str) -> None:
    wire = on_the_wire(f"kim@{domain}")

    shown = readable_address(wire)

    assert shown == wire or on_the_wire(shown) == wire.lower()


def test_the_form_on_the_wire_is_a_title_of_the_letters() -> None:
    assert shown_address("kim@xn--bcher-kva.example") == (
        '<span title="kim@xn--bcher-kva.example">kim@bücher.example</span>'
    )
    assert shown_address("<b>@mail.example") == "<b>@mail.example"


def test_several_addresses_stand_in_a_row() -> None:
    assert shown_addresses(["<b>@mail.example", "kim@xn--bcher-kva.example"]) == (
        "&lt;b&gt;@mail.example, "
        '<span title="kim@xn--bcher-kva.example">kim@bücher.example</span>'
    )
