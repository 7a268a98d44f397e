"""Named values: kinds, lists, and values that go by date."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.policy import decide, limits, told
from evenhand.policy.decision import Status
from evenhand.policy.errors import Fault
from evenhand.policy.kinds import Kind
from tests.policy.writing import a_page, a_table, facts, first_fault, rules

HEAD = """+++
policy = "small"
version = "1"
[effective]
judged_on = "asked_on"
[money]
currency = "EUR"
+++
"""
FACTS = facts("asked_on | date |", "days | whole number | 0..")
TABLE = rules("id | when | give", "a | days <= window | refund", "z | | deny")
COLUMNS = "| name | type | value | from | reference |"
WINDOW = a_table(
    "Values",
    COLUMNS,
    "| window | whole number | 14 | 2026-06-01 | the new Act |",
    "| window | whole number | 10 | | the old Act |",
    "| window | whole number | 30 | 2027-01-01 | the newest Act |",
)


@pytest.mark.parametrize(
    ("asked_on", "days", "rule"),
    [
        (date(1999, 1, 1), 10, "a"),
        (date(2026, 5, 31), 11, "z"),
        (date(2026, 6, 1), 11, "a"),
        (date(2026, 12, 31), 15, "z"),
        (date(2027, 1, 1), 30, "a"),
        (date(2400, 1, 1), 31, "z"),
    ],
)
def test_a_value_by_date_is_the_last_that_began_by_the_day_that_judges(
    asked_on: date, days: int, rule: str
) -> None:
    page = a_page(FACTS, WINDOW, TABLE, head=HEAD)

    assert decide(page, {"asked_on": asked_on, "days": days}).rule == rule


def test_the_earliest_value_holds_before_its_own_day_too() -> None:
    values = a_table(
        "Values",
        COLUMNS,
        "| window | whole number | 10 | 2020-01-01 | |",
        "| window | whole number | 14 | 2026-06-01 | |",
    )
    page = a_page(FACTS, values, TABLE, head=HEAD)

    assert decide(page, {"asked_on": date(2001, 1, 1), "days": 10}).rule == "a"
    assert decide(page, {"asked_on": date(2001, 1, 1), "days": 11}).rule == "z"


def test_while_the_day_that_judges_is_unknown_it_is_asked_if_it_matters() -> None:
    page = a_page(FACTS, WINDOW, TABLE, head=HEAD)

    asked = decide(page, {"days": 12})

    assert asked.status is Status.NEEDS_FACT
    assert [question.fact for question in asked.needs] == ["asked_on"]
    late = decide(page, {"days": 31, "asked_on": None})
    assert (late.status, late.rule) == (Status.HIT, "z")
    assert decide(page, {"days": 10}).rule == "a"


def test_what_follows_by_choice_is_tried_with_the_values_it_can_have() -> None:
    page = a_page(
        facts("gold | yes/no |", "days | whole number | 0..365"),
        a_table(
            "Derived",
            "| name | type | from |",
            "| window | whole number | gold ? 30 : 14 |",
        ),
        rules("id | when | give", "in | days <= window | refund", "out | | deny"),
    )

    assert decide(page, {"days": 14}).rule == "in"
    assert decide(page, {"days": 15}).status is Status.NEEDS_FACT
    assert decide(page, {"days": 30}).status is Status.NEEDS_FACT
    assert decide(page, {"days": 31}).rule == "out"


def test_every_row_of_a_value_keeps_its_day_and_its_reference() -> None:
    page = a_page(FACTS, WINDOW, TABLE, head=HEAD)

    (derived,) = page.policy.derived
    assert [(v.value, v.since, v.reference) for v in page.policy.values] == [
        (10, None, "the old Act"),
        (14, date(2026, 6, 1), "the new Act"),
        (30, date(2027, 1, 1), "the newest Act"),
    ]
    assert (derived.name, derived.dated) == ("window", True)
    assert derived.expression.text == "10, 14 from 2026-06-01, 30 from 2027-01-01"
    assert derived.expression.names == ("asked_on",)


@pytest.mark.parametrize(
    ("asked_on", "text", "since", "reference", "said"),
    [
        (
            date(2026, 5, 31),
            "before 2026-06-01",
            None,
            "the old Act",
            "Window = 10 (Asked on 31 May 2026, the old Act)",
        ),
        (
            date(2026, 6, 1),
            "from 2026-06-01",
            date(2026, 6, 1),
            "new",
            "Window is 14, as laid down from 1 June 2026; Asked on is 1 June 2026 (new)",
        ),
        (
            date(2027, 5, 5),
            "from 2027-01-01",
            date(2027, 1, 1),
            "",
            "Window is 30, as laid down from 1 January 2027; Asked on is 5 May 2027",
        ),
    ],
)
def test_a_value_by_date_is_told_with_the_row_that_holds(
    asked_on: date, text: str, since: date | None, reference: str, said: str
) -> None:
    values = a_table(
        "Values",
        COLUMNS,
        "| window | whole number | 14 | 2026-06-01 | new |",
        "| window | whole number | 10 | | the old Act |",
        "| window | whole number | 30 | 2027-01-01 | |",
    )
    page = a_page(FACTS, values, TABLE, head=HEAD)

    decision = decide(page, {"asked_on": asked_on, "days": 40})

    (step,) = decision.steps
    (line,) = told(decision, page, "en").steps
    assert (step.text, step.since, step.reference) == (text, since, reference)
    assert line.text == said


def test_an_earliest_value_with_a_day_is_told_before_that_day_too() -> None:
    values = a_table(
        "Values",
        COLUMNS,
        "| window | whole number | 14 | 2026-06-01 | the new Act |",
        "| window | whole number | 10 | 2020-01-01 | the old Act |",
    )
    page = a_page(FACTS, values, TABLE, head=HEAD)

    (step,) = decide(page, {"asked_on": date(2001, 1, 1), "days": 10}).steps

    assert (step.since, step.reference) == (date(2020, 1, 1), "the old Act")


def test_a_row_may_be_called_value() -> None:
    table = rules("id | when | pct", "value | days <= window | days * 0.5")
    page = a_page(FACTS, WINDOW, table, head=HEAD)

    steps = told(decide(page, {"asked_on": date(2026, 6, 1), "days": 3}), page, "en")

    assert [line.text for line in steps.steps][1:] == [
        "Pct = days * 0.5 = 1.5 (Days 3)"
    ]


def test_a_value_of_one_row_is_plain_whatever_its_day() -> None:
    values = a_table("Values", COLUMNS, "| window | whole number | 5 | 2030-01-01 | |")

    page = a_page(FACTS, values, TABLE, head=HEAD)

    assert page.policy.derived == ()
    assert decide(page, {"days": 5}).rule == "a"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("yes/no", "yes", True),
        ("whole number", "-3", -3),
        ("number", "0.5", 0.5),
        ("money", "19.90", 1990),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("duration", "1 day 4 hours", 100_800),
        ("one of", "red", "red"),
        ("text", '"Nova 5"', "Nova 5"),
        ("list of text", '"a", "b"', ("a", "b")),
        ("list of number", "1, 2.5, -3", (1, 2.5, -3)),
        ("list of money", "[5, 19.90]", (500, 1990)),
        ("list of money", "[]", ()),
        (
            "list of date",
            "2026-01-01, 2026-12-25",
            (date(2026, 1, 1), date(2026, 12, 25)),
        ),
    ],
)
def test_a_value_is_of_any_kind_but_order_lines(
    kind: str, text: str, value: object
) -> None:
    values = a_table("Values", "| name | type | value |", f"| v | {kind} | {text} |")

    (constant,) = a_page(FACTS, values, rules("id | give", "a | x")).policy.values

    assert (constant.kind, constant.value) == (Kind(kind), value)


NEW = "| window | whole number | 14 | 2026-06-01 | |"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            (NEW, NEW),
            Fault(
                22,
                3,
                "window is declared twice",
                "give each row a day of its own in a column from",
            ),
        ),
        (
            (NEW, "| window | number | 14 | 2027-06-01 | |"),
            Fault(22, 12, "window is whole number in an earlier row"),
        ),
        (
            (NEW, "| window | whole number | 14 | June | |"),
            Fault(22, 32, "“June” is not a date", "write a day such as 2026-06-15"),
        ),
        (
            (
                "| free | list of date | 2026-01-01 | | |",
                "| free | list of date | 2027-01-01 | 2027-01-01 | |",
            ),
            Fault(22, 3, "free is a list by date", "write one list of all days"),
        ),
        (
            (NEW, "| days | whole number | 3 | | |"),
            Fault(22, 3, "days is declared twice"),
        ),
        (
            (NEW, "| v | list | 3 | | |"),
            Fault(
                22,
                7,
                "a value cannot be a list",
                "a value is a yes/no, number, amount, date, word or a list of such",
            ),
        ),
        (
            (NEW, "| v | duration | 3 | | |"),
            Fault(
                22,
                18,
                "“3” is not a duration",
                "write 3 days, 2 hours, 90 minutes or 1 day 4 hours",
            ),
        ),
        (
            (NEW, "| v | list of money | [5, x] | | |"),
            Fault(22, 27, "“x” is not a number", "write an amount such as 129.00"),
        ),
        (
            (NEW, f"| {'v' * 61} | number | 1 | | |"),
            Fault(22, 3, "the name is too long", "at most 60 characters"),
        ),
    ],
)
def test_a_value_that_cannot_stand_is_refused(
    rows: tuple[str, ...], fault: Fault
) -> None:
    plain = rules("id | give", "a | x")

    assert first_fault(FACTS, a_table("Values", COLUMNS, *rows), plain, head=HEAD) == (
        fault
    )


def test_a_value_by_date_needs_a_day_that_judges() -> None:
    fault = first_fault(FACTS, WINDOW, rules("id | give", "a | x"))

    assert (fault.line, fault.what, fault.instead) == (
        20,
        "window goes by date, but no day judges",
        'write judged_on = "a_date_fact" under [effective] in the head',
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("days", "judged_on names days, which is whole number"),
        ("never_said", "judged_on names never_said, which is not a fact"),
    ],
)
def test_the_day_that_judges_is_a_date_fact(name: str, what: str) -> None:
    head = HEAD.replace("asked_on", name)

    fault = first_fault(FACTS, rules("id | give", "a | x"), head=head)

    assert fault == Fault(5, 1, what, "name a fact of type date")


def test_a_list_on_the_page_is_bounded() -> None:
    many = ", ".join(["1"] * (limits.LIST_ITEMS + 1))
    values = a_table(
        "Values", "| name | type | value |", f"| v | list of number | {many} |"
    )

    fault = first_fault(FACTS, values, rules("id | give", "a | x"))

    assert (fault.what, fault.instead) == (
        "the list is too long",
        "a list holds at most 200",
    )
