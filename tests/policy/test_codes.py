"""How words and yes or no are asked of columns, by every set of words."""

from __future__ import annotations

from itertools import chain, combinations

import ibis
import pytest

from evenhand.policy.sql.engines import as_comparison, duckdb_opened, is_code_of

WORDS = ("a", "b", "c", "d", "e")
SETS = [
    *chain.from_iterable(combinations(range(5), size) for size in range(1, 6)),
]


def test_a_code_is_found_in_every_set_of_words() -> None:
    given: list[int | None] = [0, 1, 2, 3, 4, None]
    table = duckdb_opened().create_table("cases", ibis.memtable({"code": given}))
    asked = {str(n): is_code_of(table.code, one, WORDS) for n, one in enumerate(SETS)}

    lines = table.select("code", **asked).to_pyarrow().to_pylist()

    assert len(SETS) == 31
    for line in lines:
        for n, wanted in enumerate(SETS):
            is_known = line["code"] is not None
            assert line[str(n)] is (line["code"] in wanted if is_known else None)


@pytest.mark.parametrize("is_not", [True, False])
def test_yes_and_no_as_a_comparison_stay_what_they_are(*, is_not: bool) -> None:
    given = [True, False, None]
    table = duckdb_opened().create_table("cases", ibis.memtable({"paid": given}))
    asked = ~table.paid if is_not else table.paid

    found = as_comparison(asked)

    assert "=" in ibis.to_sql(found)
    lines = table.select(asked=asked, found=found).to_pyarrow().to_pylist()
    assert [line["found"] for line in lines] == [line["asked"] for line in lines]
    assert sorted(str(line["found"]) for line in lines) == ["False", "None", "True"]


def test_what_is_no_column_is_left_as_it_is() -> None:
    table = ibis.table({"days": "int64"}, name="cases")
    late = table.days > 3

    assert as_comparison(late).equals(late)
    assert as_comparison(~late).equals(~late)
