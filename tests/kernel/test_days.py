"""A day stands in a letter as its language writes it."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.coach.rules.dates.reading import dates_in
from evenhand.kernel.days import written

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "5 December 2026"),
        ("zh", "2026年12月5日"),
        ("ja", "2026年12月5日"),
        ("th", "5 ธันวาคม 2569"),
        ("de", "2026-12-05"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, words: str) -> None:
    assert written(DAY, language) == words


@pytest.mark.parametrize("language", ["en", "zh", "ja", "th"])
@pytest.mark.parametrize("month", range(1, 13))
def test_the_reply_checks_read_every_day_that_we_write(
    language: str, month: int
) -> None:
    day = date(2027, month, 28)

    found = dates_in(written(day, language), language=language, today=DAY)

    assert [one.when for one in found] == [day]
