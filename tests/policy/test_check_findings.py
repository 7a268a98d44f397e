"""What a check finds, each with the case that shows it and what to write instead."""

from __future__ import annotations

import json

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Status
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Finding, Kind, Severity
from tests.policy.proving import check, of_kind
from tests.policy.writing import a_page, a_table, a_text, facts

DAYS = facts("days | whole number | 0..365", "worn | yes/no |")


def entitlement(*rows: str, hit: str = "first") -> str:
    return a_table(
        f"Table: entitlement ({hit})",
        "| id | when | give |",
        *(f"| {r} |" for r in rows),
    )


def found(*sections: str, kind: Kind) -> list[Finding]:
    return of_kind(check(a_page(*sections)), kind)


def test_a_planted_gap_is_found_at_day_15_with_what_to_write() -> None:
    page = a_page(
        DAYS,
        entitlement(
            "fresh | days <= 14; worn no | refund",
            "worn | days <= 14; worn yes | store_credit",
            "late | days > 15 | deny",
        ),
    )

    report = check(page)

    gap = report.findings[0]
    assert [(f.kind, f.severity) for f in report.findings] == [("gap", "fault")]
    assert [(t.fact, t.text) for t in gap.case] == [("days", "15")]
    assert gap.what == "No row of table entitlement covers this case: days 15."
    assert gap.meaning == "A customer with such a case would get no answer."
    assert gap.proposal == (
        "In row late write days >= 15 for days > 15, or in row fresh write days <= 15"
        " for days <= 14, or in row worn write days <= 15 for days <= 14; or add a last"
        " row without conditions that says what happens to all other cases."
    )
    assert decide(page, gap.facts).status is Status.NO_RULE


def test_a_mended_page_is_clean_and_says_what_was_proved() -> None:
    report = check(
        a_page(
            DAYS, entitlement("fresh | days <= 14 | refund", "late | days > 14 | deny")
        )
    )

    assert report.clean
    assert [finding.kind for finding in report.findings] == ["unused"]
    assert report.proved == ("Every case has a row in table entitlement.",)


def test_a_gap_is_told_as_a_region_and_apart_from_others() -> None:
    gaps = found(
        DAYS,
        entitlement("a | days [10..20] | refund", "b | days [30..40] | deny"),
        kind=Kind.GAP,
    )

    assert sorted(gap.case[0].text for gap in gaps) == [
        "0 to 9",
        "21 to 29",
        "41 to 365",
    ]


def test_a_gap_of_a_derived_fact_is_told_once_with_its_value() -> None:
    gaps = found(
        facts("sent | date |", "came | date |", "state | one of | new, worn"),
        a_table(
            "Derived",
            "| name | type | from | label |",
            "| days | whole number | days(came - sent) | Days since delivery |",
        ),
        entitlement(
            "worn | state worn | deny",
            "money | days <= 14 | refund",
            "credit | days (15..30] | store_credit",
            "late | days > 30 | deny",
        ),
        kind=Kind.GAP,
    )

    (gap,) = gaps
    assert (gap.case[0].label, gap.case[0].text) == ("Days since delivery", "15")
    assert gap.proposal.startswith(
        "In row credit write days [15..30] for days (15..30], or in row money write days"
        " <= 15 for days <= 14; or add a last row"
    )


def test_what_an_unknown_fact_leaves_open_is_no_gap_but_its_null_may_be() -> None:
    covered = facts("loss | whole number? | 0..9")
    rows = ("some | loss >= 5 | a", "little | loss < 5 | b")

    assert found(covered, entitlement(*rows), kind=Kind.GAP) == []
    assert (
        found(covered, entitlement("none | loss null | a", *rows), kind=Kind.GAP) == []
    )
    gaps = found(covered, entitlement("known | loss not(null) | a"), kind=Kind.GAP)
    assert [gap.facts for gap in gaps] == [{}]


def test_a_table_that_collects_has_no_gaps() -> None:
    gaps = found(DAYS, entitlement("a | days > 3 | x", hit="collect"), kind=Kind.GAP)

    assert gaps == []


def test_a_later_table_without_a_row_for_an_outcome_is_a_gap() -> None:
    gaps = found(
        DAYS,
        entitlement("fresh | days <= 14 | refund", "late | | deny"),
        a_table(
            "Table: authority (first)", "| id | when | level |", "| a | give deny | x |"
        ),
        kind=Kind.GAP,
    )

    assert [(gap.table, gap.case[0].text) for gap in gaps] == [("authority", "0 to 14")]
    assert gaps[0].meaning == "A customer with such a case would get no level."


