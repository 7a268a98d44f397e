"""The forty cases and three scenarios that the desk was built for, on the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from evenhand.coach.rules.check import blocked, check
from evenhand.coach.rules.context import Context
from evenhand.policy.deciding import decide
from tests.policy.forty_cases import CASES, CN, DRAFTS, EU, NOT, UP, Case
from tests.policy.shipped import noted, page_of


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}-{case.rule}")
def test_a_case_comes_out_as_it_was_written_down(case: Case) -> None:
    decision = decide(page_of(case.page), noted(case.page)[case.note].given)

    outcome: dict[str, Any] = dict(decision.outcome)
    assert decision.rule == case.rule
    assert {name: outcome.get(name) for name in case.outcome} == case.outcome
    assert ids(outcome.get("duties", [])) == case.duties
    if case.offers:
        assert ids(outcome["offers"]) == case.offers
    assert decision.citations[0].because


@pytest.mark.parametrize(("number", "language", "draft"), DRAFTS)
def test_a_draft_with_a_void_term_is_not_sent(
    number: int, language: str, draft: str
) -> None:
    faults = check(draft, Context(language=language, today=date(2026, 7, 15)))

    assert "void-term" in [fault.rule for fault in faults], number
    assert blocked(faults)


def test_all_forty_cases_are_held() -> None:
    held = {case.number for case in CASES} | {number for number, _, _ in DRAFTS}

    assert held == set(range(1, 41))


def ids(rows: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(row["id"] for row in rows)


def given(page: str, note: str) -> Any:
    return decide(page_of(page), noted(page)[note].given)


def test_the_dress_is_refunded_less_the_loss() -> None:
    decision = given(EU, "the dress with marks")

    smaller, back = decision.outcome["offers"]
    assert decision.rule == "withdrawal-loss"
    assert decision.outcome["amount"] == 12900 + 495 - 5160 == 8235
    assert decision.outcome["by"] == date(2026, 6, 24)
    assert (smaller["amount"], smaller["goodwill"], back["offer"]) == (
        10235,
        2000,
        "send_back",
    )
    assert ids(decision.outcome["duties"]) == ("photos",)


def test_the_dress_of_somebody_never_told_is_refunded_whole() -> None:
    decision = given(EU, "the dress, never told of the right")

    assert decision.outcome["amount"] == 12900 + 495


def test_the_phone_is_decided_fault_by_fault() -> None:
    port = given(CN, "the phone: charging port, bent by pressure")
    screen = given(CN, "the phone: striped screen two days after our repair")
    lost = given(CN, "the phone with our log missing: it is ours to find")

    waived, left = port.outcome["offers"]
    assert (port.outcome["verdict"], port.outcome["charge"]) == (NOT, 15000)
    assert (waived["charge"], waived["goodwill"], left["charge"]) == (5000, 10000, 0)
    assert ids(port.outcome["duties"]) == ("clause-check",)
    assert (screen.outcome["verdict"], screen.outcome["charge"]) == (UP, 0)
    assert screen.outcome["basis"] == "law"
    assert (lost.rule, lost.outcome["verdict"]) == (screen.rule, UP)


def test_the_engagement_keeps_its_scope_and_admits_its_own_fault() -> None:
    extra = given("consulting", "the third workshop and the dashboard")
    short = given("consulting", "workshop 2 ended thirty minutes early")
    invoice = given("consulting", "invoice 2 covers the report")
    hours = given("consulting", "5.5 of 4 hours, not warned: waived once")
    leaving = given("consulting", "if she ends it: remaining 5,400, half is 2,700")

    assert extra.outcome["verdict"] == invoice.outcome["verdict"] == NOT
    assert [row.get("charge") for row in extra.outcome["offers"]] == [144000, 0, None]
    assert (short.outcome["verdict"], short.outcome["charge"]) == (UP, 0)
    assert (hours.outcome["basis"], ids(hours.outcome["duties"])) == (
        "goodwill",
        ("warn", "exception"),
    )
    assert leaving.outcome["charge"] == 270000
    assert "show-fee" in ids(leaving.outcome["duties"])
