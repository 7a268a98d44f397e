"""Lists of people in a head, as mailers write them."""

from __future__ import annotations

import pytest

from evenhand.channels.mail.addresses import Address, addresses


def test_a_group_gives_its_members() -> None:
    listed = addresses(b"Friends: a@x.example, Bo <b@x.example>;, c@x.example")

    assert [each.addr for each in listed] == [
        "a@x.example",
        "b@x.example",
        "c@x.example",
    ]


@pytest.mark.parametrize("first", [b"a@x.example", "Zoë <a@x.example>".encode()])
def test_a_comma_that_a_mailer_encoded_still_parts_two_people(first: bytes) -> None:
    listed = addresses(
        first + b"\r\n =?utf-8?q?=2C?= =?utf-8?q?=C3=84_B?= <b@x.example>"
    )

    assert [each.addr for each in listed] == ["a@x.example", "b@x.example"]
    assert listed[1].name == "Ä B"
    assert addresses(b"=?utf-8?q?B?= =?utf-8?q?=2C?= Al <b@x.example>") == (
        Address("B, Al", "b@x.example"),
    )
