"""A page over files of cases: counted by row, with what is missing and what is wrong."""

# ruff: noqa: S608 - the only path in a query is the test's own

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path

import duckdb
import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.errors import FactError
from evenhand.policy.loading import load
from evenhand.policy.sql.comparing import both, compare
from evenhand.policy.sql.engines import NOT_TRIED
from evenhand.policy.sql.files import UnreadableFacts, open_facts
from evenhand.policy.sql.halves import (
    MANY,
    asked,
    lay_apart,
    parts_of,
    worth_it,
)
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.replaying import replay

PAGE = """+++
policy = "returns"
version = "1"
[money]
currency = "EUR"
+++
# Returns
## Facts
| fact | type | domain |
|---|---|---|
| days | whole number | 0..365 |
| kind | one of | shoes, books |
| price | money | 0.. |
| bought_on | date | |
| weight | number | 0..100 |
## Table: entitlement (first)
| id | when | give | amount |
|---|---|---|---|
| whole | days <= 14 | refund | price |
| half | days <= 30; kind shoes | refund | price / 2 |
| none | | deny | |
"""
CASES: list[dict[str, object]] = [
    {"days": 3, "kind": "shoes", "price": 10_001, "bought_on": "2026-05-02"},
    {"days": 20, "kind": "shoes", "price": 10_001, "bought_on": "2026-05-30"},
    {"days": 20, "kind": "books", "price": 500, "bought_on": "2026-06-01"},
    {"days": 20, "price": 500},
    {"kind": "books"},
    {"days": 400, "kind": "shoes", "price": 1},
    {"days": 3, "kind": "hats", "price": 1},
    {"days": 3, "kind": "books", "price": 1, "bought_on": "30.05.2026"},
    {"days": 3, "kind": "books"},
]


def _lines(path: Path, cases: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps({"facts": case}) + "\n" for case in cases))
    return path


def test_a_replay_counts_rows_and_money_and_guesses_nothing(tmp_path: Path) -> None:
    page = load(PAGE)
    facts = open_facts(_lines(tmp_path / "cases.jsonl", list(CASES)), page.policy)

    report = replay(page, facts)

    assert report.cases == 9
    assert report.statuses == {"hit": 3, "needs_fact": 3, "no_rule": 0, "fault": 3}
    assert [(row.row, row.cases, row.money) for row in report.rows] == [
        ("whole", 1, {"amount": {"EUR": 10_001}}),
        ("half", 1, {"amount": {"EUR": 5_001}}),
        ("none", 1, {}),
        ("needs_fact", 3, {}),
        ("fault", 3, {}),
    ]
    assert report.missing == {"days": 1, "kind": 1, "price": 1}
    assert report.faults == {"facts: days": 1, "facts: kind": 1, "facts: bought_on": 1}


def test_cases_that_lack_a_fact_are_laid_apart_and_counted_once(tmp_path: Path) -> None:
    page, other = load(PAGE), load(PAGE.replace("days <= 14", "days <= 2"))
    lines = _lines(tmp_path / "cases.jsonl", list(CASES))
    wanted = replay(page, open_facts(lines, page.policy))
    moved = compare(page, other, open_facts(lines, both(page, other)))
    facts = open_facts(lines, page.policy)

    lay_apart(facts, asked(page.policy))

    assert facts.known == {"days", "kind", "price"}  # no rule reads weight or bought_on
    counts = [part.table.count().to_pyarrow().as_py() for part in parts_of(facts)]
    assert counts == [9 + 5, 5]
    assert replay(page, facts) == wanted
    assert compare(page, other, facts) == moved


