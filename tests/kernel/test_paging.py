"""The mark at which a list goes on survives an address, and nothing else is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kernel.paging import mark, read_mark


@given(
    at=st.datetimes(
        datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]),
    ),
    key=st.integers(0, 10**18 - 1),
)
def test_a_mark_is_read_as_it_was_written(at: datetime, key: int) -> None:
    assert read_mark(mark(at=at, key=key)) == (at, key)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "_",
        "yesterday_4",
        "2026-11-16T09:00:00_4",
        "2026-11-16T09:00:00+00:00_",
        "2026-11-16T09:00:00+00:00_-4",
        "2026-11-16T09:00:00+00:00_²",
        f"2026-11-16T09:00:00+00:00_{'9' * 19}",
        "0001-01-01T00:00:00+23:59_1",
        "9999-12-31T23:59:59-14:00_1",
    ],
)
def test_anything_else_is_no_mark(word: str) -> None:
    assert read_mark(word) is None
