"""What of a message stands on the page, and what is folded or laid out beside it."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.laid_out import MOST_LETTERS, MOST_LINES, Words, folded
from evenhand.channels.mail.html_text import words_to_html
from evenhand.channels.mail.layout import has_remote_pictures, says_more, shows_more
from tests.channels.cost import takes

ROWS = "<tr><td>Dress</td><td>59.00</td></tr>" * 2


@pytest.mark.parametrize(
    "source",
    [
        '<p>Look:</p><img alt="" src="cid:photo">',
        "<IMG width=9 SRC = 'CID:photo'>",
        '<img src="data:image/png;base64,AAAA">',
        f"<p>Here:</p><table><tbody>{ROWS}</tbody></table>",
        f"<table><tr><td><table>{ROWS}</table></td></tr></table>",
    ],
)
def test_a_message_with_pictures_or_a_table_of_things_shows_more_laid_out(
    source: str,
) -> None:
    assert shows_more(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<p>Only <b>words</b>.</p><ul><li>one</li></ul>",
        '<img src="https://t.example/open.gif">',
        "<table><tr><td>a frame</td></tr><tr><td>around words</td></tr></table>",
        "<table><tr><td>logo</td><td>name</td></tr></table>",
        '<p>Yes.</p><blockquote><img src="cid:photo"></blockquote>',
        f'<p>Yes.</p><div class="gmail_quote"><table>{ROWS}</table></div>',
        f'<p>Yes.</p><div id="divRplyFwdMsg">From:</div><table>{ROWS}</table>',
    ],
)
def test_a_message_of_words_is_shown_as_words(source: str) -> None:
    assert not shows_more(source)


LETTERS = "abcdefghi"
NEWS = (
    "Your order has left our house today and will reach you on Friday. The parcel has"
    " three dresses, one belt, two scarves. Please open the box with care, try each"
    " piece, keep what fits, send back whatever does not."
)
CHINESE = "您的订单今天已经发货，预计星期五送达。包裹里有三条裙子、一条腰带和两条围巾，请仔细检查。"


@pytest.mark.parametrize("said", [NEWS, CHINESE])
@pytest.mark.parametrize(
    "notice", ["", "This mail needs HTML.", "View online: https://t.example/n?id=4711"]
)
def test_a_plain_part_that_says_next_to_nothing_stands_behind_the_layout(
    said: str, notice: str
) -> None:
    assert says_more(f"<style>p {{}}</style><p>{said}</p>", words=notice)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (f"<p>{NEWS}</p>", NEWS),
        (f"<p>{CHINESE}</p>", CHINESE),
        # half of it is a plain part of its own
        (f"<p>{NEWS}</p>", NEWS[: len(NEWS) // 2]),
        ("<p>Too few words to count.</p>", ""),
        (f"<p>Thanks!</p><blockquote>{NEWS}</blockquote>", "Thanks!"),
        # of other words, but too many for a notice
        (f"<p>{NEWS}</p>", " ".join(f"w{a}{b}" for a in LETTERS for b in LETTERS)),
    ],
)
def test_a_plain_part_with_words_of_its_own_stands_first(
    source: str, words: str
) -> None:
    assert not says_more(source, words=words)


@examples(st.text(max_size=300))
def test_any_source_cut_off_anywhere_is_judged(source: str) -> None:
    assert shows_more(source) in {True, False}


def test_a_message_that_somebody_typed_is_shown_whole() -> None:
    text = "A line of a mail.\n" * MOST_LINES

    assert folded(text[:-1]) == Words(shown=text[:-1], more=0)


@pytest.mark.parametrize("text", ["a line\n" * 200_000, "no end " * 30_000])
def test_a_giant_message_is_folded_at_the_end_of_a_line(text: str) -> None:
    words = folded(text)

    assert len(words.shown) <= MOST_LETTERS
    assert words.shown.count("\n") < MOST_LINES
    assert words.more == len(text) - len(words.shown)
    assert text.startswith(words.shown)


@examples(st.text(st.sampled_from("ab \n"), max_size=400))
def test_what_is_folded_and_what_is_shown_are_all_of_it(text: str) -> None:
    words = folded(text * 60)

    assert len(words.shown) + words.more == len(text) * 60
    assert (text * 60).startswith(words.shown)


def test_words_keep_every_blank_and_run_nothing() -> None:
    text = "Item     Price\n  <b>5</b>\thttps://shop.example/?a=1&b=2"

    assert words_to_html(text) == (
        '<div class="words">Item     Price\n  &lt;b&gt;5&lt;/b&gt;\t'
        '<a href="https://shop.example/?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">https://shop.example/?a=1&amp;b=2</a></div>'
    )


@pytest.mark.parametrize(
    "source",
    ["<img " * 12_000, "<img" + " a" * 30_000, "<table><tr><td>" * 4_000, "<" * 60_000],
)
def test_no_source_takes_long_to_judge(source: str) -> None:
    def judged() -> tuple[bool, bool]:
        return shows_more(source), has_remote_pictures(source)

    assert takes(judged, within=0.5)
