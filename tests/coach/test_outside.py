"""The rules held against the 180 example texts kept outside the project."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evenhand.coach.rules.check import RULES, check
from evenhand.coach.rules.context import Context
from evenhand.kernel.money import Money

WEDNESDAY = date(2026, 7, 15)
CURRENCIES = {"en": "GBP", "zh": "CNY", "th": "THB"}
FINDINGS = {"pending": None, "upheld": True}

pytestmark = pytest.mark.outside


@pytest.fixture(scope="module")
def told(outside_data: Path) -> dict[str, Any]:
    text = (outside_data / "reply-rules" / "reply_rules.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def context_of(rule: dict[str, Any], language: str, side: str) -> Context:
    given = rule["test_context"]
    currency = CURRENCIES[language]
    limit = given.get("limit")
    return Context(
        language=given["cust_lang"][side][language]
        if "cust_lang" in given
        else language,
        today=WEDNESDAY,
        limit=None if limit is None else Money.of(limit, currency),
        amounts=tuple(Money.of(str(a), currency) for a in given.get("amounts", ())),
        customer_names=(given["name"][language],) if "name" in given else (),
        finding_upheld=FINDINGS[given.get("finding", "pending")],
        needs_recourse=given.get("final", False),
        issues=tuple(map(tuple, given.get("issues", {}).get(language, ()))),
        case_words=tuple(given.get("tokens", ())),
    )


def test_every_bad_text_is_found_and_every_good_one_is_quiet(
    told: dict[str, Any],
) -> None:
    implemented = {rule.number for rule in RULES}
    judged, wrong = 0, []

    for rule in told["rules"]:
        assert rule["id"] in implemented
        for side in ("bad", "good"):
            for language, text in rule[side].items():
                faults = check(text, context_of(rule, language, side))
                found = rule["id"] in {fault.number for fault in faults}
                judged += 1
                if found != (side == "bad"):
                    wrong.append((rule["id"], side, language))

    assert (judged, wrong) == (180, [])


def test_the_weights_are_those_of_the_rule_list(told: dict[str, Any]) -> None:
    ours = {rule.number: rule.severity for rule in reversed(RULES)}

    listed = {rule["id"]: rule["severity"] for rule in told["rules"]}

    assert {number: ours[number] for number in listed} == listed


def test_the_three_agents_of_the_dialogue_are_judged_as_expected(
    told: dict[str, Any],
) -> None:
    context = Context(language="zh", today=WEDNESDAY)

    judged = {
        turn["turn"]: sorted({fault.number for fault in check(turn["text"], context)})
        for turn in told["seed_expectations"]
    }

    assert judged == {
        turn["turn"]: turn["findings"] for turn in told["seed_expectations"]
    }
