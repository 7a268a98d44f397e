"""The DMN TCK through the import: what comes over must answer as it says.

A result counts as answered if its decision and all that it needs came over whole. The
others are counted by the reason for which they need more than decision tables.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from evenhand.policy.exchange.imported import ImportedPage
from tests.policy.tck import agree, answered, cases, imported, needs


def _ends(level: str) -> tuple[Counter[str], list[str]]:
    """Run a level: how each result ended, and those that answered otherwise."""
    ends: Counter[str] = Counter()
    otherwise = []
    for case in cases(level):
        page = imported(case.source, case.decision)
        if not isinstance(page, ImportedPage):
            ends[_reason(page[0].why)] += 1
        elif page.left_out:
            ends[_reason(page.left_out[0].why)] += 1
        elif agree(answered(page, case), case.expected):
            ends["answered"] += 1
        else:
            otherwise.append(f"{case.model} {case.decision}: {answered(page, case)}")
    return ends, otherwise


def _reason(why: str) -> str:
    """Name a reason without the names that are in it."""
    known = {
        "words stands for itself": "computed text",
        "only numbers are reckoned": "computed text",
        "no fact": "constants only",
        "powers": "powers",
        "null": "null in arithmetic",
        "divided": "a divisor that may be 0",
        "more than one expression": "a model that is more than one expression",
        "not list of text": "lists built from facts",
        "no such expression": "lists built from facts",
        "only a list of texts": "lists built from facts",
        "times of day": "times of day",
        "time of day": "times of day",
        "years and months": "durations in months",
        "another file": "another file",
        "logic is": "no logic in the file",
    }
    return next((name for sign, name in known.items() if sign in why), why)


def test_all_51_table_cases_of_level_2_answer_as_the_tck_says() -> None:
    lines = needs("dmn_tables.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    tables = {(row["id"], row["decision"]) for row in rows if row["level"] == 2}

    found = [
        agree(answered(page, case), case.expected)
        for case in cases("level-2")
        if (case.model, case.decision) in tables
        and isinstance(page := imported(case.source, case.decision), ImportedPage)
    ]

    assert Counter(found) == {True: 51}


@pytest.mark.parametrize("level", ["level-2", "level-3"])
def test_nothing_that_comes_over_whole_answers_otherwise(level: str) -> None:
    _ends_of, otherwise = _ends(level)

    assert otherwise == []


def test_the_other_results_of_level_2_are_counted_by_reason() -> None:
    ends, _otherwise = _ends("level-2")

    assert ends == {
        "answered": 73,
        "constants only": 30,
        "powers": 12,
        "null in arithmetic": 8,
        "computed text": 2,
        "a divisor that may be 0": 1,
    }


def test_the_results_of_level_3_are_counted_by_reason() -> None:
    ends, _otherwise = _ends("level-3")

    assert ends == {
        "answered": 34,
        "computed text": 10,
        "null in arithmetic": 12,
        "lists built from facts": 10,
        "times of day": 6,
        "a model that is more than one expression": 3,
        "durations in months": 3,
        "constants only": 2,
        "another file": 2,
        "no logic in the file": 1,
    }
