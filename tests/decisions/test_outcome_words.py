"""What a page gives, in the words of the reader."""

from __future__ import annotations

import pytest
from django.utils import translation

from evenhand.decisions.templatetags.decision_words import outcome_words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "15 February 2026"),
        ("zh-hans", "2026年2月15日"),
        ("ja", "2026年2月15日"),
        ("th", "15 กุมภาพันธ์ 2569"),
    ],
)
def test_a_day_stands_as_the_reader_writes_it(language: str, said: str) -> None:
    with translation.override(language):
        assert outcome_words("2026-02-15", "by") == said


def test_what_is_no_day_stays_and_a_word_loses_its_underscores() -> None:
    assert outcome_words("2026-02-31", "by") == "2026-02-31"
    assert outcome_words("send_it_there", "where") == "send it there"
