"""An answer held against what was decided: the dress with marks, €82.35 and €20.00."""

from __future__ import annotations

import re
from datetime import date

import pytest

from evenhand.cases.models import Case
from evenhand.decisions import actions as decisions
from evenhand.decisions.models import Decision
from evenhand.kernel.money import Money
from evenhand.promises.models import Promise
from evenhand.replies import queries
from evenhand.replies.actions.sending import Answer, send
from evenhand.replies.composer import Written, chosen, composer_of
from evenhand.replies.outlines import outline_for
from tests.given import MONDAY, limits, minutes, the
from tests.given_decisions import (
    a_dress,
    a_small_issue,
    found,
    marks_on_the_dress,
    published,
    small_page,
)

pytestmark = pytest.mark.django_db
OPENING = "Dear Eva Novak,\n\nThank you for telling me about the dress and its marks. "
CLOSING = (
    "\n\nIf you disagree, you may ask for a review by someone who was not involved."
    "\n\nMei Chen"
)
SLOTS = {
    "[what happened, in their words]": "the dress Lena that you sent back",
    "[what it took: trips, days, calls]": "you wrote to us twice in three days",
    "[what they need from this]": "to know where I stand",
    "[day]": "Friday 20 November 2026",
}


def a_decided_case() -> Case:
    limits()
    issue = a_dress()
    marks_on_the_dress(issue, the("mei"))
    decisions.grant(
        issue=issue,
        option="entitlement",
        goodwill=Money.of("20.00", "EUR"),
        by=the("mei"),
        at=MONDAY,
    )
    return issue.case


def rules_for(case: Case, text: str) -> set[str]:
    context = queries.check_context(case, member=the("mei"), at=MONDAY)
    found = queries.findings(OPENING + text + CLOSING, context=context)
    return {fault.rule for fault in found if fault.severity in ("block", "error")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I will refund €102.35 to your card by 30 November 2026.", set()),
        (
            "€82.35 is yours by right, I add €20.00; I will refund both by 30 November.",
            set(),
        ),
        (
            "I will refund €129.00 to your card by 30 November 2026.",
            {"figures-differ", "promise-above-limit"},
        ),
        (
            "I will send you a voucher of €60.00 by 30 November 2026.",
            {"figures-differ", "promise-above-limit"},
        ),
        ("I will refund €45.00 by 30 November 2026.", {"figures-differ"}),
        ("I will refund €102.35 to your card by 4 December 2026.", {"dates-differ"}),
    ],
)
def test_only_figures_and_days_of_the_decision_may_be_given(
    text: str, found: set[str]
) -> None:
    assert rules_for(a_decided_case(), text) == found


def test_a_part_refused_for_good_wants_a_way_to_a_second_look() -> None:
    case = a_decided_case()
    text = "I will refund €102.35 to your card by 30 November 2026."

    context = queries.check_context(case, member=the("mei"), at=MONDAY)
    found = queries.findings(OPENING + text + "\n\nMei Chen", context=context)

    assert "missing-recourse" in {fault.rule for fault in found}


def test_the_outline_once_filled_in_is_sent_with_its_promise() -> None:
    case, at = a_decided_case(), MONDAY + minutes(20)
    outline = outline_for(case, member=the("mei"), at=at)
    text = re.sub(r"\[[^\]]+\]", lambda slot: SLOTS[slot[0]], outline)
    seen = composer_of(case, member=the("mei"), at=at, written=Written(text=text))

    message = send(
        case=case,
        answer=Answer(text=text, token="one-form", promises=chosen(seen.promises)),
        by=the("mei"),
        at=at,
    )

    assert message.text == text.strip()
    promise = Promise.objects.get()
    assert (promise.amount, promise.due_at.date()) == (
        Money(10235, "EUR"),
        date(2026, 11, 30),
    )


def test_the_next_outline_does_not_promise_again_what_an_answer_promised() -> None:
    case, at = a_decided_case(), MONDAY + minutes(20)
    text = (
        f"{OPENING}I will refund €102.35 the way you paid by 30 November 2026.{CLOSING}"
    )
    seen = composer_of(case, member=the("mei"), at=at, written=Written(text=text))
    before = outline_for(case, member=the("mei"), at=at)
    send(
        case=case,
        answer=Answer(text=text, token="one-form", promises=chosen(seen.promises)),
        by=the("mei"),
        at=at,
    )

    after = outline_for(case, member=the("mei"), at=at)

    assert "I will refund €102.35" in before
    assert "I will refund" not in after


def test_an_outline_says_each_sum_once() -> None:
    outline = outline_for(a_decided_case(), member=the("mei"), at=MONDAY)

    assert outline.count("€82.35") == 1
    assert "You are owed" not in outline


def test_an_outline_offers_a_choice_where_something_is_refused() -> None:
    limits()
    issue = a_dress()
    marks_on_the_dress(issue, the("mei"))
    decisions.grant(issue=issue, option="entitlement", by=the("mei"), at=MONDAY)

    outline = outline_for(issue.case, member=the("mei"), at=MONDAY)

    assert "A. I can refund €102.35, with a smaller deduction" in outline
    assert "B. I can send it back to you free of charge; then no" in outline


def test_an_outline_offers_nothing_more_beside_goodwill() -> None:
    outline = outline_for(a_decided_case(), member=the("mei"), at=MONDAY)

    assert "€20.00 as a gesture of goodwill" in outline
    assert "send it back" not in outline
    assert "[an option within your limit]" not in outline


@pytest.mark.parametrize(
    ("goodwill", "asked"), [("0.00", "so please tell me: Is it broken?"), ("5.00", "")]
)
def test_an_outline_asks_for_what_the_customer_may_still_show(
    goodwill: str, asked: str
) -> None:
    limits()
    published(small_page())
    issue = a_small_issue()
    found(issue, the("mei"), broken=False, seal="torn")
    decisions.grant(
        issue=issue,
        option="entitlement",
        goodwill=Money.of(goodwill, "EUR"),
        by=the("mei"),
        at=MONDAY,
    )

    outline = outline_for(issue.case, member=the("mei"), at=MONDAY)

    assert "The seal is torn." in outline
    assert ("One thing may still change this" in outline) == bool(asked)
    assert asked in outline


def test_a_day_that_a_page_says_in_words_is_left_to_the_writer() -> None:
    case = a_decided_case()
    kept = Decision.objects.get().policy_outcome
    kept["outcome"]["by"] = "within a week"
    Decision.objects.update(policy_outcome=kept)

    outline = outline_for(case, member=the("mei"), at=MONDAY)

    assert "within a week" not in outline
    assert "[day]" in outline