def parcels(*rows: str) -> Page:
    return a_page(
        facts("parcels | list |", "parcels.price | money | 0.00..500.00"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| dearest | money | parcels.map(p, p.price).max() |",
        ),
        entitlement(*rows),
    )


def test_a_row_that_stays_open_though_all_is_known_is_a_dead_end() -> None:
    page = parcels("dear | dearest > 100.00 | a", "rest | | b")

    (dead,) = of_kind(check(page), Kind.DEAD_END)

    assert (dead.row, dead.cell, dead.severity) == ("dear", "dearest > 100.00", "fault")
    assert dead.facts == {"parcels": []}
    assert decide(page, dead.facts).status is Status.NEEDS_FACT


def test_a_row_for_the_value_that_is_missing_ends_it() -> None:
    page = parcels("none | dearest null | a", "dear | dearest > 9.00 | b", "rest | | c")

    assert of_kind(check(page), Kind.DEAD_END) == []


def test_the_way_out_of_a_dead_end_in_a_table_that_collects_is_another() -> None:
    def notes(when: str) -> Page:
        rows = ("id | when | do", f"a | {when} | x")
        return a_page(
            facts("sizes | list of number | 0..9"),
            "## Derived\n| name | type | from |\n|---|---|---|\n"
            "| largest | number | sizes.max() |",
            entitlement("rest | | b"),
            a_table("Table: notes (collect)", *(f"| {row} |" for row in rows)),
        )

    (dead,) = of_kind(check(notes("largest > 3")), Kind.DEAD_END)
    mended = check(notes("largest not(null); largest > 3"))

    assert dead.proposal.startswith("Write largest not(null) into the row too")
    assert of_kind(mended, Kind.DEAD_END) == []


def test_two_rows_of_a_unique_table_that_meet_are_told_with_the_case() -> None:
    overlaps = found(
        DAYS,
        entitlement("a | days <= 14 | x", "b | days >= 14 | y", hit="unique"),
        kind=Kind.OVERLAP,
    )

    assert [(o.row, o.others, o.facts) for o in overlaps] == [
        ("b", ("a",), {"days": 14})
    ]
    assert overlaps[0].severity is Severity.FAULT


def test_rows_of_an_any_table_may_meet_where_they_give_the_same() -> None:
    rows = ("a | days <= 20 | x", "b | days >= 10 | x", "c | worn yes | y")

    overlaps = found(DAYS, entitlement(*rows, hit="any"), kind=Kind.OVERLAP)

    assert [(o.others[0], o.row) for o in overlaps] == [("a", "c"), ("b", "c")]


def test_a_row_below_one_that_takes_its_cases_is_never_reached() -> None:
    dead = found(
        DAYS,
        entitlement("wide | days <= 30 | a", "narrow | days <= 14 | b", "rest | | c"),
        kind=Kind.UNREACHABLE,
    )

    assert [(d.row, d.others) for d in dead] == [("narrow", ("wide",))]
    assert dead[0].proposal == (
        "Move narrow above wide if it is the exception, narrow wide (days <= 30), or"
        " remove narrow."
    )


def test_rows_that_only_together_take_all_cases_are_named_together() -> None:
    dead = found(
        DAYS,
        entitlement(
            "low | days <= 20 | a",
            "other | worn yes | z",
            "high | days > 15 | b",
            "late | days [10..30] | c",
            "rest | | d",
        ),
        kind=Kind.UNREACHABLE,
    )

    assert [(d.row, d.others) for d in dead] == [("late", ("low", "high"))]


def test_a_row_written_twice_and_a_spare_last_row_have_their_own_names() -> None:
    report = check(
        a_page(
            DAYS,
            entitlement(
                "a | worn yes | x",
                "again | worn yes | y",
                "b | worn no | z",
                "rest | | z",
            ),
        )
    )

    assert [(f.kind, f.row, f.severity) for f in report.findings if f.row] == [
        ("duplicate", "again", "warning"),
        ("spare-row", "rest", "note"),
    ]


