"""From the phrase files to one compiled pattern per language and topic."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from evenhand.coach.rules.lexicon import chinese, english, japanese, thai
from evenhand.coach.rules.lexicon.topics import Topic

PHRASES = {
    "en": english.PHRASES,
    "zh": chinese.PHRASES,
    "ja": japanese.PHRASES,
    "th": thai.PHRASES,
}
SAY_INSTEAD = {
    "en": english.SAY_INSTEAD,
    "zh": chinese.SAY_INSTEAD,
    "ja": japanese.SAY_INSTEAD,
    "th": thai.SAY_INSTEAD,
}
LANGUAGES = frozenset(PHRASES)
_GAP = r"[^.!?。]{0,30}?"
_LEADING_CHOICE = re.compile(r"\(([^()?]+)\)(?![?+{])(.*)", re.DOTALL)
_PLAIN_START = re.compile(r"[^\W_](?![?*+{|])")


@cache
def pattern(language: str, topic: Topic) -> re.Pattern[str]:
    """Return the pattern that finds a topic in a folded, small-letter text."""
    phrases = PHRASES[language][topic]
    if language != "en":
        return re.compile(_by_first_letter(phrases))
    wholes = (_english(phrase) for phrase in phrases)
    return re.compile(rf"\b(?:{_by_first_letter(wholes)})(?!\w)")


def _english(phrase: str) -> str:
    spelled = phrase.replace("*", r"\w*").replace("~", _GAP)
    return re.sub(r" (?!\?)", r"\\s+", spelled).replace(" ?", r"\s?")


def _by_first_letter(phrases: Iterable[str]) -> str:
    """Join the phrases, those with the same first letter together.

    At each place in a draft the engine then tries a handful of letters, not a hundred
    phrases: this is what keeps a check within a few milliseconds.
    """
    starts: defaultdict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        for opened in _opened(phrase):
            letter = opened[0] if _PLAIN_START.match(opened) else ""
            starts[letter].append(opened[1:] if letter else opened)
    return "|".join(
        f"{letter}(?:{'|'.join(rests)})" for letter, rests in starts.items()
    )


def _opened(phrase: str) -> list[str]:
    """Write a leading choice out: "(i|we) can" becomes "i can" and "we can"."""
    match = _LEADING_CHOICE.match(phrase)
    if match is None:
        return _outer_choices(phrase)
    return [
        opened
        for choice in match[1].split("|")
        for opened in _opened(choice + match[2])
    ]


def _outer_choices(phrase: str) -> list[str]:
    depth, choices, last = 0, [], 0
    for at, char in enumerate(phrase):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            choices.append(phrase[last:at])
            last = at + 1
    return [*choices, phrase[last:]]
