"""A shop's written policy as a page, held to a benchmark's labelled decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision
from evenhand.policy.loading import load

FOLDER = Path(__file__).resolve().parents[2] / "policies"


@pytest.mark.outside
def test_all_outside_retail_cases_are_allowed_or_not_as_they_were_labelled(
    outside_data: Path,
) -> None:
    """Whether what is asked may be done, for which reason, and what it costs."""
    found = [
        (case["expected"], decision.outcome)
        for case, decision in _decided(outside_data)
    ]

    assert len(found) == 980
    for expected, outcome in found:
        assert outcome["code"] == expected["code"]
        assert (outcome["verdict"] == "allowed") == (expected["verdict"] == "allowed")
        assert expected["amount"] in (None, outcome.get("amount"))


@pytest.mark.outside
def test_four_outside_retail_refusals_leave_out_the_hand_over_that_followed_them(
    outside_data: Path,
) -> None:
    """Four labels tell the hand-over to a person that followed a refusal.

    No fact tells it: three of the four have a twin with the very same facts and the
    label "denied", and the fourth was labelled with its neighbour's hand-over, as its
    note says. The verdict that the benchmark's own code gave is beside each of them.
    """
    decided = _decided(outside_data)
    cases = [case for case, _ in decided]
    otherwise = [
        (case, decision)
        for case, decision in decided
        if decision.outcome["verdict"] != case["expected"]["verdict"]
    ]

    assert [case["expected"]["verdict"] for case, _ in otherwise] == ["transfer"] * 4
    assert [
        [decision.outcome["verdict"], decision.outcome["code"]]
        for _, decision in otherwise
    ] == [case["tool_verdict"] for case, _ in otherwise]
    assert len([case for case, _ in otherwise if _has_a_denied_twin(case, cases)]) == 3


def _decided(outside_data: Path) -> list[tuple[dict[str, Any], Decision]]:
    """Decide every case whose label no other label gainsays."""
    page = load((FOLDER / "examples" / "tau2-retail.md").read_text("utf-8"))
    text = (outside_data / "policy" / "tau2_retail_decisions.jsonl").read_text("utf-8")
    cases = [
        c for c in map(json.loads, text.splitlines()) if c["confidence"] != "conflict"
    ]
    return [(case, decide(page, case["facts"], trace=False)) for case in cases]


def _has_a_denied_twin(case: dict[str, Any], cases: list[dict[str, Any]]) -> bool:
    return any(
        other["facts"] == case["facts"]
        and other["expected"] == {**case["expected"], "verdict": "denied"}
        for other in cases
    )
