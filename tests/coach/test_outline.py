from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time
from itertools import product
from typing import get_args

import pytest

from evenhand.coach.rules.check import check
from evenhand.coach.rules.context import Context, Kind
from evenhand.coach.rules.figures import said
from evenhand.coach.rules.outline import (
    IssueOutcome,
    OutlineFacts,
    PromiseLine,
    Verdict,
    outline,
)
from evenhand.coach.rules.progress import aro_progress
from evenhand.coach.rules.promises import promises_in
from evenhand.kernel.money import Money

WEDNESDAY = date(2026, 7, 15)
CHOOSE_BY = date(2026, 7, 17)
REFUND_BY = datetime.combine(date(2026, 7, 24), time(18))
SLOT = re.compile(r"\[[^\[\]]+\]")

CASES = {
    "en": (
        OutlineFacts(
            language="en",
            customer_name="Ms Chen",
            agent_name="Lin",
            issues=(
                IssueOutcome(title="Screen", verdict="upheld", say="The repair on 6 July loosened a cable.", owed=Money(20000), our_mistake=True),
                IssueOutcome(title="Port", verdict="not_upheld", because="the photo shows that pressure bent it."),
            ),
            offers=("repair the port for the price of the part", "leave the port as it is"),
            choose_by=CHOOSE_BY,
            promises=(PromiseLine(what="refund €200.00 to the card you used", due=REFUND_BY),),
        ),
        "the cracked screen",
        ("Chen",),
    ),
    "zh": (
        OutlineFacts(
            language="zh-Hans",
            customer_name="陈晓",
            agent_name="林",
            issues=(
                IssueOutcome(title="花屏", verdict="upheld", say="7月6日的维修碰松了排线。", owed=Money(20000, "CNY"), our_mistake=True),
                IssueOutcome(title="充电口", verdict="not_upheld", because="照片显示接口受压变形。"),
            ),
            offers=("只收配件费,修好充电口", "先不修充电口,只换屏"),
            choose_by=CHOOSE_BY,
            promises=(PromiseLine(what="把200元退到您的卡上", due=REFUND_BY),),
        ),
        "屏幕的情况",
        ("陈晓",),
    ),
    "ja": (
        OutlineFacts(
            language="ja",
            customer_name="山田 花子",
            agent_name="林",
            issues=(
                IssueOutcome(title="画面", verdict="upheld", say="7月6日の修理で配線が緩んでいました。", owed=Money(4000, "JPY"), our_mistake=True),
                IssueOutcome(title="充電口", verdict="not_upheld", because="写真で圧力による変形が見られるため"),
            ),
            offers=("部品代だけで充電口を修理します。", "充電口はそのままにします。"),
            choose_by=CHOOSE_BY,
            promises=(PromiseLine(what="4,000円をご利用のカードに返金いたします", due=REFUND_BY),),
        ),
        "画面の件",
        ("山田 花子",),
    ),
    "th": (
        OutlineFacts(
            language="th",
            customer_name="สมศรี",
            agent_name="หลิน",
            issues=(
                IssueOutcome(title="หน้าจอ", verdict="upheld", say="การซ่อมวันที่ 6 ก.ค. ทำให้สายหลวมค่ะ", owed=Money(20000, "THB"), our_mistake=True),
                IssueOutcome(title="พอร์ต", verdict="not_upheld", because="ภาพแสดงว่างอจากแรงกด"),
            ),
            offers=("ซ่อมพอร์ตโดยคิดเฉพาะค่าอะไหล่", "ยังไม่ซ่อมพอร์ต"),
            choose_by=CHOOSE_BY,
            promises=(PromiseLine(what="คืนเงิน 200 บาทเข้าบัตรเดิม", due=REFUND_BY),),
        ),
        "หน้าจอ",
        ("สมศรี",),
    ),
}  # fmt: skip
LANGUAGES = sorted(CASES)


