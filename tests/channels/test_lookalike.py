"""A sender who could be taken for somebody else is told, with whom."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.lookalike import (
    Likeness,
    Warned,
    lookalikes,
    shown_domain,
    skeleton,
)


def warned(name: str, addr: str) -> tuple[Warned, ...]:
    return lookalikes(
        Address(name, addr),
        domains=["oakshop.example"],
        names=["Oak Shop"],
        known=["eva@mail.example"],
    )


@pytest.mark.parametrize(
    ("name", "addr", "likeness", "like"),
    [
        ("help@oakshop.example", "x@evil.test", Likeness.NAME_IS_AN_ADDRESS, "x@evil.test"),
        ("Oak Shop", "x@evil.test", Likeness.NAME_IS_OURS, "Oak Shop"),
        ("Оаk Shор", "x@evil.test", Likeness.NAME_IS_OURS, "Oak Shop"),
        ("oakshop.example", "x@evil.test", Likeness.NAME_IS_OURS, "oakshop.example"),
        ("", "x@0akshop.example", Likeness.DOMAIN_LIKE_OURS, "oakshop.example"),
        ("", "x@oak-shop.example", Likeness.DOMAIN_LIKE_OURS, "oakshop.example"),
        ("", "x@oakshopp.example", Likeness.DOMAIN_LIKE_OURS, "oakshop.example"),
        ("", "x@oaskhop.example", Likeness.DOMAIN_LIKE_OURS, "oakshop.example"),
        ("", "x@oakshop.example.evil.test", Likeness.DOMAIN_LIKE_OURS, "oakshop.example"),
        ("", "x@xn--akshop-vqf.example", Likeness.DOMAIN_LIKE_OURS, "oakshop.example"),
        ("Eva", "eva@rnail.example", Likeness.ADDRESS_LIKE_KNOWN, "eva@mail.example"),
        ("Eva", "ev4@mail.example", None, ""),
        ("Eva", "еva@mail.example", Likeness.ADDRESS_LIKE_KNOWN, "eva@mail.example"),
        ("", "x@pаypal.test", Likeness.MIXED_LETTERS, "xn--pypal-4ve.test"),
    ],
)  # fmt: skip
def test_a_likeness_is_told_with_whom(
    name: str, addr: str, likeness: Likeness | None, like: str
) -> None:
    found = [(each.likeness, each.like) for each in warned(name, addr)]

    assert found == ([(likeness, like)] if likeness else [])


@pytest.mark.parametrize(
    ("name", "addr"),
    [
        ("Eva Novak", "eva@mail.example"),
        ("eva@mail.example", "eva@mail.example"),
        ("Oak Shop", "ann@oakshop.example"),
        ("Ann", "ann@returns.oakshop.example"),
        ("Müller", "info@xn--mller-kva.test"),
        ("王伟", "wei@邮件abc.test"),
        ("Иван", "ivan@почта.test"),
        ("Shop", "sales@wood.test"),
        ("", ""),
    ],
)
def test_an_honest_sender_is_not_suspected(name: str, addr: str) -> None:
    assert warned(name, addr) == ()


def test_a_domain_is_compared_as_it_is_shown() -> None:
    assert shown_domain("XN--mller-kva.test") == "müller.test"
    assert shown_domain("xn--99999999.test") == "xn--99999999.test"
    assert skeleton("Раypаl") == skeleton("paypal")


@examples(st.text(max_size=40), st.text(max_size=60))
def test_no_sender_is_too_odd_to_be_compared(name: str, addr: str) -> None:
    for each in warned(name, addr):
        assert each.likeness in Likeness