def test_only_facts_that_few_cases_lack_make_cases_be_laid_apart() -> None:
    policy = load(PAGE).policy
    lacking = {"days": MANY // 50, "kind": MANY // 25, "price": 1, "weight": 1}

    chosen = worth_it(policy, lacking, MANY)

    assert chosen == ["price", "days"]
    assert worth_it(policy, lacking, MANY - 1) == []


@pytest.mark.parametrize(
    "words", ["'shoes', 'books'", "'books', 'shoes'", "'hats', 'books', 'shoes'"]
)
def test_words_of_an_enumeration_are_read_in_any_order(
    tmp_path: Path, words: str
) -> None:
    page = load(PAGE)
    wanted = replay(
        page, open_facts(_lines(tmp_path / "c.jsonl", CASES[:5]), page.policy)
    )
    given = tmp_path / "cases.duckdb"
    with duckdb.connect(str(given)) as connection:
        connection.execute(f"CREATE TYPE word AS ENUM ({words})")
        connection.execute(
            "CREATE TABLE facts AS SELECT (facts->>'days')::INTEGER AS days,"
            " (facts->>'kind')::word AS kind, (facts->>'price')::BIGINT AS price"
            f" FROM read_json('{tmp_path / 'c.jsonl'}', columns = {{facts: 'JSON'}})"
        )

    report = replay(page, open_facts(given, page.policy))

    assert report.rows == wanted.rows
    assert report.missing == wanted.missing


def test_a_replay_is_parted_by_the_month_of_a_date(tmp_path: Path) -> None:
    page = load(PAGE)
    facts = open_facts(_lines(tmp_path / "cases.jsonl", CASES[:3]), page.policy)

    report = replay(page, facts, by="bought_on")

    months = {
        month: [(row.row, row.cases) for row in rows]
        for month, rows in report.parts.items()
    }
    assert months == {
        "2026-05": [("whole", 1), ("half", 1)],
        "2026-06": [("none", 1)],
    }


def test_files_of_every_kind_say_the_same(tmp_path: Path) -> None:
    page = load(PAGE)
    lines = _lines(tmp_path / "cases.jsonl", CASES[:5])
    connection = duckdb.connect(str(tmp_path / "cases.duckdb"))
    connection.execute(
        "CREATE TABLE facts AS SELECT (facts->>'days')::INTEGER AS days,"
        " facts->>'kind' AS kind, (facts->>'price')::BIGINT AS price,"
        f" (facts->>'bought_on')::DATE AS bought_on FROM read_json('{lines}',"
        " columns = {facts: 'JSON'})"
    )
    for name in ("cases.parquet", "cases.csv"):
        connection.execute(f"COPY facts TO '{tmp_path / name}'")
    connection.close()
    wanted = replay(page, open_facts(lines, page.policy))

    for name in ("cases.parquet", "cases.csv", "cases.duckdb"):
        found = replay(page, open_facts(tmp_path / name, page.policy))
        assert found.unread == ("weight",)
        found.unread = ()
        assert found == wanted


def test_a_text_of_a_parquet_file_that_is_no_word_is_told_apart(
    tmp_path: Path,
) -> None:
    page = load(PAGE)
    given = tmp_path / "cases.parquet"
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES (3, 'shoes', 100), (20, 'Shoes', 100),"
        " (20, '', 100), (20, NULL, 100)) AS cases(days, kind, price)) TO ?",
        [str(given)],
    )

    report = replay(page, open_facts(given, page.policy))

    assert [(row.row, row.cases) for row in report.rows] == [
        ("whole", 1),
        ("needs_fact", 2),
        ("fault", 1),
    ]
    assert report.missing == {"kind": 2}
    assert report.faults == {"facts: kind": 1}


def test_two_pages_are_compared_case_by_case(tmp_path: Path) -> None:
    old, new = load(PAGE), load(PAGE.replace("days <= 14", "days <= 2"))
    facts = open_facts(_lines(tmp_path / "c.jsonl", CASES[:3]), both(old, new))

    found = compare(old, new, facts)

    moves = [(m.old, m.new, m.cases, m.worse, m.before, m.after) for m in found.moves]
    assert sorted(moves) == [
        ("half", "half", 1, 0, {"EUR": 5_001}, {"EUR": 5_001}),
        ("none", "none", 1, 0, {}, {}),
        ("whole", "half", 1, 1, {"EUR": 10_001}, {"EUR": 5_001}),
    ]
    assert (found.cases, found.worse) == (3, 1)


def test_a_number_finer_than_a_millionth_is_a_fault_not_a_guess(tmp_path: Path) -> None:
    page = load(PAGE)
    cases = [{**CASES[0], "weight": weight} for weight in (0.000001, 0.0000001, 12.5)]
    facts = open_facts(_lines(tmp_path / "cases.jsonl", cases), page.policy)

    report = replay(page, facts)

    assert report.faults == {"facts: weight": 1}
    assert report.statuses["hit"] == 2


