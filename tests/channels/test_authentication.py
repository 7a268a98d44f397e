"""A result is believed only where a server of ours wrote it."""

from __future__ import annotations

import pytest

from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.authentication import Authentication, authentication
from evenhand.channels.mail.fields import read_fields

EVA = Address("Eva", "eva@mail.example")
OURS = ("mx.shop.example",)


def read(head: str) -> Authentication | None:
    raw = head.encode() + b"\n\n"
    fields, _ = read_fields(raw, start=0, end=len(raw))
    return authentication(fields, trusted=OURS)


def test_the_results_of_our_server_are_read() -> None:
    found = read(
        "Authentication-Results: MX.Shop.Example 1;\n"
        "\tdkim=pass (2048-bit key; a (nested) note) header.d=mail.example;\n"
        "\tspf=pass smtp.mailfrom=eva@mail.example;\n"
        '\tdmarc=pass reason="all; well" header.from=mail.example'
    )

    assert found is not None
    assert found.server == "mx.shop.example"
    assert (found.of("spf"), found.of("dkim"), found.of("dmarc")) == ("pass",) * 3
    assert found.vouches_for(EVA) is True


def test_a_stranger_s_server_is_not_believed() -> None:
    assert read("Authentication-Results: mx.evil.example; dmarc=pass") is None
    assert read("Authentication-Results: dmarc=pass header.from=mail.example") is None
    assert read("Subject: none") is None


def test_a_forged_field_below_ours_or_below_our_received_line_changes_nothing() -> None:
    found = read(
        "Authentication-Results: mx.shop.example; spf=fail smtp.mailfrom=mail.example\n"
        "Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=mail.example\n"
        "Received: from evil.example by mx.shop.example\n"
        "Authentication-Results: mx.shop.example; dmarc=pass header.from=mail.example"
    )

    assert found is not None
    assert found.of("spf") == "fail"
    assert found.of("dmarc") == ""
    assert found.vouches_for(EVA) is False


def test_several_fields_of_our_server_are_read_together() -> None:
    found = read(
        "Received: from mail.example by mx.shop.example\n"
        "Authentication-Results: mx.shop.example; spf=none smtp.mailfrom=other.example\n"
        "Authentication-Results: mx.shop.example; dkim=fail header.d=mail.example;\n"
        " dkim=pass header.i=@mail.example"
    )

    assert found is not None
    assert found.of("dkim") == "pass"
    assert found.vouches_for(EVA) is True


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ("dmarc=fail header.from=mail.example; dkim=pass header.d=mail.example", False),
        ("dmarc=pass header.from=other.example", False),
        ("dmarc=none; spf=pass smtp.mailfrom=x@bounce.mail.example", True),
        ("dmarc=none; spf=pass smtp.mailfrom=x@evil.example", None),
        ("dmarc=none; dkim=pass header.d=ample", None),
        ("dkim=pass header.d=notmail.example", None),
        ("spf=softfail smtp.mailfrom=mail.example", False),
        ("spf=temperror smtp.mailfrom=mail.example", None),
        ("none", None),
    ],
)
def test_what_the_results_say_of_the_sender(results: str, verdict: bool | None) -> None:
    found = read(f"Authentication-Results: mx.shop.example; {results}")

    assert found is not None
    assert found.vouches_for(EVA) is verdict


def test_a_field_of_brackets_costs_no_time() -> None:
    assert read("Authentication-Results: mx.shop.example" + "(" * 60_000) is None