def test_conditions_that_exclude_each_other_are_told() -> None:
    ordered = facts("first | whole number | 0..9", "last | whole number | 0..9")
    dead = found(
        ordered,
        entitlement("odd | first < last; last < first | a", "rest | | b"),
        kind=Kind.UNREACHABLE,
    )

    assert dead[0].what == (
        "The row odd of table entitlement can never match. No case meets this:"
        " first < last; last < first."
    )


def test_a_test_for_a_word_that_no_row_gives_is_told() -> None:
    missing = found(
        DAYS,
        a_table(
            "Outcomes",
            "| outcome | type | domain |",
            "| give | one of | refund, deny, redo |",
        ),
        entitlement("a | worn no | refund", "rest | | deny"),
        a_table(
            "Table: offers (collect)",
            "| id | when | offer |",
            "| o | give redo, deny | x |",
        ),
        kind=Kind.WORD_NEVER_GIVEN,
    )

    assert [(one.row, one.proposal) for one in missing] == [
        ("o", "Write one of deny or refund, or remove redo from give redo, deny.")
    ]


def test_a_level_below_what_the_row_asks_for_is_a_fault() -> None:
    low = found(
        facts("price | money | 0.00..500.00"),
        a_table(
            "Table: entitlement (first)",
            "| id | when | give | amount | grant |",
            "| large | price > 100.00 | refund | price | manager |",
            "| small | | refund | price | agent |",
        ),
        a_table(
            "Table: authority (first)",
            "| id | when | level |",
            "| little | amount <= 200.00 | agent |",
            "| much | | manager |",
        ),
        kind=Kind.LEVEL_TOO_LOW,
    )

    assert [(one.row, one.case[0].text) for one in low] == [("little", "€100.01")]


def test_what_is_declared_and_never_used_is_a_note() -> None:
    report = check(
        a_page(
            facts("days | whole number | 0..9", "spare | text |"),
            a_table(
                "Values", "| name | type | value |", "| window | whole number | 5 |",
                "| other | whole number | 6 |",
            ),
            entitlement("a | days <= window | x", "rest | | y"),
        )
    )  # fmt: skip

    assert [(f.cell, f.severity) for f in report.findings] == [
        ("spare", "note"),
        ("other", "note"),
    ]


def test_an_example_that_fails_is_a_fault_of_the_check() -> None:
    text = a_text(
        DAYS,
        entitlement("fresh | days <= 14 | refund", "late | | deny"),
        a_table("Examples", "| given | expect |", "| days 15 | fresh |"),
    )

    line = text.splitlines().index("| days 15 | fresh |") + 1

    report = check(read(text))

    assert [(f.kind, f.line) for f in report.faults] == [("example-fails", line)]


def test_examples_of_earlier_versions_are_decided_once_each() -> None:
    rows = entitlement("fresh | days <= 14 | refund", "late | | deny")
    examples = a_table("Examples", "| given | expect |", "| days 14 | fresh |")
    first = a_text(DAYS, rows, examples)
    page = a_page(DAYS, rows.replace("<= 14", "<= 10"))

    report = check(
        page, earlier=[first, first.replace('version = "1"', 'version = "2"')]
    )

    (told,) = of_kind(report, Kind.EARLIER_EXAMPLE)
    assert told.others == ("2",)
    assert told.what == (
        "An example of version 2 (line 26 there) is decided otherwise: days 14:"
        " expected fresh, got late."
    )


def test_an_earlier_version_that_cannot_be_read_is_told() -> None:
    page = a_page(DAYS, entitlement("rest | | x"))

    report = check(page, earlier=["no page at all"])

    (told,) = of_kind(report, Kind.EARLIER_EXAMPLE)
    assert told.what.startswith("The examples of an earlier version could not be read:")


def test_a_report_is_data_that_json_holds() -> None:
    report = check(
        a_page(
            facts("due | date | 2026-01-01..2026-12-31"),
            entitlement("a | due < 2026-06-01 | x"),
        )
    )

    stored = json.loads(json.dumps(report.as_json()))

    assert stored["findings"][0]["case"] == [["due", "due", "2026-06-01 to 2026-12-31"]]
    assert stored["findings"][0]["severity"] == "fault"
    assert stored["clean"] is False


def test_a_check_out_of_time_says_what_it_did_not_look_at() -> None:
    report = check(a_page(DAYS, entitlement("rest | | x")), seconds=0.0)

    (told,) = of_kind(report, Kind.NOT_PROVED)
    assert told.what.startswith(
        "Not proved in the 0 seconds allowed: rows of entitlement"
    )
