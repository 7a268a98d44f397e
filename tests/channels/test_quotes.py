"""Of a reply the newest words are shown; what it repeats is folded, never dropped."""

from __future__ import annotations

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.quotes import Newest, newest_text
from tests.channels.cost import takes

QUOTE = "\n\n> Dear Eva,\n> what size is it?\n"


@pytest.mark.parametrize(
    "opening",
    [
        "On Mon, Nov 16, 2026 at 9:00 AM Mei Chen <help@shop.example> wrote:",
        "On Mon, Nov 16, 2026 at 9:00 AM Mei Chen\n<help@shop.example> wrote:",
        "Am 16.11.2026 um 09:00 schrieb Mei Chen <help@shop.example>:",
        "Le lun. 16 nov. 2026 à 09:00, Mei Chen <help@shop.example> a écrit :",
        "El lun, 16 nov 2026 a las 9:00, Mei (<help@shop.example>) escribió:",
        "Mei Chen <help@shop.example> 于2026年11月16日周一 09:00写道：",
        "在 2026年11月16日，Mei Chen <help@shop.example> 写道：",
        "於 2026年11月16日 週一 上午9:00寫道：",
        "2026年11月16日(月) 9:00 Mei Chen <help@shop.example>:",
        "2026年11月16日(月) 9:00 Mei Chen さんは書きました:",
        "เมื่อ จ. 16 พ.ย. 2026 เวลา 09:00 Mei Chen <help@shop.example> เขียนว่า:",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "------------------ 原始邮件 ------------------",
        "-----元のメッセージ-----",
        "From: Mei Chen\nSent: Monday, 16 November 2026 09:00\nTo: Eva\nSubject: Re: x",
        "Von: Mei Chen\nGesendet: Montag, 16. November 2026\nAn: Eva\nBetreff: Re: x",
        "发件人: Mei Chen\n发送时间: 2026年11月16日\n收件人: Eva\n主题: Re: x",
        "差出人: Mei Chen\n送信日時: 2026年11月16日\n宛先: Eva\n件名: Re: x",
        "จาก: Mei Chen\nส่งเมื่อ: 16 พฤศจิกายน 2569\nถึง: Eva\nเรื่อง: Re: x",
        "________________________________\nFrom: Mei\nSent: Monday\nTo: Eva\nSubject: x",
    ],
)
def test_a_reply_above_a_quotation_is_its_newest_words(opening: str) -> None:
    newest = newest_text(f"It is size 38.\n\n{opening}{QUOTE}")

    assert newest.text == "It is size 38."
    assert newest.rest.startswith(opening.split("\n", maxsplit=1)[0])
    assert "what size is it?" in newest.rest


@pytest.mark.parametrize(
    "signature",
    [
        "--\nEva Novak\n+49 30 1234",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "发自我的iPhone",
        "iPhoneから送信",
        "ส่งจาก iPhone ของฉัน",
        "Best regards,\nEva",
        "Mit freundlichen Grüßen\n\nEva Novak",
        "此致\n敬礼\n甄星",
        "ขอบคุณค่ะ\nนภา",
    ],
)
def test_a_signature_is_folded(signature: str) -> None:
    newest = newest_text(f"It is size 38.\n\n{signature}\n")

    assert newest.text == "It is size 38."
    assert newest.signed == f"It is size 38.\n\n{signature}"
    assert newest.rest == signature


def test_answers_between_quoted_lines_keep_their_context() -> None:
    text = "> What size?\n\n38\n\n> What colour?\n\nBlue"

    assert newest_text(text).text == text


def test_a_reply_below_the_quotation_leaves_the_quotation_out() -> None:
    newest = newest_text(
        f"On 16 Nov 2026 Mei <help@shop.example> wrote:{QUOTE}\nSize 38."
    )

    assert newest.text == "Size 38."
    assert "what size is it?" in newest.rest


def test_a_mail_that_only_quotes_is_shown_whole() -> None:
    text = "> Dear Eva,\n> what size is it?"

    assert newest_text(text).text == text
    assert newest_text(text).rest == ""


def test_a_thank_you_alone_is_no_signature() -> None:
    assert newest_text("Thank you").text == "Thank you"
    assert newest_text("谢谢").text == "谢谢"


def test_ordinary_words_are_no_quotation() -> None:
    for text in (
        "On Monday I wrote to you: no answer.",
        "From: your shop I expected more.\nPlease answer.",
        "He wrote:\nthe parcel is lost",
        "Total: 3 > 2",
    ):
        assert newest_text(text).text == text


def test_a_long_log_is_shown_whole_and_quickly() -> None:
    text = "> a\nb\n" * 150_000

    newest = newest_text(text)

    assert newest.text == text.strip()
    assert takes(lambda: _newest_unasked(text), within=1)


DATED_TAG = "<xap:ModifyDate>2007-01-25T05:28:21Z</xap:ModifyDate>"


@pytest.mark.parametrize(
    "line",
    [
        f"{DATED_TAG} {DATED_TAG} x",
        DATED_TAG,
        "On 1 Jan 2026 at 9:00 x <a@b.example> wrote",
        "On 1 Jan 2026 at 9:00 wrote wrote wrote wrote a@b@c@d@",
        "12:00 " * 60 + ">",
        "a@" * 150 + ">:",
        "<" * 200 + " 2026-11-16 >:",
        "From: a Sent: b To: c >",
        "Op 16-11-2026 schreef " * 15,
        "Mei <a@b.example> escreveu " * 12 + ":",
    ],
)
def test_lines_like_attributions_by_the_hundred_cost_little(line: str) -> None:
    text = f"{line}\n" * 1_500

    assert takes(lambda: _newest_unasked(text), within=1)


def _newest_unasked(text: str) -> Newest:
    """As if nobody had asked for the same before: what was found is kept."""
    newest_text.cache_clear()
    return newest_text(text)


@examples(st.lists(st.sampled_from([
    "> a", ">", "hello", "", "On 1 Jan 2026 x <a@b.example> wrote:", "-- ", "From: a",
    "Sent: b", "To: c", "-----Original Message-----", "Regards,", "Eva", "_" * 30,
]), max_size=25))  # fmt: skip
def test_no_line_is_lost(rows: list[str]) -> None:
    newest = newest_text("\n".join(rows))

    kept = f"{newest.text}\n{newest.rest}".split("\n")
    assert sorted(filter(str.strip, kept)) == sorted(
        row.rstrip() for row in rows if row.strip()
    )
