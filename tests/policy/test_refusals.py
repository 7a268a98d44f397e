"""What is said, and where, when the outline of a page or a section is wrong."""

from __future__ import annotations

import pytest

from evenhand.policy import limits
from evenhand.policy.errors import Fault
from tests.policy.writing import HEAD, a_table, a_text, facts, faults_of, rules

FACTS = facts("days | whole number | 0..30", "worn | yes/no |")
TABLE = rules("id | when | give", "a | days <= 14 | refund", "b | | deny")
NO_ID = "every table has a column id, and no column twice"


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ((TABLE,), Fault(1, 1, "the page has no facts", "write ## Facts and a table")),
        (
            (FACTS,),
            Fault(
                1, 1, "the page has no table of rules", "write ## Table: name (first)"
            ),
        ),
        (("## Facts\n\nNone yet.", TABLE), Fault(8, 4, "Facts has no table")),
        ((FACTS, FACTS, TABLE), Fault(15, 4, "a second section Facts")),
        ((FACTS, TABLE, TABLE), Fault(22, 4, "a second table verdict")),
        (
            (FACTS, TABLE + "\n\n| id | give |\n|---|---|\n| x | y |"),
            Fault(
                22,
                1,
                "a second table under one heading",
                "give it its own ## heading",
            ),
        ),
        (
            (FACTS, "## Table: verdict\n\n| id | give |\n| a | x |"),
            Fault(
                17,
                1,
                "the table has no line below its header",
                "write |---|---| there",
            ),
        ),
        (
            (FACTS, "## Table: verdict\n\nNothing yet."),
            Fault(15, 4, "the table verdict has no rows"),
        ),
        (
            (FACTS, rules("id | give", "a | x", name="Table: the verdict (first)")),
            Fault(
                15,
                4,
                "the heading of a table is not read",
                "write ## Table: name (first)",
            ),
        ),
        (
            (FACTS, rules("id | give", "a | x", name="Table: verdict (fist)")),
            Fault(15, 4, "(fist) is not a hit policy", "did you mean first?"),
        ),
        (
            (FACTS, rules("when | give", "worn yes | x")),
            Fault(17, 3, "the header is not read", NO_ID),
        ),
        (
            (FACTS, rules("id | give | give", "a | x | y")),
            Fault(17, 8, "the column give stands twice"),
        ),
        (
            (FACTS, rules("id | give it", "a | x")),
            Fault(17, 8, "give it is not a name for a column"),
        ),
        (
            (FACTS, rules("id | give", " | x")),
            Fault(19, 4, "the row has no usable id", "write a-short-id"),
        ),
        (
            (FACTS, rules("id | give", "a, b | x")),
            Fault(19, 3, "the row has no usable id", "write a-short-id"),
        ),
        (
            (FACTS, rules("id | when | give", "a | worn | x")),
            Fault(19, 12, "worn has no test", "write worn yes, worn <= 5 …"),
        ),
        (
            (FACTS, rules("id | days | give", "a | [1..5 | x")),
            Fault(19, 12, "the range has no end", "write [1..5]"),
        ),
        (
            (FACTS, TABLE, a_table("Never", "| when |", "| worn yes |")),
            Fault(
                24,
                3,
                "the invariants are not read",
                "a column id, and at most 200 rows",
            ),
        ),
        (
            (FACTS, TABLE, a_table("Never", "| id | when |", "| x | |")),
            Fault(26, 3, "an invariant needs an id and a condition"),
        ),
        (
            (FACTS, TABLE, a_table("Examples", "| given |", "| worn yes |")),
            Fault(
                24,
                3,
                "the examples are not read",
                "columns given and expect, at most 400 rows",
            ),
        ),
        (
            (a_table("Facts", "| fact | domain |", "| days | 0.. |"), TABLE),
            Fault(10, 3, "the column type is missing"),
        ),
        (
            (
                a_table("Facts", "| fact | type | fixed |", "| days | number | no |"),
                TABLE,
            ),
            Fault(12, 19, "fixed is no", "write x, or nothing"),
        ),
        (
            (FACTS, a_table("Values", "| name | type |", "| v | number |"), TABLE),
            Fault(17, 3, "the column value is missing"),
        ),
        (
            (facts("days | number |", "shade | one of | , red"), TABLE),
            Fault(13, 20, "a word is missing before “,”"),
        ),
        (
            (facts("days | number |", "kind | one of | red, 3d"), TABLE),
            Fault(
                13,
                25,
                "“d” is not expected here",
                'separate words by commas; others go in quotes: "sea green", "3d"',
            ),
        ),
    ],
)
def test_a_page_that_lacks_something_says_what_and_where(
    sections: tuple[str, ...], fault: Fault
) -> None:
    assert faults_of(a_text(*sections)) == (fault,)


@pytest.mark.parametrize(
    ("section", "header", "row", "column"),
    [
        ("Facts", "| fact | type | ask | ask |", "| d | number | a | b |", 23),
        ("Values", "| name | type | value | value |", "| v | number | 1 | 2 |", 25),
        ("Derived", "| name | type | from | from |", "| v | number | 1 | 2 |", 24),
        ("Outcomes", "| outcome | type | type |", "| v | number | text |", 20),
        ("Never", "| id | worn | worn |", "| x | yes | no |", 15),
        ("Always", "| id | give | give |", "| x | refund | deny |", 15),
        ("Examples", "| given | expect | given |", "| days 1 | a | days 2 |", 20),
    ],
)
def test_a_column_that_stands_twice_is_refused(
    section: str, header: str, row: str, column: int
) -> None:
    others = (TABLE,) if section == "Facts" else (FACTS, TABLE)

    faults = faults_of(a_text(*others, a_table(section, header, row)))

    name = header.split("|")[-2].strip()
    said = [(f.column, f.what) for f in faults if "stands twice" in f.what]
    assert said == [(column, f"the column {name} stands twice")]


