from __future__ import annotations

import string
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kernel.text import LANGUAGES, language_of
from evenhand.surveys.rules import (
    EASE,
    SATISFACTION,
    Skip,
    Standing,
    is_low,
    reason_to_skip,
    standing,
)
from evenhand.surveys.wording import BY_LANGUAGE, EN, Wording, spoken, wording_in

END = datetime(2026, 12, 16, 11, 0, tzinfo=UTC)
GOOD = {
    "is_merged": False,
    "is_closed": True,
    "is_praise": False,
    "was_answered": True,
    "has_address": True,
    "has_open_survey": False,
}


def test_a_link_is_open_until_its_end_and_answered_for_ever() -> None:
    second = timedelta(seconds=1)

    assert standing(answered=False, expires_at=END, at=END - second) == Standing.OPEN
    assert standing(answered=False, expires_at=END, at=END) == Standing.EXPIRED
    assert standing(answered=True, expires_at=END, at=END - second) == Standing.ANSWERED
    assert standing(answered=True, expires_at=END, at=END) == Standing.ANSWERED


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("is_merged", Skip.MERGED),
        ("is_closed", Skip.OPEN_AGAIN),
        ("is_praise", Skip.ONLY_PRAISE),
        ("was_answered", Skip.NEVER_ANSWERED),
        ("has_address", Skip.NO_ADDRESS),
        ("has_open_survey", Skip.ASKED_ALREADY),
    ],
)
def test_each_reason_alone_is_enough_not_to_ask(fact: str, reason: Skip) -> None:
    assert reason_to_skip(**GOOD) is None
    assert reason_to_skip(**{**GOOD, fact: not GOOD[fact]}) == reason


@given(st.sampled_from(SATISFACTION), st.sampled_from(EASE))
def test_a_one_or_a_two_on_either_scale_is_low(satisfaction: int, ease: int) -> None:
    assert is_low(satisfaction=satisfaction, ease=ease) == (
        satisfaction in {1, 2} or ease in {1, 2}
    )


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_in_its_own_words(language: str) -> None:
    wording = BY_LANGUAGE[language]

    for field in fields(Wording):
        said, english = getattr(wording, field.name), getattr(EN, field.name)
        for text, model in zip(
            [said] if isinstance(said, str) else said,
            [english] if isinstance(english, str) else english,
            strict=True,
        ):
            assert slots(text) == slots(model)
            assert language == "en" or text != model
            assert language_of(text.format(**dict.fromkeys(slots(text), ""))) in (
                {language, "zh"} if language == "ja" else {language}
            )


@pytest.mark.parametrize(
    ("asked", "ours"),
    [("zh", "zh"), ("zh-hans", "zh"), ("TH", "th"), ("de", "en"), ("", "en")],
)
def test_a_language_we_do_not_write_is_answered_in_english(
    asked: str, ours: str
) -> None:
    assert spoken(asked) == ours
    assert wording_in(asked) is BY_LANGUAGE[ours]
