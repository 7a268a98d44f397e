"""Pages made to hurt: each is refused with a place, or loaded, for bounded work."""

from __future__ import annotations

import pytest

from evenhand.policy import limits
from tests.policy.measuring import MOST_CALLS, measured
from tests.policy.writing import (
    HEAD,
    a_table,
    a_text,
    facts,
    first_fault,
    rules,
)

FACTS = facts("days | whole number | 0..30", "worn | yes/no |")
TABLE = rules("id | when | give", "a | days <= 14 | refund", "b | | deny")
WIDE = facts(*(f"f{n} | whole number? | 0..100" for n in range(100)))
EXAMPLE_HEADER = "| given | expect |"
QUOTES = "\"'or " * 300
SQUARES = ("x * x + 0.1", *(f"d{n} * d{n}" for n in range(60)))
DATED = HEAD.replace("[money]", '[effective]\njudged_on = "on"\n[money]')


HOSTILE = {
    "a long page": "+++\n" + "x" * limits.CHARACTERS,
    "a deep head": "+++\na = " + "[" * 3000 + "\n+++\n",
    "a wide table": a_text(FACTS, rules("id |" + "x |" * 200, "a |" + "y |" * 200)),
    "many rows": a_text(FACTS, rules("id | give", *(f"r{n} | x" for n in range(3000)))),
    "a long cell": a_text(
        FACTS, rules("id | when | give", f"a | {'days 1;' * 900} | x")
    ),
    "many tests": a_text(
        FACTS, rules("id | when | give", f"a | days {'1,' * 500}1 | x")
    ),
    "a deep sum": a_text(FACTS, rules("id | amount", f"a | {'(' * 900}1{')' * 900}")),
    "many minuses": a_text(FACTS, rules("id | amount", f"a | {'-' * 1500}1")),
    "many nots": a_text(FACTS, rules("id | amount", f"a | {'not ' * 400}worn ? 1 : 2")),
    "many choices": a_text(FACTS, rules("id | amount", f"a | {'worn ? 1 : ' * 150}2")),
    "a huge number": a_text(
        FACTS, rules("id | when | give", f"a | days {'9' * 1500} | x")
    ),
    "many tables": a_text(
        FACTS, *(rules("id | give", "a | x", name=f"Table: t{n}") for n in range(60))
    ),
    "many facts": a_text(facts(*(f"f{n} | text |" for n in range(300))), TABLE),
    "many faults": a_text(
        FACTS, rules("id | when | give", *(f"r{n} | shade red | x" for n in range(900)))
    ),
    "a zero byte": a_text(FACTS, TABLE) + "\x00",
    "a turned direction": a_text(FACTS, TABLE) + "\u202e",
    "many pipes": a_text(FACTS, "## Table: t\n\n" + "|" * 100_000),
    "many backslashes": a_text(FACTS, "## Table: t\n\n|" + "\\" * 100_000),
    "many quotes": a_text(
        FACTS, rules("id | when | give", "a | " + '" ' * 900 + "| x")
    ),
    "many examples": a_text(
        FACTS,
        TABLE,
        a_table(
            "Examples",
            "| given | expect |",
            *("| worn no | ask days |" for _ in range(1000)),
        ),
    ),
    "rows of pipes": a_text(FACTS, "## Table: t\n\n" + "\n".join(["|" * 200] * 1900)),
    "rows of small cells": a_text(
        FACTS, "## Table: t\n\n" + "\n".join(["|" + "a|" * 59] * 3300)
    ),
    "many headings": a_text(FACTS, TABLE, *["## a\n|a|\n|-|"] * 20_000),
    "many near misses": a_text(FACTS, TABLE, *["## Facs\n|a|\n|-|"] * 190),
    "many values": a_text(
        FACTS,
        a_table(
            "Values",
            "| name | type | value |",
            *(f"| v{n} | number | 1 |" for n in range(1500)),
        ),
        TABLE,
    ),
    "many derived facts": a_text(
        FACTS,
        a_table(
            "Derived",
            "| name | type | from |",
            *(f"| v{n} | number | days |" for n in range(201)),
        ),
        TABLE,
    ),
    "many outcomes": a_text(
        FACTS,
        a_table(
            "Outcomes",
            "| outcome | type |",
            *(f"| v{n} | number |" for n in range(101)),
        ),
        TABLE,
    ),
    "long names": a_text(
        FACTS,
        rules(
            "id | when | give", *(f"a{n} | {'x' * 1900}{n} 3 | x" for n in range(190))
        ),
    ),
    "names nearly alike": a_text(
        FACTS,
        a_table(
            "Values",
            "| name | type | value |",
            *(f"| {'v' * 50}{n} | number | 1 |" for n in range(500)),
        ),
        rules("id | when | give", *(f"a{n} | {'v' * 55}{n} 3 | x" for n in range(60))),
    ),
    "long expressions": a_text(
        FACTS,
        a_table(
            "Derived",
            "| name | type | from |",
            *(f"| v{n} | number | {'+'.join(['days'] * 300)} |" for n in range(200)),
        ),
        TABLE,
    ),
    "large domains": a_text(
        facts(
            *(
                f"f{n} | one of | {', '.join(f'w{i}' for i in range(300))}"
                for n in range(180)
            )
        ),
        rules("id | when | give", *(f"a{n} | f{n} nope | x" for n in range(49))),
    ),
    "many folds": a_text(
        facts("l | list of number |"),
        rules(
            "id | amount",
            *(f"r{n} | l.exists(x, x > {n}) ? 1 : 2" for n in range(1900)),
            name="Table: t (collect)",
        ),
    ),
    "holes in sentences": a_text(
        FACTS,
        rules(
            "id | give | say",
            *(f"r{n} | x | {'{' * 1000}{'}' * 900}" for n in range(190)),
        ),
    ),
    "quotes of two kinds": a_text(
        FACTS,
        rules(
            "id | when | unless | give",
            *(f"r{n} | {QUOTES} | {QUOTES}\\ | x" for n in range(60)),
        ),
    ),
    "fences": "+++\n" + "```\n" * 90_000,
    "a heading of spaces": a_text(FACTS, "## Table:" + " " * 390_000 + "("),
    "a header of empty cells": a_text(FACTS, "\n|" + " |" * 190_000),
    "nested arrays of tables": "+++\na = " + "[{b=1}," * 1000 + "\n+++\n",
    "many eras": a_text(
        facts("on | date |"),
        a_table(
            "Values",
            "| name | type | value | from |",
            *(f"| v | number | {n} | {1900 + n}-01-01 |" for n in range(400)),
        ),
        TABLE,
        head=DATED,
    ),
    "many exceptions": a_text(
        FACTS,
        rules(
            "id | unless | give",
            *(f"r{n} | {' or '.join(['days 1'] * 190)} | x" for n in range(190)),
        ),
    ),
    "many conditions": a_text(
        FACTS,
        rules(
            "id | when | give",
            *(f"r{n} | {'; '.join(['days 1'] * 240)} | x" for n in range(200)),
        ),
    ),
    "examples that ask": a_text(
        WIDE,
        rules(
            "id | when | give",
            *(f"r{n} | f{n} > {n}; f{99 - n} < {n} | x{n}" for n in range(100)),
        ),
        a_table("Examples", EXAMPLE_HEADER, *["| f0 1 | ask f99 |"] * 400),
    ),
}

