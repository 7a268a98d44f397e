from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.durations import read_duration, seconds_of, told_duration
from evenhand.policy.errors import Misread
from evenhand.policy.tokens import Reader


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3 days", 259_200),
        ("1 day", 86_400),
        ("2 weeks", 1_209_600),
        ("90 minutes", 5_400),
        ("1 day 4 hours", 100_800),
        ("-2 hours 30 seconds", -7_230),
        ("0 seconds", 0),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert read_duration(Reader.of_cell(text)) == seconds


@pytest.mark.parametrize(
    ("text", "offset", "what"),
    [
        ("3", 0, "“3” is not a duration"),
        ("days", 0, "“days” is not a duration"),
        ("3 months", 0, "“3” is not a duration"),
        ("1.5 hours", 0, "“1.5” is not a whole number"),
        ("2 hours 1 day", 8, "the larger unit comes first"),
        ("1 day 2 days", 6, "the larger unit comes first"),
        ("99999999999999 weeks", 0, "the duration is too long"),
    ],
)
def test_what_is_no_duration_is_refused_at_its_place(
    text: str, offset: int, what: str
) -> None:
    with pytest.raises(Misread) as raised:
        read_duration(Reader.of_cell(text))

    assert (raised.value.offset, raised.value.what) == (offset, what)


@given(st.integers(-(10**12), 10**12))
def test_a_told_duration_is_read_back(seconds: int) -> None:
    assert read_duration(Reader.of_cell(told_duration(seconds))) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT72H", 259_200),
        ("P3D", 259_200),
        ("P1DT4H", 100_800),
        ("P2W", 1_209_600),
        ("-PT90M", -5_400),
        ("PT0S", 0),
        ("P", None),
        ("PT", None),
        ("P1M", None),
        ("P1Y", None),
        ("PT1.5H", None),
        ("3 days", None),
        ("PT72H ", None),
        ("", None),
    ],
)
def test_iso_8601_is_read_where_its_length_is_fixed(
    text: str, seconds: int | None
) -> None:
    assert seconds_of(text) == seconds
