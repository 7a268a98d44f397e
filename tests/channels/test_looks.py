"""A mail's own style sheets, direction and links, as a mail program shows them."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.links import other_host, without_trackers
from evenhand.channels.mail.sanitise import safe_html
from evenhand.channels.mail.styles import with_styles
from tests.channels.cost import takes

OUTLOOK = (
    "<html dir='rtl' lang=ar><head><style><!--\n"
    'p.MsoNormal {margin:0cm;font-family:"Calibri",sans-serif}\n'
    ".t td {border:1px solid #999; position:absolute}\n"
    "@media print {p {color:blue}} a:hover {color:red}\n--></style>"
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"></head>'
    '<body bgcolor="#eeeeee"><p class="MsoNormal" style="color:green">Hello</p>'
    "<table class=t><tr><td>1</td></tr></table></body></html>"
)


def test_a_style_sheet_is_written_onto_what_it_speaks_of_and_judged_there() -> None:
    assert safe_html(OUTLOOK) == (
        '<div dir="rtl" lang="ar" style="background-color:#eeeeee">'
        "<p style=\"margin:0cm;font-family:'Calibri',sans-serif;color:green\">Hello</p>"
        '<table><tbody><tr><td style="border:1px solid #999">1</td></tr></tbody></table>'
        "</div>"
    )


@pytest.mark.parametrize(
    "sheet",
    [
        "*{color:red}" * 3000,
        "* * * * * * * * * * * * q{color:red}" * 800,
        "b + b + b + b + b + b > q{color:red}" * 800,
        ":has(b) *{color:red}" * 800,
        "*{" + "".join(f"--p{n}:aaaaaaaaaaaaaaaaaaaa;" for n in range(3000)) + "}",
        "{" * 20_000,
        "*" * 60_000,
    ],
)
@pytest.mark.parametrize("body", ["<div>" * 200, "<p><b>x</b></p>" * 6000])
def test_a_style_sheet_that_would_take_long_is_left_out(sheet: str, body: str) -> None:
    source = f"<style>{sheet}</style>{body}"

    assert takes(lambda: safe_html(source), within=3)


def test_style_sheets_that_are_never_closed_take_no_time() -> None:
    source = "<p>Hello</p>" + "<style " * 60_000

    assert "Hello" in with_styles(source)
    assert takes(lambda: with_styles(source), within=1)


def test_a_mail_without_style_sheets_is_left_letter_by_letter() -> None:
    source = "<p>Hi<br>there&nbsp;<unknown x>"

    assert with_styles(source) == source


@examples(st.text(st.sampled_from("<>{}:;/*@\\\"' ap#.style-!\n"), max_size=200))
def test_no_style_sheet_breaks_the_reading(sheet: str) -> None:
    safe = safe_html(f"<style>{sheet}</style><p class=a>Hi</p>")

    assert "<style" not in safe
    assert "url(" not in safe


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        (
            "https://a.example/d?utm_source=nl&id=7&utm_campaign=x#top",
            "https://a.example/d?id=7#top",
        ),
        ("https://a.example/d?fbclid=abc", "https://a.example/d"),
        ("https://a.example/d?sig=a%2Fb&c=%20", "https://a.example/d?sig=a%2Fb&c=%20"),
        ("https://a.example/?q=utm_source", "https://a.example/?q=utm_source"),
        ("mailto:eva@mail.example?subject=utm_source", None),
        ("https://a.example", None),
    ],
)
def test_what_only_follows_the_reader_is_taken_out_of_a_link(
    address: str, plain: str | None
) -> None:
    assert without_trackers(address) == (plain or address)


@pytest.mark.parametrize(
    ("words", "address", "host"),
    [
        ("https://bank.example/login", "https://evil.example/x", "evil.example"),
        ("bank.example", "https://bank.example.evil.example/", "bank.example.evil.example"),
        ("www.shop.example", "https://shop.example/dress", ""),
        ("shop.example", "https://click.shop.example/?u=1", ""),
        ("the dress", "https://evil.example/", ""),
        ("bank.example", "mailto:eva@bank.example", ""),
        ("bank.example", "https://[", ""),
    ],
)  # fmt: skip
def test_a_link_whose_words_name_another_host_shows_its_own(
    words: str, address: str, host: str
) -> None:
    assert other_host(words, address) == host


def test_the_host_of_a_lying_link_stands_in_what_is_shown() -> None:
    safe = safe_html('<a href="https://evil.example/x"><b>https://bank.example</b></a>')

    assert safe == (
        '<a href="https://evil.example/x" target="_blank"'
        ' rel="noopener noreferrer nofollow" data-goes="evil.example">'
        "<b>https://bank.example</b></a>"
    )


@pytest.mark.parametrize(
    "link",
    [
        '<a title="Pay" href="https://evil.example/?utm_id=1">shop.example</a>',
        '<a style="color:red" href="https://evil.example/">shop.example</a>',
        '<a href="https://evil.example/">\u200bshop.\u00adexample</a>',
    ],
)
def test_no_other_attribute_and_no_hidden_letter_hides_where_a_link_leads(
    link: str,
) -> None:
    safe = safe_html(link)

    assert ' href="https://evil.example/"' in safe
    assert ' data-goes="evil.example"' in safe
