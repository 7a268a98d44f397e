"""Whatever stands in a cell, or comes in a case, is read or refused; nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.policy import decide, load
from evenhand.policy.errors import FactError
from evenhand.policy.kinds import Kind
from tests.policy.writing import HEAD, a_table, a_text, facts, faults_of, rules

DATED = HEAD.replace("[money]", '[effective]\njudged_on = "on"\n[money]')
TYPED = facts(
    "days | whole number | 0..30",
    "on | date |",
    "paid_in | one of | EUR, JPY",
    "wait | duration? |",
    "prices | list of money? |",
    "lines | list? |",
    "lines.price | money |",
    "lines.kind | one of | red, blue",
)
IN_CURRENCIES = DATED.replace("EUR", 'EUR"\ncurrency_from = "paid_in')
WORDS = [
    "days",
    "on",
    "wait",
    "prices",
    "lines",
    "price",
    "kind",
    "red",
    "blue",
    "null",
    "or",
    "not",
    "EUR",
    "JPY",
    "hour",
    "hours",
    "day",
    "3",
    "0.5",
    "20.00",
    "2026-01-01",
    '"red"',
    "'a",
    "b'",
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "!=",
    "..",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    "-",
    "?",
    ".",
    '"',
    "'",
    "\\",
]
CELLS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
KINDS = tuple(Kind)


TABLE = rules("id | give", "a | x", "b | y")


@settings(max_examples=200)
@given(CELLS, st.sampled_from(KINDS), st.text("0..9 days-", max_size=8))
def test_any_value_and_any_domain_is_read_or_refused(
    cell: str, kind: Kind, domain: str
) -> None:
    rows = (f"| v | {kind} | {cell} | |", f"| v | {kind} | {cell} | 2026-01-01 |")
    values = a_table("Values", "| name | type | value | from |", *rows)

    faults = [
        *faults_of(a_text(TYPED, values, TABLE, head=IN_CURRENCIES)),
        *faults_of(a_text(f"{TYPED}\n| other | {kind} | {domain} |", TABLE)),
        *faults_of(a_text(f"{TYPED}\n| lines.x | {kind} | {cell} |", TABLE)),
    ]

    assert all(fault.line > 12 and fault.column >= 1 for fault in faults)


@settings(max_examples=200)
@given(CELLS)
def test_any_exception_entitlement_and_case_is_read_or_refused(cell: str) -> None:
    texts = (
        a_text(TYPED, rules("id | unless | give", f"a | {cell} | x", "b | | y")),
        a_text(
            TYPED,
            TABLE,
            a_table("Always", "| id | when | give |", f"| a | {cell} | x |"),
        ),
        a_text(TYPED, TABLE, a_table("Always", "| id | give |", f"| a | {cell} |")),
        a_text(
            TYPED, TABLE, a_table("Examples", "| given | expect |", f"| {cell} | a |")
        ),
    )

    faults = [fault for text in texts for fault in faults_of(text)]

    assert all(fault.line > 12 and fault.column >= 1 for fault in faults)


@settings(max_examples=300)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=8)
        | st.sampled_from(["P1D", "2026-01-01", "red", "EUR"])
        | st.dates()
        | st.timedeltas(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["price", "kind", "x"]), inner, max_size=3
            )
        ),
        max_leaves=12,
    )
)
def test_any_value_from_outside_is_taken_or_refused_by_name(value: object) -> None:
    page = load(a_text(TYPED, rules("id | when | give", "a | days 3 | x", "b | | y")))

    for name in page.declared:
        refused = []
        try:
            decide(page, {"days": 4, name: value})
        except FactError as error:
            refused = [error.fact, str(error)[: len(name)]]

        assert set(refused) <= {name}


def a_pit() -> object:
    """Lists in each other, deeper than Python shows."""
    pit: list[object] = []
    for _ in range(100_000):
        pit = [pit]
    return pit


@pytest.mark.parametrize(
    "value", [10**5000, a_pit(), Decimal("sNaN")], ids=["digits", "pit", "no number"]
)
@pytest.mark.parametrize("fact", ["days", "on", "wait", "prices", "lines"])
def test_a_value_that_python_itself_cannot_show_is_refused_by_name(
    fact: str, value: object
) -> None:
    page = load(a_text(TYPED, rules("id | give", "a | x")))

    with pytest.raises(FactError, match=f"^{fact}"):
        decide(page, {fact: value})
