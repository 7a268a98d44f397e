"""Spoilt pages load or are refused: no crash, whatever is written."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.errors import Misread, PolicyError
from evenhand.policy.expressions import read_expression
from evenhand.policy.loading import load, read
from evenhand.policy.scope import Scope
from tests.policy.fuzzing import SMALL, mutant, seeds, tried


def test_the_pages_that_are_spoilt_load_before() -> None:
    assert all(tried(text, printed=False) for text in dict.fromkeys(seeds()))
    assert load(SMALL).policy.head.policy == "small"


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_page_loads_or_is_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # no secret: the same mutants each time

    loaded = [tried(mutant([SMALL], chance), printed=seed % 4 == 0) for _ in range(15)]

    assert len(loaded) == 15


@given(st.text(max_size=400))
def test_any_text_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(PolicyError) as raised:
        read(text)

    lines = text.count("\n") + text.count("\r") + 1
    assert all(1 <= fault.line <= lines + 1 for fault in raised.value.faults)


_PARTS = (
    "days price worn lines l ( ) [ ] , . .exists( .map( .sum() .filter( min( days( "
    "- + * / == <= ? : and or not in && ! 3 2.50 2026-01-01 2 hours 'a' \"b\" | {"
)
_FACTS = read(SMALL).policy.facts


def _place(text: str) -> int:
    """Where an expression is refused; 0 if it is not."""
    scope = Scope("EUR")
    for fact in _FACTS:
        scope.declare(fact)
    try:
        read_expression(text, None, scope)
    except Misread as misread:
        return misread.offset
    return 0


@given(
    st.lists(st.sampled_from(_PARTS.split()), max_size=40).map(" ".join)
    | st.text(max_size=60)
)
def test_any_expression_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    assert 0 <= _place(text) <= len(text)


def test_a_heading_of_two_words_may_be_spaced_anyhow() -> None:
    # Found by spoiling: the language of the questions was "\tzh".
    text = SMALL.replace("| ask zh |", "| ask \t zh |").replace("if give", "if  give")

    page = read(text)

    assert page.fact("asked_on").asks == {"": "When?", "zh": "什么时候?"}
    assert tried(text)


@pytest.mark.parametrize(
    "part", ["days + ", "not ", "-", "(", "worn or ", "worn ? 1 : ", "min(1, "]
)
def test_a_long_chain_is_refused_before_it_is_walked(part: str) -> None:
    # Found by spoiling: 400 times `a or` ended in a RecursionError.
    what = "nested too deep|the expression is too long"

    with pytest.raises(Misread, match=what):
        read_expression(part * 400 + "1", None, Scope("EUR"))


def test_a_reserved_word_heads_no_column_of_results() -> None:
    # Found by spoiling: `| if |` was taken for an outcome of that name.
    with pytest.raises(PolicyError, match="if is not a name for a column"):
        read(SMALL.replace("| id | if give |", "| id | if |"))


def test_a_table_without_rows_is_printed_with_its_columns() -> None:
    # Found by spoiling: the printed page had lost the table.
    text = SMALL.replace("| p | days <= limit | 2 * 3 |\n", "")

    assert tried(text)


def test_the_title_of_a_page_may_stand_inside_a_table() -> None:
    # Found by spoiling: the line after the header was taken for the rule below it.
    line = "|---|---|---|---|---|---|---|---|\n"
    text = SMALL.replace("# Small\n\n", "").replace(line, f"# Small\n{line}", 1)

    assert tried(text)


def test_a_column_of_results_has_no_longer_name_than_a_declared_one() -> None:
    # Found by spoiling: the page loaded, and could not be printed with its outcomes.
    text = SMALL.replace("| id | if give | amount |", f"| id | if give | {'a' * 61} |")

    with pytest.raises(PolicyError, match=f"{'a' * 61} is not a name for a column"):
        read(text)


def test_a_head_with_a_number_of_thousands_of_digits_is_refused() -> None:
    # Found by spoiling: the reader of TOML raised a plain ValueError.
    with pytest.raises(PolicyError, match="the head is not TOML"):
        read(SMALL.replace('version = "1"', f"version = {'9' * 5_000}"))
