"""A stranger's HTML is shown faithfully, runs nothing and loads nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.html_text import html_to_text, text_to_html
from evenhand.channels.mail.sanitise import remote_pictures, safe_html
from tests.channels.cost import takes


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("<script>alert(1)</script>Hi", "Hi"),
        ('<p onclick="x()">Hi</p>', "<p>Hi</p>"),
        ('<a href="javascript:x()">Hi</a>', None),
        ('<a href=" java\tscript:x()">Hi</a>', None),
        ('<a href="/logout">Hi</a>', None),
        ("<form action=//x><input name=p><button>Go</button></form>", "Go"),
        ('<iframe src="//x"></iframe>Hi', "Hi"),
        ("<style>p{position:fixed;top:0}</style><p>Hi</p>", "<p>Hi</p>"),
        ("<style>p{background:url(//x)}</style><p>Hi</p>", "<p>Hi</p>"),
        ("<style>@import url(//x);p{margin:-9px}</style><p>Hi</p>", "<p>Hi</p>"),
        ('<body style="position:fixed" onload="x">Hi</body>', "<div>Hi</div>"),
        ('<meta http-equiv="refresh" content="0;url=//x">Hi', "Hi"),
        ('<link rel="stylesheet" href="//x">Hi', "Hi"),
        ("<svg><script>x</script></svg>Hi", "Hi"),
        ('<div style="position:fixed;top:0">Hi</div>', "<div>Hi</div>"),
        ('<div style="background:url(//x)">Hi</div>', "<div>Hi</div>"),
        ('<div style="margin-left:-999px">Hi</div>', "<div>Hi</div>"),
        ('<div id="send" class="btn">Hi</div>', "<div>Hi</div>"),
        ("<!-- a --><p>Hi</p>", "<p>Hi</p>"),
    ],
)
def test_what_could_harm_is_gone_and_the_words_stay(
    hostile: str, safe: str | None
) -> None:
    shown = safe_html(hostile)

    assert html_to_text(shown) in {"Hi", "Go"}
    assert "javascript" not in shown
    assert "/logout" not in shown
    if safe is not None:
        assert shown == safe


def test_layout_of_a_real_mail_survives() -> None:
    source = (
        '<table width="600" bgcolor="#ffffff" cellpadding="4"><tbody><tr>'
        '<td align="center" style="color:#333;padding:8px 4px">A<br>B</td>'
        "</tr></tbody></table>"
    )

    assert safe_html(source) == source.replace("padding:8px 4px", "padding:8px 4px")


def test_three_hundred_nested_boxes_keep_their_text() -> None:
    assert html_to_text(safe_html("<div>" * 318 + "deep" + "</div>" * 318)) == "deep"


def test_a_link_opens_elsewhere_and_tells_nobody_where_from() -> None:
    shown = safe_html('<a href="https://x.example/a?b=1&c=2">x</a>')

    assert shown == (
        '<a href="https://x.example/a?b=1&amp;c=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">x</a>'
    )


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="https://x.example/p.gif">',
        '<img src="//x.example/p.gif">',
        "<img src=https://x.example/p.gif srcset='https://x.example/q.gif 2x'>",
    ],
)
def test_a_picture_of_the_network_waits_until_a_person_asks(picture: str) -> None:
    waiting = safe_html(picture)

    assert waiting == '<img alt="" data-remote-src="https://x.example/p.gif">'
    assert remote_pictures(waiting) == 1
    assert (
        safe_html(picture, remote=True) == '<img alt="" src="https://x.example/p.gif">'
    )


@pytest.mark.parametrize(
    "source",
    [
        '<table background="//x"><tr><td background="//x">a</td></tr></table>',
        '<body background="//x">a</body>',
        '<video poster="//x" src="//x"></video>a',
        '<p style="background-image:url(https://x)">a</p>',
        '<p style="list-style:url(https://x)">a</p>',
        '<img src="/attachments/1/">a',
        '<img src="logo.gif">a',
        "<input type=image src=//x>a",
        '<svg><image href="//x"/></svg>a',
    ],
)
def test_nothing_else_loads_anything(source: str) -> None:
    for remote in (False, True):
        shown = safe_html(source, remote=remote)

        assert not re.search(r"//x|url\(|\bsrc=", shown)


def test_an_enclosed_picture_is_our_own_copy() -> None:
    shown = safe_html(
        '<img src="cid:a@x" alt="Logo"><img src="CID:b">',
        picture={"a@x": "/ours/1"}.get,
    )

    assert shown == '<img alt="Logo" src="/ours/1"><img alt="">'


def test_a_picture_in_the_mail_itself_is_shown_if_it_is_one() -> None:
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACw="

    assert safe_html(f'<img src="{dot}">') == f'<img alt="" src="{dot}">'
    assert safe_html('<img src="data:image/svg+xml;base64,AAAA">') == '<img alt="">'
    assert safe_html('<a href="data:text/html,x">a</a>').count("data:") == 0


def test_tags_inside_attributes_do_not_become_tags() -> None:
    shown = safe_html(
        '<img alt="<img src=https://x.example/a>" src="https://x.example/b">'
    )

    assert remote_pictures(shown) == 1
    assert 'src="https' not in shown.replace('data-remote-src="https', "")


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<a ", "<!--", "<b><i>", "<table><tr><td>", "<a><font><p>x", "<![CDATA["],
)
def test_tangled_sources_take_bounded_time(piece: str) -> None:
    source = piece * (600_000 // len(piece))

    assert takes(lambda: safe_html(source), within=2)


@examples(st.lists(st.sampled_from([
    "<p>", "</p>", "<a href='", "javascript:x", "'", '"', ">", "<", "<script", "</script>",
    "<img src=", "https://x.example", "<!--", "-->", "<style>", "<svg>", "<math>", "&lt;",
    " onload=x ", "<table>", "<td>", "<title>", "<textarea>", "\0", "<form>", "data:",
]), max_size=20).map("".join))  # fmt: skip
def test_no_mixture_leaves_a_script_or_a_load(source: str) -> None:
    shown = safe_html(source)

    tags = re.findall(r"<[a-z][^>]*>", shown)
    assert not [tag for tag in tags if re.search(r"<script|<style|<form| on\w+=", tag)]
    assert not [tag for tag in tags if re.search(r"\ssrc=\"(?:https?:)?//", tag)]
    assert safe_html(shown).count("<script") == 0


def test_html_becomes_readable_text() -> None:
    source = (
        "<style>p{}</style><h1>Hi</h1><p>One<br>two</p><ul><li>a</li><li>b</li></ul>"
        "<blockquote><p>old</p></blockquote><table><tr><td>x</td><td>y</td></tr></table>"
        "<pre>  keep\n  this</pre>a&nbsp;&lt;b"
    )

    assert html_to_text(source) == (
        "Hi\n\nOne\ntwo\n\n- a\n- b\n\n> old\n\nx y\n\n  keep\n  this\n\na <b"
    )


def test_text_becomes_html_with_lines_and_links() -> None:
    text = (
        "Hello <b>\nsee https://x.example/a?b=1&c. Bye\n\n见 https://x.example/退款。"
    )

    assert text_to_html(text) == (
        "<p>Hello &lt;b&gt;<br>\nsee "
        '<a href="https://x.example/a?b=1&amp;c" target="_blank"'
        ' rel="noopener noreferrer nofollow">https://x.example/a?b=1&amp;c</a>. Bye</p>\n'
        '<p>见 <a href="https://x.example/退款" target="_blank"'
        ' rel="noopener noreferrer nofollow">https://x.example/退款</a>。</p>'
    )
