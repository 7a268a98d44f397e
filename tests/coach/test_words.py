from __future__ import annotations

from datetime import date

import pytest

from evenhand.coach.rules.check import RULES, check
from evenhand.coach.rules.context import Context
from evenhand.coach.rules.lexicon.phrases import (
    LANGUAGES,
    PHRASES,
    SAY_INSTEAD,
    pattern,
)
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.texts import TEXTS
from tests.coach.examples import EXAMPLES, Example

WEDNESDAY = date(2026, 7, 15)


def name_of(example: Example) -> str:
    return f"{example.rule}-{example.language}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_the_words_at_fault_are_found_and_nothing_else(example: Example) -> None:
    context = Context(language=example.language, today=WEDNESDAY, kind="question")

    faults = check(example.bad, context)

    found = [(fault.rule, example.bad[slice(*fault.span)]) for fault in faults]
    assert found == [(example.rule, example.words)]
    assert faults[0].say_instead == SAY_INSTEAD[example.language][example.rule]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_the_better_words_are_quiet(example: Example) -> None:
    context = Context(language=example.language, today=WEDNESDAY, kind="question")

    assert check(example.good, context) == ()


def test_every_language_hears_every_topic_and_says_every_alternative() -> None:
    assert all(set(PHRASES[language]) == set(Topic) for language in LANGUAGES)
    assert len({frozenset(words) for words in SAY_INSTEAD.values()}) == 1
    assert set(SAY_INSTEAD["en"]) <= set(TEXTS)
    for language in LANGUAGES:
        assert all(pattern(language, topic).match("") is None for topic in Topic)


def test_every_rule_has_its_texts_and_the_gravest_come_first() -> None:
    names = [rule.name for rule in RULES]
    order = ["block", "error", "warn", "info"]

    assert sorted(names) == sorted(TEXTS)
    weights = [order.index(rule.severity) for rule in RULES]
    assert weights == sorted(weights)


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_full_width_and_hidden_characters_hide_nothing(example: Example) -> None:
    context = Context(language=example.language, today=WEDNESDAY, kind="question")
    disguised = "\u200b".join(example.bad).replace("'", "\u2019")

    faults = check(disguised, context)

    assert [fault.rule for fault in faults] == [example.rule]
    quoted = disguised[slice(*faults[0].span)].replace("\u200b", "")
    assert quoted.replace("\u2019", "'") == example.words