def test_a_table_of_prose_may_have_any_shape() -> None:
    prose = "## How we count\n\n| a | b |\n| 1 |\n\n| c |\n|---|\n| 1 | 2 | 3 |"

    assert faults_of(a_text(prose, FACTS, TABLE)) == ()


@pytest.mark.parametrize(
    "sign",
    ["\x07", "\x85", "\u200e", "\u061c", "\u2028", "\u2067", "\ufeff", "\ud800"],
)
def test_a_sign_that_nobody_sees_is_refused_where_it_stands(sign: str) -> None:
    text = a_text(FACTS, TABLE.replace("refund", f"re{sign}fund"))

    assert faults_of(text) == (
        Fault(19, 22, f"the control character {sign!r}", "remove it"),
    )


def test_joiners_that_scripts_need_are_kept() -> None:
    text = a_text("ก\u200bข \u200c \u200d", FACTS, TABLE)

    assert faults_of(text) == ()


def test_a_head_may_be_so_long() -> None:
    long = HEAD.replace("[money]", f"title = '{'x' * limits.HEAD_CHARACTERS}'\n[money]")

    assert faults_of(a_text(FACTS, TABLE, head=long)) == (
        Fault(2, 1, "the head is too long", "at most 8000 characters are allowed"),
    )


@pytest.mark.parametrize(
    ("head", "line", "column"),
    [
        (HEAD + "\n# " + "x" * 201, 8, 3),
        (HEAD.replace("[money]", f"title = '{'x' * 201}'\n[money]"), 4, 1),
        (HEAD.replace("[money]", f"[titles]\nzh = '{'退' * 201}'\n[money]"), 5, 1),
    ],
)
def test_a_title_may_be_so_long(head: str, line: int, column: int) -> None:
    most = "at most 200 characters are allowed"

    assert faults_of(a_text(FACTS, TABLE, head=head)) == (
        Fault(line, column, "the title is too long", most),
    )


def test_a_cell_may_be_so_long() -> None:
    words = "days 1; " * 251

    assert faults_of(a_text(FACTS, rules("id | when | give", f"a | {words}| x"))) == (
        Fault(19, 7, "a cell of 2007 characters", "at most 2000 are allowed"),
    )


def test_a_cell_may_hold_so_many_tests() -> None:
    many = ", ".join(["1"] * (limits.TESTS_IN_A_CELL + 1))

    assert faults_of(a_text(FACTS, rules("id | days | give", f"a | {many} | x"))) == (
        Fault(19, 607, "more than 200 tests"),
    )


@pytest.mark.parametrize(
    ("cell", "what", "instead"),
    [
        ("days [1..]", "the range has no end", "write >= 1, or > 1 without it"),
        (
            "days 1..5",
            "“..” is not expected here",
            "a range stands in brackets: [1..5]",
        ),
        ("days ≤ 5", "≤ cannot be read", "write <="),
        ("days ３", "３ cannot be read", "write 3"),
        ("days 20%", "% cannot be read", "write the number alone: 20"),
        ("days €5", "€ cannot be read", "write the amount alone: 129.00"),
        ("days 1,000", "a comma means or: 1,000 would be two values", "write 1000, or"),
        ("not days 3", "not is not a name", "write it behind the name: days not(3)"),
    ],
)
def test_a_usual_slip_in_a_condition_is_told_with_what_to_write(
    cell: str, what: str, instead: str
) -> None:
    (fault,) = faults_of(a_text(FACTS, rules("id | when | give", f"a | {cell} | x")))

    assert fault.what == what
    assert fault.instead.startswith(instead)


def test_a_derived_fact_that_uses_one_below_is_told_to_move() -> None:
    derived = ("| name | type | from |", "| a | number | b |", "| b | number | a |")

    first, second = faults_of(a_text(FACTS, a_table("Derived", *derived), TABLE))

    assert (first.what, second.what) == (
        "b is not declared above this row",
        "a is not declared above this row",
    )
    assert (
        first.instead == "a derived fact follows from those above it: move its row up"
    )


def test_a_sum_of_a_list_is_asked_of_the_list() -> None:
    derived = ("| name | type | from |", "| a | number | sum(days) |")

    (fault,) = faults_of(a_text(FACTS, a_table("Derived", *derived), TABLE))

    assert fault.instead == "ask it of a list: list.sum()"


def test_a_brace_without_its_other_is_not_said_to_a_customer() -> None:
    said = rules("id | give | say", "a | x | After {days days.")

    (fault,) = faults_of(a_text(FACTS, said))

    assert (fault.what, fault.column) == ("the brace has no other", 17)


def test_a_misspelt_table_is_refused_beside_one_that_is_read() -> None:
    other = rules("id | give", "b | y", name="Tabel: more (collect)")

    (fault,) = faults_of(a_text(FACTS, TABLE, other))

    assert fault.what == "Tabel: more (collect) is not a section"
