from __future__ import annotations

from datetime import date, datetime, time

import pytest

from evenhand.coach.rules.progress import aro_progress
from evenhand.coach.rules.promises import ProposedPromise, promises_in
from evenhand.kernel.money import Money

WEDNESDAY = date(2026, 7, 15)
FRIDAY_WEEK = date(2026, 7, 24)


def promise(
    draft: str,
    what: str,
    due: date | None = None,
    amount: Money | None = None,
) -> ProposedPromise:
    start = draft.index(what)
    return ProposedPromise(what, due, amount, start, start + len(what))


@pytest.mark.parametrize(
    ("language", "draft", "what", "amount"),
    [
        ("en", "Thank you. I will refund €59.00 to your card by Friday 24 July.", "I will refund €59.00 to your card by Friday 24 July", Money(5900, "EUR")),
        ("en", "We'll call you on 24 July!", "We'll call you on 24 July", None),
        ("en", "You will receive the spare part within 7 working days.", "You will receive the spare part within 7 working days", None),
        ("zh", "您好。我会在7月24日前给您退款59元。", "我会在7月24日前给您退款59元", Money(5900, "CNY")),
        ("zh", "下周五我们给您寄出配件。", "下周五我们给您寄出配件", None),
        ("ja", "確認しました。7月24日までに5,900円を返金いたします。", "7月24日までに5,900円を返金いたします", Money(5900, "JPY")),
        ("th", "เข้าใจค่ะ ดิฉันจะคืนเงิน 59 บาทภายในวันที่ 24 ก.ค. ค่ะ", "ดิฉันจะคืนเงิน 59 บาทภายในวันที่ 24 ก.ค. ค่ะ", Money(5900, "THB")),
    ],
)  # fmt: skip
def test_a_commitment_is_proposed_in_its_own_words(
    language: str, draft: str, what: str, amount: Money | None
) -> None:
    found = promises_in(draft, language=language, today=WEDNESDAY)

    assert found == (promise(draft, what, FRIDAY_WEEK, amount),)


@pytest.mark.parametrize(
    ("language", "draft"),
    [
        (
            "en",
            "Shall I refund €59.00 by Friday? If you choose A, I will send it by Friday.",
        ),
        (
            "en",
            "I will not refund it. I will be able to say more. You asked if we call.",
        ),
        ("zh", "如果您选A,我会在周五前寄出。我会给您退款吗?"),
        ("ja", "Aをお選びの場合は、金曜日までにお送りいたします。返金いたしますか。"),
        ("th", "ถ้าคุณเลือก A ดิฉันจะส่งภายในวันศุกร์ค่ะ คุณจะส่งคืนหรือไม่คะ"),
        ("zh", "您可以选:一、我今天补寄;二、我周五前退款。"),
        ("ja", "A. 新しい脚をお送りします。7月18日(土)に届きます。"),
        ("en", "A. I will repair it by Friday\nB. I will swap it by Friday"),
    ],
)
def test_questions_conditions_and_options_bind_nobody(
    language: str, draft: str
) -> None:
    assert promises_in(draft, language=language, today=WEDNESDAY) == ()


def test_two_commitments_in_one_sentence_are_two_promises() -> None:
    draft = "I will send the photos today, and I will refund €59.00 by 24 July."

    found = promises_in(draft, language="en", today=WEDNESDAY)

    assert found == (
        promise(draft, "I will send the photos today", WEDNESDAY),
        promise(draft, "and I will refund €59.00 by 24 July", FRIDAY_WEEK, Money(5900)),
    )


def test_a_promise_without_a_day_is_proposed_without_one() -> None:
    draft = "I will look at the order of 3 June."

    assert promises_in(draft, language="en", today=WEDNESDAY) == (
        promise(draft, "I will look at the order of 3 June"),
    )


def test_the_same_day_as_no_day_is_no_due_day() -> None:
    draft = "师傅会在送货当天为您安装。"

    (found,) = promises_in(draft, language="zh", today=WEDNESDAY)

    assert found.due is None


def test_a_time_of_day_makes_the_promise_due_to_the_minute() -> None:
    morning = datetime.combine(WEDNESDAY, time(9))
    draft = "I will call you within 2 hours."

    (found,) = promises_in(draft, language="en", today=morning)

    assert found.due == datetime.combine(WEDNESDAY, time(11))


def test_the_place_is_that_of_the_draft_as_typed() -> None:
    draft = "您好！\u200b我会在７月２４日前给您退款５９元。"

    (found,) = promises_in(draft, language="zh", today=WEDNESDAY)

    assert draft[slice(*found.span)] == found.what == "我会在７月２４日前给您退款５９元"
    assert (found.due, found.amount) == (FRIDAY_WEEK, Money(5900, "CNY"))


@pytest.mark.parametrize(
    ("language", "acknowledged", "related", "offered"),
    [
        ("en", "Dear Ann,\nThank you for writing.", " In your place I would be cross.", " I can swap the lamp."),
        ("zh", "陈女士,您好。感谢您告诉我。", "换作我也着急。", "我可以为您换一盏。"),
        ("ja", "山田様\nお知らせいただきありがとうございます。", "私でも困ると思います。", "交換することができます。"),
        ("th", "เรียน คุณสมศรี\nขอบคุณที่แจ้งค่ะ", " ถ้าเป็นดิฉันก็คงหงุดหงิดค่ะ", " ดิฉันเปลี่ยนโคมให้ได้ค่ะ"),
    ],
)  # fmt: skip
def test_the_three_steps_are_seen_as_they_are_taken(
    language: str, acknowledged: str, related: str, offered: str
) -> None:
    greeting = acknowledged.split("。", maxsplit=1)[0].split("\n", maxsplit=1)[0]

    assert aro_progress("", language) == (False, False, False)
    assert aro_progress(greeting, language) == (False, False, False)
    assert aro_progress(acknowledged, language) == (True, False, False)
    assert aro_progress(acknowledged + related, language) == (True, True, False)
    assert aro_progress(acknowledged + related + offered, language) == (
        True,
        True,
        True,
    )


def test_an_offer_that_is_refused_is_no_offer() -> None:
    assert not aro_progress("I cannot offer a refund.", "en").offered
    assert not aro_progress("无法为您办理退货。", "zh").offered


def test_a_language_without_phrases_shows_no_steps() -> None:
    assert aro_progress("Danke, ich kann es tauschen.", "de") == (False, False, False)
