# ruff: noqa: ISC004 - long mails are joined inside a list of mails
"""Replies whose quotation is told by their HTML alone, as mail programs write it."""

from __future__ import annotations

import pytest

from evenhand.channels.mail.html_text import html_to_text
from evenhand.channels.mail.quotes import newest_text

OLD = "Dear Eva,<br>what size is it?"


@pytest.mark.parametrize(
    "below",
    [
        # Gmail
        '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 16, 2026 at '
        '9:00 AM Mei Chen &lt;<a href="mailto:help@shop.example">help@shop.example</a>&gt; '
        f'wrote:<br></div><blockquote class="gmail_quote">{OLD}</blockquote></div>',
        # Outlook on the web
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        '<div id="divRplyFwdMsg"><b>Von:</b> Mei Chen &lt;help@shop.example&gt;<br>'
        "<b>Gesendet:</b> Montag, 16. November 2026 09:00<br><b>An:</b> Eva<br>"
        f"<b>Betreff:</b> AW: Größe</div><div>{OLD}</div>",
        # Outlook on a desk
        '<div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>From:</b> Mei '
        "Chen &lt;help@shop.example&gt;<br><b>Sent:</b> Monday, 16 November 2026 09:00<br>"
        f"<b>To:</b> Eva<br><b>Subject:</b> Re: size<o:p></o:p></p></div><p>{OLD}</p>",
        # Apple Mail
        '<br><blockquote type="cite"><div>On 16 Nov 2026, at 09:00, Mei Chen &lt;'
        '<a href="mailto:help@shop.example">help@shop.example</a>&gt; wrote:</div><br>'
        f"<div>{OLD}</div></blockquote>",
        # Thunderbird
        '<div class="moz-cite-prefix">Le 16/11/2026 à 09:00, Mei Chen a écrit&nbsp;:<br>'
        f'</div><blockquote type="cite">{OLD}</blockquote>',
        # QQ
        "<div>------------------&nbsp;原始邮件&nbsp;------------------</div>"
        '<div><b>发件人:</b>&nbsp;"Mei"&lt;help@shop.example&gt;;<br>'
        f"<b>发送时间:</b>&nbsp;2026年11月16日(星期一) 上午9:00</div><div>{OLD}</div>",
        # Yahoo
        '<div class="yahoo_quoted">2026年11月16日月曜日 9:00、Mei Chen '
        f"&lt;help@shop.example&gt;のメール:<br><blockquote>{OLD}</blockquote></div>",
        # NetEase
        '<p>在 2026-11-16 09:00:00，"Mei Chen" &lt;help@shop.example&gt; 写道：</p>'
        f'<blockquote id="isReplyContent">{OLD}</blockquote>',
        # Mail.ru
        "<blockquote>Понедельник, 16 ноября 2026, 9:00 +03:00 от Mei Chen "
        f'&lt;<a href="mailto:help@shop.example">help@shop.example</a>&gt;:<br>{OLD}'
        "</blockquote>",
    ],
)  # fmt: skip
def test_what_stands_above_the_quotation_is_new(below: str) -> None:
    newest = newest_text(html_to_text(f"<div>Size 38.</div><div><br></div>{below}"))

    assert newest.text == "Size 38."
    assert "what size is it?" in newest.rest


def test_answers_between_blockquotes_keep_them() -> None:
    words = html_to_text(
        "<blockquote>What size?</blockquote><p>38</p><blockquote>What colour?</blockquote>"
        "<p>Blue</p>"
    )

    assert newest_text(words).text == words
    assert words.startswith("> What size?")
