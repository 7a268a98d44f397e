"""Order lines in proofs: proved for every list, refuted by a short one."""

from __future__ import annotations

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.errors import NeverBroken
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Kind
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_page, a_table, facts

LINES = facts(
    "lines | list |",
    "lines.price | money | 0.00..500.00",
    "lines.kind | one of | shoes, hygiene",
    "lines.opened | yes/no |",
)
ALL = "lines.map(l, l.price).sum()"
GOOD = 'lines.filter(l, not (l.kind == "hygiene" and l.opened)).map(l, l.price).sum()'


def page_of(*derived: str, never: str, rows: tuple[str, ...] = ()) -> Page:
    named = [f"| {row} |" for row in derived]
    given = rows or ("some | good > 0.00 | refund | good", "rest | | deny | ")
    return a_page(
        LINES,
        a_table("Derived", "| name | type | from |", *named),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give | amount |",
            *(f"| {row} |" for row in given),
        ),
        a_table("Never", "| id | when |", f"| promise | {never} |"),
    )


@pytest.mark.parametrize(
    "never",
    [
        "amount > all_paid",
        "all_paid < 0.00",
        "give refund; none_there yes",
        "give refund; some_good no",
        "kept_back > how_many",
    ],
)
def test_what_holds_of_every_list_is_proved(never: str) -> None:
    page = page_of(
        f"all_paid | money | {ALL}",
        f"good | money | {GOOD}",
        "how_many | whole number | size(lines)",
        'kept_back | whole number | lines.filter(l, l.kind == "hygiene").size()',
        "none_there | yes/no | how_many == 0",
        'some_good | yes/no | lines.exists(l, not (l.kind == "hygiene" and l.opened))',
        never=never,
    )

    report = check(page)

    assert of_kind(report, Kind.NEVER_BROKEN) == []
    if never != "give refund; some_good no":  # a sum above 0 needs a line: not related
        assert of_kind(report, Kind.NOT_PROVED) == []


def test_a_fault_is_shown_by_a_short_list() -> None:
    page = page_of(
        f"all_paid | money | {ALL}",
        f"good | money | {GOOD}",
        never="give refund; amount < all_paid",
    )

    (broken,) = of_kind(check(page), Kind.NEVER_BROKEN)

    lines = broken.facts["lines"]
    assert isinstance(lines, list)
    assert 1 <= len(lines) <= 3
    assert any(line.get("kind") == "hygiene" and line.get("opened") for line in lines)
    with pytest.raises(NeverBroken):
        decide(page, broken.facts)


def test_what_only_a_long_list_could_break_is_not_called_proved() -> None:
    page = page_of(
        "good | money | 1.00",
        "how_many | whole number | size(lines)",
        'shoes | whole number | lines.filter(l, l.kind == "shoes").size()',
        never="how_many = 5; shoes = 0",
    )

    report = check(page)

    (doubt,) = of_kind(report, Kind.NOT_PROVED)
    assert doubt.row == "promise"
    assert doubt.meaning == (
        "No case with up to three elements in each list shows a fault; longer lists"
        " were not proved."
    )


def test_cells_on_a_list_of_words_are_exact() -> None:
    page = a_page(
        facts("marks | list of text | torn, stained, worn"),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give |",
            "| damaged | marks torn, stained | part |",
            "| used | marks worn | less |",
            "| fine | marks not(torn, stained, worn) | all |",
        ),
        a_table("Never", "| id | when |", "| torn | marks torn; give less |"),
    )

    report = check(page)

    assert report.clean
    assert report.proved == (
        "Every case has a row in table entitlement.",
        "Never torn: marks torn; give less.",
    )


def test_a_list_of_words_that_breaks_an_invariant_is_shown() -> None:
    page = a_page(
        facts("marks | list of text | torn, stained, worn"),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give |",
            "| damaged | marks torn | part |",
            "| rest | | all |",
        ),
        a_table(
            "Never", "| id | when |", "| both | marks torn; marks worn; give part |"
        ),
    )

    (broken,) = of_kind(check(page), Kind.NEVER_BROKEN)

    marks = broken.facts["marks"]
    assert isinstance(marks, list)
    assert {"torn", "worn"} <= set(marks)


@pytest.mark.parametrize(
    ("kind", "domain", "inside", "outside"),
    [
        ("date", "2026-01-01..", "<= 2026-01-01", "< 2026-01-01"),
        ("number", "11..48", "< 12", "< 11"),
        ("money", "0.50..400.00", ">= 400", "> 400"),
    ],
)
def test_the_domain_of_a_plain_list_is_of_its_values_not_of_its_length(
    kind: str, domain: str, inside: str, outside: str
) -> None:
    derived = [f"| within | yes/no | them.exists(t, t {inside}) |"]
    derived += [f"| beyond | yes/no | them.exists(t, t {outside}) |"]
    rows = ["| in | within yes | a |", "| out | beyond yes | b |", "| rest | | c |"]
    page = a_page(
        facts(f"them | list of {kind} | {domain}"),
        a_table("Derived", "| name | type | from |", *derived),
        a_table("Table: verdict (first)", "| id | when | give |", *rows),
    )

    report = check(page)

    found = [(one.kind, one.row) for one in report.findings]
    assert found == [(Kind.UNREACHABLE, "out")]
