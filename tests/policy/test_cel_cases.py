"""CEL's own cases: what our subset accepts it computes as CEL does."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.policy.cel import FILE, Answer, Case, NotAFact, answer, cel_cases, plain

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason=f"the cases of CEL are not here: {FILE}"
)
# CEL gives an error past 64 bits and past 10,000 years; here values are exact.
_RANGE = 315_576_000_000
COUNTS = {
    "the value that CEL gives": 161,
    "refused with its place; CEL gives a value": 424,
    "refused with its place; CEL gives an error": 64,
    "exact, where CEL gives an error for its range": 8,
    "about a name that no fact can be": 12,
}


def outcome(case: Case) -> str:
    """What became of a case, in the words of COUNTS; anything else is a fault."""
    try:
        ours = answer(case)
    except NotAFact:
        return "about a name that no fact can be"
    if ours.refused_at is not None:
        assert 0 <= ours.refused_at <= len(case.expr)
        gives = "an error" if case.error else "a value"
        return f"refused with its place; CEL gives {gives}"
    if case.error and isinstance(ours.value, int) and abs(ours.value) > _RANGE:
        return "exact, where CEL gives an error for its range"
    if case.value is not None and ours.value is not None:
        same = ours.value == plain(case.value)
        return "the value that CEL gives" if same else f"{case.id}: {ours.value}"
    return f"{case.id}: {ours.value} where CEL gives {case.value}"


def test_every_case_of_cel_is_computed_as_cel_does_or_refused() -> None:
    counts = Counter(outcome(case) for case in cel_cases())

    assert counts == COUNTS
    assert counts.total() == 669


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("7 / 2", 3.5),  # CEL divides whole numbers as C does: 3
        ("0.1 + 0.2", 0.3),  # CEL's double gives 0.30000000000000004
        ("1 / 3 * 3 == 1", True),
        ("92233720368547758 > 0", None),  # 17 digits are too many
    ],
)
def test_numbers_are_exact_where_those_of_cel_are_not(
    expression: str, value: object
) -> None:
    ours = answer(Case("ours", expression, {}, None, error=False))

    assert ours.value == value
    assert (ours.refused_at is None) == (value is not None)


def test_a_name_without_a_value_is_unknown_and_no_error() -> None:
    case = Case(
        "ours", "x > 1 || true", {"x": {"int64": 2}}, {"bool": True}, error=False
    )

    assert answer(case) == Answer(value=True)


def test_the_reference_tells_these_counts() -> None:
    path = Path(__file__).resolve().parents[2] / "docs/reference/policy-page.md"
    section = path.read_text("utf-8").split("### CEL")[1].split("\n## ")[0]

    told = [int(count) for count in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)]

    assert told == list(COUNTS.values())