def context_of(facts: OutlineFacts, names: tuple[str, ...]) -> Context:
    owed = tuple(issue.owed for issue in facts.issues if issue.owed)
    return Context(
        language=facts.language,
        today=WEDNESDAY,
        kind=facts.kind,
        customer_names=names,
        limit=Money(0, owed[0].currency) if owed else None,
        amounts=owed,
        dates=(CHOOSE_BY, REFUND_BY),
        finding_upheld=True,
        cause_known=True,
        needs_recourse=any(
            issue.verdict not in {"upheld", "withdrawn"} for issue in facts.issues
        ),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("verdict", "offers"), list(product(get_args(Verdict), range(3)))
)
def test_a_filled_outline_passes_every_check(
    language: str, verdict: Verdict, offers: int
) -> None:
    base, words, names = CASES[language]
    upheld, other = base.issues
    facts = replace(
        base,
        issues=(upheld, replace(other, verdict=verdict)),
        offers=base.offers[:offers],
    )

    draft = outline(facts)

    assert check(SLOT.sub(words, draft), context_of(facts, names)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_that_is_left_blocks(language: str) -> None:
    base, _, names = CASES[language]
    bare = replace(base, issues=(), offers=(), promises=(PromiseLine(what="…"),))

    draft = outline(bare)
    faults = check(draft, context_of(bare, names))

    slots = [match.span() for match in SLOT.finditer(draft)]
    assert len(slots) == 5
    assert [fault.span for fault in faults if fault.rule == "placeholder"] == slots


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["question", "request", "praise"])
def test_other_kinds_of_case_get_a_shorter_outline_that_passes(
    language: str, kind: Kind
) -> None:
    base, words, names = CASES[language]
    facts = replace(base, kind=kind, issues=(), offers=(), promises=())

    draft = SLOT.sub(words, outline(facts))

    assert check(draft, context_of(facts, names)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["question", "request"])
def test_the_outline_of_a_decided_request_takes_all_three_steps(
    language: str, kind: Kind
) -> None:
    base, words, names = CASES[language]
    facts = replace(base, kind=kind)

    draft = SLOT.sub(words, outline(facts))

    assert aro_progress(draft, language) == (True, True, True)
    assert check(draft, context_of(facts, names)) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_outline_promises_is_found_again(language: str) -> None:
    base, words, _ = CASES[language]
    owed = base.issues[0].owed
    assert owed is not None

    draft = SLOT.sub(words, outline(base))

    (found,) = promises_in(draft, language=base.language, today=WEDNESDAY)
    assert (found.due, found.amount) == (REFUND_BY, owed)
    assert said(owed, language) in found.what
    assert aro_progress(draft, language) == (True, True, True)


def test_the_english_outline_reads_in_the_order_of_the_method() -> None:
    facts, _, _ = CASES["en"]
    told = replace(
        facts, told="your phone", effort="you came twice", aim="one clear answer"
    )

    assert outline(told).splitlines() == [
        "Dear Ms Chen,",
        "",
        "Thank you for telling me about your phone.",
        "I can see that you came twice.",
        "In your place I would want one clear answer too.",
        "",
        "I have looked into each point.",
        (
            "Screen: you are right about this. The repair on 6 July loosened a cable. "
            "That was our mistake, and I am sorry."
        ),
        "You are owed €200.00 by right.",
        "Port: I cannot grant this one, because the photo shows that pressure bent it.",
        "",
        "What I can do, and you choose:",
        "A. repair the port for the price of the part",
        "B. leave the port as it is",
        "Please reply with A or B by Friday 17 July.",
        "",
        "I will refund €200.00 to the card you used by Friday 24 July at 18:00.",
        "",
        "If you disagree, you may ask for a review by someone who was not involved.",
        "",
        "Lin",
    ]


def test_a_man_speaks_thai_as_a_man() -> None:
    facts, _, _ = CASES["th"]

    draft = outline(replace(facts, speaker="man"))

    assert "ดิฉัน" not in draft
    assert "ค่ะ" not in draft
    assert "ผมจะคืนเงิน 200 บาทเข้าบัตรเดิม" in draft


@pytest.mark.parametrize(
    ("language", "ask"),
    [
        ("en", "Is there a report that shows the fault at delivery?"),
        ("zh", "有检测报告证明交付时即有故障吗?"),
        ("ja", "お届け時の不具合を示す報告書はございますか。"),
        ("th", "มีรายงานที่แสดงว่าชำรุดตั้งแต่ส่งมอบหรือไม่คะ"),
    ],
)
def test_what_could_still_help_is_asked_before_the_recourse(
    language: str, ask: str
) -> None:
    facts, words, names = CASES[language]

    draft = SLOT.sub(words, outline(replace(facts, could_help=ask)))

    assert draft.count(ask) == 1
    assert check(draft, context_of(facts, names)) == ()
    assert ask not in outline(replace(facts, could_help=ask, issues=facts.issues[:1]))


def test_the_recourse_of_the_policy_stands_in_for_the_general_one() -> None:
    facts, _, _ = CASES["en"]
    own = "If you disagree, write to the ombudsman."

    draft = outline(replace(facts, recourse=own))

    assert own in draft
    assert "someone who was not involved" not in draft