def test_what_needs_more_than_38_digits_is_refused_with_its_place(
    tmp_path: Path,
) -> None:
    page = load(PAGE.replace("price / 2", "price * weight * weight * weight * weight"))
    facts = open_facts(_lines(tmp_path / "cases.jsonl", CASES[:1]), page.policy)

    with pytest.raises(Untranslatable, match=r"table entitlement: .* 38 digits"):
        replay(page, facts)


def test_what_is_nested_too_deep_for_a_query_is_refused(tmp_path: Path) -> None:
    page = load(PAGE)
    facts = open_facts(_lines(tmp_path / "cases.jsonl", CASES[:1]), page.policy)
    allowed = sys.getrecursionlimit()

    # a page of a dozen days, each counted from the last, reaches the usual limit
    sys.setrecursionlimit(len(inspect.stack()) + 30)
    try:
        with pytest.raises(Untranslatable, match="too deep for one query"):
            replay(page, facts)
    finally:
        sys.setrecursionlimit(allowed)


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFacts, match=r"give a \.parquet"):
        open_facts(tmp_path / "cases.xlsx", load(PAGE).policy)


def test_a_file_that_is_not_there_is_named_in_plain_words(tmp_path: Path) -> None:
    missing = tmp_path / "cases.parquet"

    with pytest.raises(UnreadableFacts) as refused:
        open_facts(missing, load(PAGE).policy)

    assert str(refused.value) == f"{missing}: there is no such file"


def test_facts_may_be_named_as_columns_of_an_answer(tmp_path: Path) -> None:
    written = PAGE
    for fact, column in (("days", "why"), ("kind", "status"), ("price", "cases")):
        written = written.replace(fact, column)
    plain, named = tmp_path / "plain.jsonl", tmp_path / "named.jsonl"
    facts = {"days": 3, "kind": "shoes", "price": 2000}
    plain.write_text(json.dumps(facts))
    named.write_text(
        json.dumps(dict(zip(("why", "status", "cases"), facts.values(), strict=True)))
    )
    page, same = load(PAGE), load(written)

    expected = replay(page, open_facts(plain, page.policy))
    found = replay(same, open_facts(named, same.policy))
    moved = compare(same, same, open_facts(named, both(same, same)))

    assert found.rows == expected.rows
    assert found.cases == 1
    assert [(move.old, move.new) for move in moved.moves] == [
        (expected.rows[0].row, expected.rows[0].row)
    ]


def test_a_duration_is_read_as_a_decision_reads_it(tmp_path: Path) -> None:
    page = load(
        """+++
policy = "notice"
version = "1"
+++
## Facts
| fact | type | domain |
|---|---|---|
| notice | duration | ..30 days |
## Table: answer (first)
| id | notice | give |
|---|---|---|
| short | < 1 day | no |
| long | | yes |
"""
    )
    read = {"P1W": "long", "P1W2DT3H": "long", "-PT5S": "short", "PT23H59M59S": "short"}
    numbers = {-5: "short", 86_400: "long"}
    unread = ["P", "PT", "P1DT", "PT1.5H", "p1d", "P9999999999999999W", "P1M", "P31D"]
    path = tmp_path / "cases.jsonl"
    given = [{"notice": value} for value in [*read, *numbers, *unread]]
    path.write_text("".join(json.dumps(one) + "\n" for one in given))

    found = replay(page, open_facts(path, page.policy))

    rows = [decide(page, one).rule for one in given[: len(read) + len(numbers)]]
    assert rows == [*read.values(), *numbers.values()]
    assert {row.row: row.cases for row in found.rows if row.row != "fault"} == {
        "short": 3,
        "long": 3,
    }
    assert found.faults == {"facts: notice": len(unread)}
    for one in given[-len(unread) :]:
        with pytest.raises(FactError):
            decide(page, one)


def test_what_duckdb_loses_itself_in_is_not_tried(tmp_path: Path) -> None:
    given = tmp_path / "cases.jsonl"
    given.write_text(json.dumps(CASES[0]), encoding="utf-8")

    connection = open_facts(given, load(PAGE).policy).connection

    setting = "SELECT current_setting('disabled_optimizers')"
    assert connection.con.execute(setting).fetchone() == (NOT_TRIED,)
