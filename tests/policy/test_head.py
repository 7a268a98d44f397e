"""The head of a page, and what is said in several languages."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.policy.errors import Fault
from evenhand.policy.kinds import Rounding
from tests.policy.writing import a_page, a_table, a_text, facts, faults_of, rules

HEAD = """+++
policy = "returns"
version = "2026-03-01"
title = "Sending back"
language = "en"
jurisdiction = "EU"
source = ["2011/83/EU", "our promise"]
reviewed_by = "A lawyer"
reviewed_on = 2026-02-01

[titles]
zh = "退货"
th = "การคืนสินค้า"

[effective]
from = 2026-03-01
to = 2026-12-31
judged_on = "asked_on"

[money]
currency = "EUR"
rounding = "half_even"
+++
"""
FACTS = facts("asked_on | date |")
TABLE = rules("id | give", "a | x")


def test_a_full_head_is_kept_field_by_field() -> None:
    head = a_page(FACTS, TABLE, head=HEAD).policy.head

    assert (head.policy, head.version, head.title) == (
        "returns",
        "2026-03-01",
        "Sending back",
    )
    assert head.titles == {"zh": "退货", "th": "การคืนสินค้า"}
    assert (head.jurisdiction, head.source) == (
        ("EU",),
        ("2011/83/EU", "our promise"),
    )
    assert (head.reviewed_by, head.reviewed_on) == ("A lawyer", date(2026, 2, 1))
    assert (head.from_on, head.to_on, head.judged_on) == (
        date(2026, 3, 1),
        date(2026, 12, 31),
        "asked_on",
    )
    assert (head.currency, head.rounding) == ("EUR", Rounding.HALF_EVEN)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '[titles]\nzh = "退货"',
            "[titles]\nzh = 3",
            Fault(12, 1, "zh is not a title", 'write zh = "…" under [titles]'),
        ),
        (
            '[titles]\nzh = "退货"\nth = "การคืนสินค้า"',
            'titles = "退货"',
            Fault(11, 1, "titles is not a title", 'write zh = "…" under [titles]'),
        ),
        (
            'source = ["2011/83/EU", "our promise"]',
            "source = [1]",
            Fault(7, 1, "source is not a list of texts", 'write source = ["…", "…"]'),
        ),
        (
            "[effective]",
            "[[effective]]",
            Fault(15, 1, "effective is not a section", "write [effective] on a line"),
        ),
        (
            'currency = "EUR"',
            'currency = "EUR"\ncurrency_from = "asked_on"',
            Fault(
                22,
                1,
                "currency_from names asked_on, which is date",
                "name a fact of type one of",
            ),
        ),
    ],
)
def test_a_head_that_cannot_be_used_is_refused_at_its_line(
    old: str, new: str, fault: Fault
) -> None:
    assert old in HEAD

    found = faults_of(a_text(FACTS, TABLE, head=HEAD.replace(old, new)))

    assert found[0] == fault


def test_what_is_not_toml_is_refused_where_its_reader_stopped() -> None:
    broken = HEAD.replace('title = "Sending back"', 'title = "Sending back')

    (fault,) = faults_of(a_text(FACTS, TABLE, head=broken))

    assert (fault.line, fault.instead) == (4, 'write name = "text"')
    assert fault.what.startswith("the head is not TOML: ")
    assert "line" not in fault.what


def test_labels_and_questions_are_kept_by_language() -> None:
    declared = a_table(
        "Facts",
        "| fact | type | label | label zh | ask | ask zh |",
        "| days | whole number | Days since | 天数 | How many days? | 几天? |",
        "| worn | yes/no | Worn | | | |",
    )
    derived = a_table(
        "Derived",
        "| name | type | from | label | label zh |",
        "| late | yes/no | days > 14 | Late | 太晚 |",
    )

    policy = a_page(declared, derived, TABLE).policy

    days, worn = policy.facts
    assert (days.label, days.labels) == ("Days since", {"zh": "天数"})
    assert days.asks == {"": "How many days?", "zh": "几天?"}
    assert (worn.label, worn.labels) == ("Worn", {})
    assert (policy.derived[0].label, policy.derived[0].labels) == (
        "Late",
        {"zh": "太晚"},
    )


@pytest.mark.parametrize(
    ("section", "header", "what"),
    [
        ("Facts", "| fact | type | labels zh |", "labels zh is not a column of Facts"),
        ("Derived", "| name | type | from | ask |", "ask is not a column here"),
        (
            "Values",
            "| name | type | value | label zh |",
            "label zh is not a column here",
        ),
    ],
)
def test_a_column_that_a_section_does_not_have_is_refused(
    section: str, header: str, what: str
) -> None:
    sections = [FACTS, TABLE] if section != "Facts" else [TABLE]

    faults = faults_of(a_text(*sections, a_table(section, header), head=HEAD))

    assert what in [fault.what for fault in faults]
