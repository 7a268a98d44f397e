"""A mail that is longer than what is kept beside its case is read in parts, all of it."""

from __future__ import annotations

import re
import tracemalloc

import pytest
from django.test import Client
from hypothesis import given as all_
from hypothesis import strategies as st

from evenhand.channels.mail.limits import LONGEST_TEXT, MAX_BODY_CHARS
from evenhand.channels.mail.whole import NoSuchPiece, Piece, piece_of
from evenhand.channels.models import Delivery
from evenhand.staff.models import Member
from tests import given
from tests.given_mail import a_filed, raw_mail

LARGEST = 25 * 2**20


def pieces(raw: bytes, *, html: bool = False, size: int = 400_000) -> list[Piece]:
    """Every piece, in order, as a reader turns them over."""
    first = piece_of(raw, number=1, prefers_html=html, most_bytes=LARGEST, size=size)
    return [first] + [
        piece_of(raw, number=n, prefers_html=html, most_bytes=LARGEST, size=size)
        for n in range(2, first.count + 1)
    ]


def html_mail(body: str) -> bytes:
    return raw_mail(text=body).replace(b"text/plain", b"text/html")


@all_(st.text(alphabet="ab \né漢ก😀", min_size=1), st.integers(5, 60))
def test_the_pieces_together_are_the_words_letter_by_letter(
    words: str, size: int
) -> None:
    raw = raw_mail(text=f"{words}.")

    whole = "".join(piece.text for piece in pieces(raw, size=size))

    assert whole.rstrip("\n") == f"{words}."


def test_no_tag_is_cut_in_two() -> None:
    raw = html_mail('<p title="long">word</p>' * 50)

    found = pieces(raw, html=True, size=100)

    assert len(found) > 10
    assert all(re.fullmatch(r"(?:<[^<>]*>|[^<>])*", piece.text) for piece in found)
    assert "".join(one.text for one in found).strip() == '<p title="long">word</p>' * 50


def test_a_mail_of_html_alone_gives_that_where_words_are_asked_for() -> None:
    piece = piece_of(
        html_mail("<p>Hello</p>"), number=1, prefers_html=False, most_bytes=LARGEST
    )

    assert (piece.is_html, piece.number, piece.count) == (True, 1, 1)


@pytest.mark.parametrize("number", [0, 2, 99])
def test_there_is_no_piece_beyond_the_last(number: int) -> None:
    with pytest.raises(NoSuchPiece):
        piece_of(raw_mail(), number=number, prefers_html=False, most_bytes=LARGEST)


def test_one_piece_of_the_largest_mail_takes_little_more_than_its_bytes() -> None:
    raw = raw_mail(text="ข้อความยาว line\n" * (20 * 2**20 // 37))
    tracemalloc.start()

    piece = piece_of(raw, number=30, prefers_html=False, most_bytes=LARGEST)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert piece.count > 40
    # the tree of the mail has a copy of the body; the piece is decoded alone
    assert peak < 3 * len(raw)


@pytest.fixture
def ada(client: Client, db: None) -> Member:
    member = given.the("ada")
    client.force_login(member)
    return member


def links(page: str) -> list[str]:
    return [
        each.replace("&amp;", "&") for each in re.findall(r'<a href="([^"]*)"', page)
    ]


def test_the_words_that_are_cut_lead_to_all_of_them(
    client: Client, ada: Member
) -> None:
    delivery = a_filed(
        raw_mail(text="A line of it.\n" * 40_000 + "The very last words.")
    )
    assert delivery.message is not None
    assert len(delivery.message.text) == LONGEST_TEXT

    first = client.get(f"/messages/{delivery.message.pk}/words/").content.decode()
    (whole,) = links(first)
    last = client.get(f"{whole}?part=2").content.decode()

    assert whole == f"/mail/{delivery.pk}/whole/"
    assert "The very last words." not in first
    assert "The very last words." in last
    assert links(client.get(whole).content.decode()) == ["?part=2"]
    assert links(last) == ["?part=1"]


def test_html_that_is_cut_leads_to_all_of_it_made_safe(
    client: Client, ada: Member
) -> None:
    body = "<p>line</p>" * 100_000 + "<script>alert(1)</script><b>The end</b>"
    delivery = a_filed(html_mail(body))
    assert delivery.message is not None
    assert len(delivery.message.html) == MAX_BODY_CHARS

    frame = client.get(f"/messages/{delivery.message.pk}/frame/")
    (whole,) = links(frame.content.decode())
    last = client.get(f"{whole}&part=3")

    assert whole == f"/mail/{delivery.pk}/whole/?html=1"
    assert b"<b>The end</b>" in last.content
    assert b"alert" not in last.content
    assert last["Content-Security-Policy"] == frame["Content-Security-Policy"]


def test_a_mail_that_is_kept_whole_leads_nowhere(client: Client, ada: Member) -> None:
    delivery = a_filed()
    assert delivery.message is not None

    page = client.get(f"/messages/{delivery.message.pk}/words/").content.decode()

    assert links(page) == []


@pytest.mark.parametrize("part", ["0", "-1", "x", "9999999", "2"])
def test_a_part_that_is_not_there_is_not_found(
    client: Client, ada: Member, part: str
) -> None:
    pk = a_filed().pk

    assert client.get(f"/mail/{pk}/whole/?part={part}").status_code == 404


def test_it_is_read_by_those_alone_who_see_the_case(client: Client, db: None) -> None:
    pk = a_filed().pk
    client.force_login(given.the("sam"))

    assert client.get(f"/mail/{pk}/whole/").status_code in {403, 404}
    assert Delivery.objects.filter(pk=pk).exists()