HOSTILE |= {
    "squares of squares": a_text(
        facts("x | number | 0..1000"),
        a_table(
            "Derived",
            "| name | type | from |",
            *(f"| d{n} | number | {square} |" for n, square in enumerate(SQUARES)),
        ),
        rules("id | when | give", "a | d60 >= 1 | x", "b | | y"),
        a_table("Examples", EXAMPLE_HEADER, "| x 3.3 | a |"),
    ),
    "squares from table to table": a_text(
        facts("x | number | 0..1000"),
        a_table("Outcomes", "| outcome | type |", "| factor | number |"),
        *(
            rules("id | factor", "a | factor * factor", name=f"Table: t{n}")
            if n
            else rules("id | factor", "a | x + 0.1", name="Table: t0")
            for n in range(30)
        ),
        a_table("Examples", EXAMPLE_HEADER, "| x 3.3 | a |"),
    ),
    "divisions of divisions": a_text(
        facts("x | number | 0..1000"),
        a_table(
            "Derived",
            "| name | type | from |",
            *(
                f"| d{n} | number | {f'd{n - 1}' if n else 'x'}{' / 999983' * 40} |"
                for n in range(190)
            ),
        ),
        rules("id | when | give", "a | d189 >= 1 | x", "b | | y"),
        a_table("Examples", EXAMPLE_HEADER, *["| x 3.3 | b |"] * 400),
    ),
    "long sums in every example": a_text(
        facts("x | number | 0..1"),
        a_table(
            "Derived",
            "| name | type | from |",
            *(f"| d{n} | number | {' + '.join(['x'] * 50)} |" for n in range(190)),
        ),
        rules("id | when | give", "a | d1 >= 0 | x"),
        a_table("Examples", EXAMPLE_HEADER, *["| x 0.3 | a |"] * 400),
    ),
}


