"""Faults and findings keep what they were made of, and are said in any language."""

from __future__ import annotations

import copy
import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.proof import check
from evenhand.policy.saying import Said, as_data, from_data, in_turn, said_in
from tests.messages import SOURCE, words_in
from tests.policy.writing import a_page, facts, first_fault, rules

GERMAN = {
    "No row of table {name} covers this case: {case}.": "Tabelle {name}: kein {case}.",
    "{low} to {high}": "{low} bis {high}",
    "{name} is not a name on this page": "{name} steht nicht da",
}


def german(pattern: str) -> str:
    return GERMAN.get(pattern, pattern)


def test_a_fault_of_a_page_is_said_in_another_language() -> None:
    fault = first_fault(
        facts("days | whole number |"),
        rules("id | when | give", "a | days <= x | deny"),
    )

    assert fault.what == "x is not a name on this page"
    assert said_in(fault.what, german) == "x steht nicht da"
    assert fault.said(german).startswith(
        f"line {fault.line}, column {fault.column}: x steht"
    )


def test_a_finding_is_said_with_its_case_in_another_language() -> None:
    page = a_page(
        facts("days | whole number | 0..30"),
        rules("id | when | give", "a | days <= 9 | x", "b | days > 19 | y"),
    )

    gap = check(page).faults[0]

    assert gap.what == "No row of table verdict covers this case: days 10 to 19."
    assert said_in(gap.what, german) == "Tabelle verdict: kein days 10 bis 19."


def test_a_sentence_comes_back_whole_from_json_a_copy_and_a_pickle() -> None:
    inner = Said("{low} to {high}", low=1, high="{odd}")
    told = in_turn([Said("in {place}", place=inner), "plain"], " ")

    kept = from_data(json.loads(json.dumps(as_data(told))))

    for one in (kept, copy.deepcopy(told), pickle.loads(pickle.dumps(told))):  # noqa: S301  # our own bytes
        assert one == "in 1 to {odd} plain"
        assert said_in(one, german) == "in 1 bis {odd} plain"


@given(st.text(), st.text())
def test_what_a_page_writes_is_never_taken_for_a_hole(one: str, other: str) -> None:
    told = in_turn([Said("{a} and {b}", a=one, b=other), one], "; ")

    assert told == f"{one} and {other}; {one}"
    assert said_in(from_data(as_data(told)), german) == told


def test_text_without_parts_stays_as_it_is() -> None:
    assert said_in("kept by an earlier version", german) == "kept by an earlier version"
    assert from_data("kept by an earlier version") == "kept by an earlier version"


def test_the_words_of_the_room_are_found_for_the_catalogues() -> None:
    source = (SOURCE / "policy" / "proof" / "gaps.py").read_text("utf-8")

    found = {word.one for word in words_in(".py", source)}

    assert "No row of table {name} covers this case: {case}." in found
