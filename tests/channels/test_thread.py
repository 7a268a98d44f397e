"""A mail joins the case it answers or a case whose signed token it carries, no other."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.thread import (
    By,
    Claims,
    Desk,
    Joined,
    New,
    case_token,
    cases_in,
    claims,
    destinations,
    is_ours,
    outgoing_id,
    reply_address,
)

SECRET = "a secret of the desk"
EVA = Address("Eva", "Eva@mail.example")


def joined(told: Claims, **known: object) -> Joined | New:
    (found,) = destinations(told, desk(**known), author=EVA)
    return found


def desk(**known: object) -> Desk:
    nothing: dict[str, object] = {
        "known": {},
        "open_to": (),
        "parties": {},
        "served": {},
    }
    return Desk(**nothing | known)  # type: ignore[arg-type]  # shapes as in Desk


@examples(st.integers(1, 10**9).map(str), st.text(max_size=30))
def test_a_token_names_its_case_and_no_other_secret_makes_it(
    ref: str, other: str
) -> None:
    token = case_token(ref, secret=SECRET)

    assert list(cases_in(f"support+{token}@shop.example", secret=SECRET)) == [ref]
    assert list(cases_in(token.upper(), secret=SECRET)) == [ref]
    if other != SECRET:
        assert list(cases_in(token, secret=other)) == []


def test_a_changed_token_names_nothing() -> None:
    ref, _, signature = case_token("10042", secret=SECRET).partition(".")

    assert list(cases_in(f"10043.{signature}", secret=SECRET)) == []
    assert list(cases_in(f"{ref}.{'a' * 16}", secret=SECRET)) == []
    assert list(cases_in(f"{ref}.{signature}b", secret=SECRET)) == []


def test_what_we_send_carries_the_token_twice() -> None:
    address = reply_address("10042", base="help@shop.example", secret=SECRET)
    sent = outgoing_id("10042", unique="0" * 32, domain="shop.example", secret=SECRET)

    token = case_token("10042", secret=SECRET)
    assert address == f"help+{token}@shop.example"
    assert sent == f"out.{'0' * 32}.{token}@shop.example"
    assert len(address.partition("@")[0]) <= 64
    assert is_ours(sent, domains={"shop.example"}, secret=SECRET)
    assert not is_ours(sent, domains={"other.example"}, secret=SECRET)
    assert not is_ours(sent, domains={"shop.example"}, secret="another")


def test_an_answered_id_goes_before_references_and_those_before_a_token() -> None:
    told = Claims(answers=("a",), refers=("b",), tokens=("3",))
    everything = {"known": {"a": ["1"], "b": ["2"]}, "open_to": {"3"}}

    assert joined(told, **everything) == Joined("1", By.MESSAGE_ID, stranger=True)
    assert joined(Claims((), ("b",), ("3",)), **everything) == Joined(
        "2", By.REFERENCES, stranger=True
    )
    assert joined(Claims((), (), ("3",)), **everything) == Joined(
        "3", By.TOKEN, stranger=True
    )


def test_the_newest_known_reference_counts() -> None:
    told = claims(
        parse(b"From: a@b.example\nReferences: <old> <mid> <new>\n\nx"),
        delivered_to=(),
        secret=SECRET,
    )

    assert told.refers == ("new", "mid", "old")
    assert joined(told, known={"old": ["1"], "mid": ["2"]}) == Joined(
        "2", By.REFERENCES, stranger=True
    )


def test_a_party_of_the_case_is_no_stranger() -> None:
    told = Claims(("a",), (), ())

    found = joined(told, known={"a": ["1"]}, parties={"1": {"eva@mail.example"}})

    assert found == Joined("1", By.MESSAGE_ID, stranger=False)


def test_a_subject_alone_joins_nothing() -> None:
    told = claims(
        parse(b"From: a@b.example\nSubject: Re: [#10042] The dress\n\n#10042"),
        delivered_to=("help@shop.example",),
        secret=SECRET,
    )

    assert told == Claims((), (), ())
    assert joined(told, known={"a": ["1"]}, open_to={"10042"}) == New()


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "References"])
def test_a_token_is_found_wherever_a_mailer_keeps_it(header: str) -> None:
    address = reply_address("10042", base="help@shop.example", secret=SECRET)
    raw = f"From: a@b.example\n{header}: <{address}>\n\nx".encode()

    told = claims(parse(raw), delivered_to=(), secret=SECRET)

    assert told.tokens == ("10042",)


def test_a_token_of_a_case_that_is_gone_joins_nothing() -> None:
    assert joined(Claims((), (), ("10042",)), open_to=()) == New()
