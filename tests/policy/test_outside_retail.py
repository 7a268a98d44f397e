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
def test_the_outside_retail_cases_are_answered_as_they_were_labelled(
    outside_data: Path,
) -> None:
    """Four labels tell the hand-over to a person that followed a refusal.

    No fact tells it: three of the four have a twin with the very same facts and the
    label "denied", and the fourth was labelled with its neighbour's hand-over, as its
    note says. The verdict that the benchmark's own code gave is beside each of them.
    """
    page = load((FOLDER / "examples" / "tau2-retail.md").read_text("utf-8"))
    text = (outside_data / "policy" / "tau2_retail_decisions.jsonl").read_text("utf-8")
    cases = [
        c for c in map(json.loads, text.splitlines()) if c["confidence"] != "conflict"
    ]
    decided = [(case, decide(page, case["facts"], trace=False)) for case in cases]
    otherwise = [pair for pair in decided if not _as_labelled(*pair)]

    assert len(cases) == 980
    assert [case["expected"]["verdict"] for case, _ in otherwise] == ["transfer"] * 4
    assert [
        [decision.outcome["verdict"], decision.outcome["code"]]
        for _, decision in otherwise
    ] == [case["tool_verdict"] for case, _ in otherwise]
    assert len([case for case, _ in otherwise if _has_a_denied_twin(case, cases)]) == 3


def _as_labelled(case: dict[str, Any], decision: Decision) -> bool:
    expected = case["expected"]
    return all(
        decision.outcome.get(name) == expected[name]
        for name in ("verdict", "code", "amount")
        if expected[name] is not None
    )


def _has_a_denied_twin(case: dict[str, Any], cases: list[dict[str, Any]]) -> bool:
    return any(
        other["facts"] == case["facts"]
        and other["expected"] == {**case["expected"], "verdict": "denied"}
        for other in cases
    )
