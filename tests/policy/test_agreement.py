"""Python and SQL decide alike: every shipped page, and pages made at random.

PostgreSQL is asked in test_agreement_on_postgresql.py.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evenhand.policy.loading import load
from evenhand.policy.sql.deciding import decided
from evenhand.policy.sql.refusals import Untranslatable
from evenhand.policy.sql.shape import columns_of, list_columns, lists_of
from tests.policy import agreeing, making
from tests.policy.writing import a_page, a_table, facts, rules

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "policies").glob("*.md"))
SAMPLE = 600
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_page_decides_in_sql_as_in_python(path: Path, tmp_path: Path) -> None:
    page = load(path.read_text(encoding="utf-8"))
    cases = list(agreeing.Drawing(page, seed=1).cases(SAMPLE))
    wanted = [agreeing.in_python(page, facts) for facts in cases]

    in_duckdb = agreeing.on_duckdb(page, cases)
    in_sqlite = agreeing.on_sqlite(page, cases, str(tmp_path / "cases.db"))

    assert agreeing.differences(cases, wanted, in_duckdb) == []
    assert agreeing.differences(cases, wanted, in_sqlite) == []
    assert {"hit", "needs_fact"} <= Counter(a["status"] for a in wanted).keys()


@given(text=making.pages(), seed=st.integers(0, 2**16))
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_a_page_made_at_random_decides_in_duckdb_as_in_python(
    text: str, seed: int
) -> None:
    page = load(text)
    cases = list(agreeing.Drawing(page, seed).cases(150))
    wanted = [agreeing.in_python(page, facts) for facts in cases]

    try:
        found = agreeing.on_duckdb(page, cases)
    except Untranslatable:
        return  # refused with its reason, never answered otherwise

    assert agreeing.differences(cases, wanted, found) == []


@pytest.mark.parametrize(
    "promised", ["refund", "refund, repair", "not(refund)", "null"]
)
def test_an_outcome_that_no_row_gives_is_promised_in_sql_as_in_python(
    promised: str, tmp_path: Path
) -> None:
    page = a_page(
        facts("days | whole number | 0..30"),
        a_table(
            "Outcomes",
            "| outcome | type | domain |",
            "| give | one of | refund, repair |",
        ),
        rules("id | when | give", "a | days <= 14 |", "b | |"),
        a_table("Always", "| id | when | give |", f"| p | days <= 3 | {promised} |"),
    )
    cases: list[agreeing.Facts] = [{"days": days} for days in (3, 4, 20)]
    wanted = [agreeing.in_python(page, facts) for facts in cases]

    in_duckdb = agreeing.on_duckdb(page, cases)
    in_sqlite = agreeing.on_sqlite(page, cases, str(tmp_path / "cases.db"))

    broken = "hit" if promised == "null" else "fault"
    assert [answer["status"] for answer in wanted] == [broken, "hit", "hit"]
    assert agreeing.differences(cases, wanted, in_duckdb) == []
    assert agreeing.differences(cases, wanted, in_sqlite) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_page_is_an_expression_of_spark(path: Path) -> None:
    page = load(path.read_text(encoding="utf-8"))
    table = ibis.table(columns_of(page.policy), name="facts")
    lists = {
        name: ibis.table(list_columns(fact), name=name)
        for name, fact in lists_of(page.policy).items()
    }
    stages: list[str] = []

    def fence(stage: ir.Table) -> ir.Table:
        """Put a stage into words by itself: all at once take three times as long."""
        stages.append(_in_spark(stage))
        return ibis.table(stage.schema(), name=f"stage_{len(stages)}")

    stages.append(_in_spark(decided(page, table, lists, fence=fence).table))

    assert any("CASE" in text for text in stages)
    # Spark reads `(x IN (1, 2)) IS NULL` and `x IS NULL`, but not this:
    unread = [re.search(r"[^(]\bIN \([^()]*\) IS NULL", text) for text in stages]
    assert not any(unread)


def _in_spark(table: ir.Table) -> str:
    return str(ibis.to_sql(table, dialect="pyspark", pretty=False))