# What those say that are past a limit.
PAST = {
    "a wide table": "202 columns; at most 60 are allowed",
    "many rows": "a table of 3000 rows; at most 2000 are allowed",
    "a long cell": "a cell of 6300 characters; at most 2000 are allowed",
    "many tables": "the page has 60 tables; at most 30",
    "many facts": "more than 200 facts",
    "many headings": "more than 200 headings",
    "many values": "more than 500 rows under this heading",
    "many derived facts": "more than 200 rows under this heading",
    "many outcomes": "more than 100 rows under this heading",
    "many eras": "more than 40 rows of v",
    "many exceptions": "the page has 36100 conditions; at most 20000",
    "many conditions": "the page has 48000 conditions; at most 20000",
    "many folds": (
        "the page looks 5700 times at each element of its lists; at most 2000: "
        "derive a fact once and use its name"
    ),
    "examples that ask": "the examples cost too much to check",
    "long sums in every example": "the examples cost too much to check",
    "squares of squares": (
        "a number of d4 may grow to 1168 digits; at most 1000: "
        "multiply less, or round an amount before"
    ),
    "squares from table to table": (
        "a number of a may grow to 1184 digits; at most 1000: "
        "multiply less, or round an amount before"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_refused_with_a_place_for_bounded_work(name: str) -> None:
    faults, calls = measured(HOSTILE[name])

    assert 1 <= len(faults) <= limits.FAULTS
    assert all(fault.line >= 1 and fault.column >= 1 for fault in faults)
    assert calls < MOST_CALLS
    if name in PAST:
        assert PAST[name] in [f"{f.what}; {f.instead}".rstrip("; ") for f in faults]


def test_each_limit_that_is_told_has_its_page() -> None:
    assert HOSTILE.keys() >= PAST.keys()


LARGE = {
    "wide tables": a_text(
        FACTS,
        rules(
            "id | " + " | ".join(f"c{n}" for n in range(59)),
            *(f"r{i} | " + " | ".join("1" * 59) for i in range(500)),
        ),
    ),
    "as many conditions as may be": a_text(
        FACTS,
        rules(
            "id | when | give",
            *(f"r{n} | {'; '.join(['days 1'] * 100)} | x" for n in range(200)),
        ),
    ),
    "long lists in examples": a_text(
        facts("l | list of number |"),
        rules("id | when | give", "a | l 3 | x", "b | | y"),
        a_table(
            "Examples",
            EXAMPLE_HEADER,
            *[f"| l [{', '.join(['1'] * limits.LIST_ITEMS)}] | b |"] * 400,
        ),
    ),
    "examples that read every row": a_text(
        WIDE,
        rules(
            "id | when | give",
            *(f"r{n} | f0 > {n + 2} | x{n}" for n in range(1800)),
            "z | | y",
        ),
        a_table("Examples", EXAMPLE_HEADER, *["| f0 1 | z |"] * 400),
    ),
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE.keys())
def test_the_largest_pages_are_loaded_for_bounded_work(text: str) -> None:
    faults, calls = measured(text)

    assert faults == ()
    assert calls < MOST_CALLS


def test_a_page_of_five_hundred_rules_loads_for_a_quarter_of_that() -> None:
    declared = facts(
        "country | one of | EU, UK, CN, TH",
        "days | whole number | 0..3650",
        "price | money | 0..",
        "worn | yes/no |",
    )
    rows = (
        f"r{n} | country {('EU', 'UK', 'CN', 'TH')[n % 4]}; days <= {n}; worn no; "
        f"price [{n}.00..{n + 100}.00) | refund | min(price * {n % 100} / 100, "
        f"price - {n}.00) | clause {n} | You get {{amount}} after {{days}} days."
        for n in range(500)
    )
    header = "id | when | give | amount | because | say"

    faults, calls = measured(a_text(declared, rules(header, *rows)))

    assert faults == ()
    assert calls < MOST_CALLS / 4


def test_a_page_of_too_many_cells_is_refused_before_its_cells_are_read() -> None:
    header = "id | " + " | ".join(f"c{n}" for n in range(59))
    row = " | ".join("1" * 59)

    fault = first_fault(FACTS, rules(header, *(f"r{n} | {row}" for n in range(501))))

    assert (fault.what, fault.instead) == ("the page has 30060 cells", "at most 30000")
