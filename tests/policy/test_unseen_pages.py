"""Pages written from the reference alone, in all the ways that it allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evenhand.policy import Decision, Page, decide, load
from tests.policy.agreeing import Drawing, differences, in_python, on_duckdb
from tests.policy.proving import check

FOLDER = Path(__file__).parent / "unseen"


def unseen(name: str) -> Page:
    """A page of the folder, loaded with its examples."""
    return load((FOLDER / f"{name}.md").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        ("rental-returns", 6),
        ("courier-damage", 1),
        ("odd", 4),
        ("values", 9),
        ("telecom-cancel", 6),
        ("food-delivery", 4),
        ("course-refund", 6),
        ("dry-cleaner", 1),
        ("boarding-kennel", 1),
        ("library-fines", 1),
        ("gym", 1),
        ("vet-clinic", 1),
    ],
)
def test_a_page_written_from_the_reference_loads(name: str, examples: int) -> None:
    assert len(unseen(name).policy.examples) == examples


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_such_a_page_loads_with_any_line_ends_and_a_byte_order_mark(end: str) -> None:
    text = (FOLDER / "odd.md").read_text("utf-8")

    page = load("\ufeff" + text.replace("\n", end))

    assert page.page_hash == load(text).page_hash


RENTED = {
    "due_back": "2026-07-02",
    "late_by": "P1DT12H",
    "daily_rate": 1999,
    "deposit": 10_000,
    "our_fault": False,
    "items": [
        {"value": 3000, "state": "damaged", "insured": False},
        {"value": 4000, "state": "damaged", "insured": True},
        {"value": 500, "state": "missing"},
        {"value": 700, "state": "dirty"},
    ],
}


@pytest.mark.parametrize(
    ("known", "rule", "late_fee", "charges"),
    [
        # 19.99 a day for one day and a half: 29.985, halves to the even penny.
        ({}, "late", 2998, [500, 3000, 1250]),
        ({"late_by": 7200}, "in-grace", 0, [500, 3000, 1250]),
        ({"late_by": 7201}, "late", 167, [500, 3000, 1250]),
        ({"our_fault": True}, "excused", 0, [500, 3000, 1250]),
        ({"weather": "flood", "late_by": "P1D"}, "excused", 0, [500, 3000, 1250]),
        ({"weather": "flood"}, "late", 2998, [500, 3000, 1250]),
        ({"late_by": "P9D"}, "late", 4000, [500, 3000, 1250]),
        ({"late_by": "P9D", "due_back": "2026-06-30"}, "late", 5000, [500, 3000, 1250]),
        ({"items": [{"value": 1, "state": "good"}]}, "late", 2998, []),
    ],
)
def test_a_rental_is_decided_as_its_page_reads(
    known: dict[str, object], rule: str, late_fee: int, charges: list[int]
) -> None:
    decision = decide(unseen("rental-returns"), {**RENTED, **known})

    harm: Any = decision.outcome["harm"]
    assert (decision.rule, decision.outcome["late_fee"]) == (rule, late_fee)
    assert [row["charge"] for row in harm] == charges


def test_what_a_page_does_not_know_of_a_line_is_asked_for() -> None:
    page = unseen("rental-returns")
    unsure = [{"value": 3000, "state": "damaged"}]

    decision = decide(page, {**RENTED, "items": unsure})

    assert [question.fact for question in decision.needs] == ["items"]


@pytest.mark.parametrize("name", ["telecom-cancel", "food-delivery", "course-refund"])
def test_such_a_page_has_no_gap_and_no_contradiction(name: str) -> None:
    report = check(unseen(name))

    assert (report.faults, report.warnings) == ((), ())


@pytest.mark.parametrize(
    ("name", "places"),
    [("telecom-cancel", 6), ("food-delivery", 7), ("course-refund", 6)],
)
def test_such_a_page_is_replayed_as_it_decides(name: str, places: int) -> None:
    page = unseen(name)
    cases = list(Drawing(page, seed=5).cases(200))
    wanted = [in_python(page, case) for case in cases]

    found = on_duckdb(page, cases)

    assert differences(cases, wanted, found) == []
    assert len({one["rule"] for one in wanted if one.get("rule")}) >= places - 2


def a_piece(price: int, fabric: str = "cotton", **known: object) -> dict[str, object]:
    piece = {"fabric": fabric, "bought": "2025-01-01", "label_kept": True}
    return {"price": price, **piece, **known}


CLEANED = {
    "handed_in": "2026-06-03",
    "collected": "2026-06-11",
    "currency": "EUR",
    "harm": "shrunk",
    "vip": False,
    "pieces": [a_piece(2000)],
}


@pytest.mark.parametrize(
    ("known", "rule", "amount"),
    [
        # 85 % of ¥2,001 is 1700.85; what is broken goes up.
        ({"harm": "lost", "currency": "JPY", "pieces": [a_piece(2001)]}, "lost", 1701),
        # 27.999 KWD worn is 23.79915, up to 23.800; a tenth more for silk.
        (
            {
                "harm": "lost",
                "currency": "KWD",
                "pieces": [a_piece(27_999, "silk")],
            },
            "lost-fine",
            26_180,
        ),
        ({}, "spoilt", None),  # five working days, Corpus Christi left out
        ({"collected": "2026-06-12"}, None, None),
        (
            {"collected": "2026-07-10", "handed_in": "2026-07-01"},
            "spoilt",
            None,
        ),  # ten days from July on
        ({"pieces": [a_piece(20_000)]}, None, None),
        ({"pieces": [a_piece(20_000), a_piece(20_000)]}, "spoilt", None),
        (
            {"pieces": [a_piece(2000, label_kept=False, bought="2024-05-03")]},
            "spoilt-old",
            None,
        ),
    ],
)
def test_a_dry_cleaner_decides_as_its_page_reads(
    known: dict[str, object], rule: str | None, amount: int | None
) -> None:
    decision = decide(unseen("dry-cleaner"), {**CLEANED, **known})

    assert (decision.rule, decision.outcome.get("amount")) == (rule, amount)


BOARDED = {
    "booked_for": "2026-08-01",
    "told_at": "P3DT11H",
    "nights": 2,
    "rate": 5001,
    "weight": 27.6,
    "species": "dog",
    "symptoms": ["cough"],
    "temps": [39.5],
    "vet_fees": [1000, 6000],
    "walks": ["2026-08-02"],
    "vaccinated": True,
}


def ids(decision: Decision, table: str) -> list[str]:
    rows: Any = decision.outcome[table]
    return [row["id"] for row in rows]


def test_a_kennel_s_tables_of_every_hit_policy_read_as_written() -> None:
    page = unseen("boarding-kennel")

    late = decide(page, BOARDED)
    early = decide(page, {**BOARDED, "booked_for": "2026-07-31"})

    # an hour late; a third of ¥10,002, broken yen dropped
    assert (late.rule, late.outcome["amount"]) == ("late", 3300)
    assert (late.outcome["wait"], late.outcome["total"]) == (1800, 8500)
    assert late.outcome["hits"] == 3
    assert ids(late, "rank") == ["r3", "r1"]
    assert ids(late, "advice") == ["vet"]
    assert (early.rule, early.outcome["amount"]) == ("early", 10_002)
