"""Tone that can be counted: apologies, exclamation marks, capitals, sentence length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evenhand.coach.rules.faults.spot import Spot, quoting
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading
from evenhand.coach.rules.sentences import Sentence

APOLOGIES = 3
LONG_WORDS = 35
AVERAGE_WORDS = 22
LONG_CHARACTERS = 90
LONG_THAI_RUN = 120
_CAPITALS = re.compile(r"(?<![\w-])[A-Z]{4,}(?![\w-])")
_BREAK = re.compile(r"[,，、:;\n]")


def apology_overload(reading: Reading) -> Iterator[Spot]:
    """L14: the third apology and every one after it."""
    apologies = reading.heard(Topic.APOLOGY)
    if len(apologies) >= APOLOGIES:
        for spot in quoting(reading, apologies[APOLOGIES - 1 : APOLOGIES]):
            yield Spot(spot.start, spot.end, {"count": str(len(apologies))})


def shouting(reading: Reading) -> Iterator[Spot]:
    """L15: more than one exclamation mark, or two words in capitals."""
    text = reading.plain.text
    marks = [match.span() for match in re.finditer("!", text)]
    known = {word for words in reading.context.case_words for word in words.split()}
    words = [
        match.span() for match in _CAPITALS.finditer(text) if match[0] not in known
    ]
    if len(marks) > 1:
        yield from quoting(reading, marks[1:2])
    elif len(words) > 1:
        yield from quoting(reading, words[1:2])


def unreadable(reading: Reading) -> Iterator[Spot]:
    """L18: a sentence too long to be taken in at one reading."""
    for sentence in reading.body:
        length = _overlong(sentence, reading.language)
        if length:
            yield Spot(sentence.start, sentence.end, {"length": str(length)})
            return
    if reading.language == "en" and len(reading.body) > 1:
        words = sum(len(sentence.text.split()) for sentence in reading.body)
        average = words // len(reading.body)
        if words > AVERAGE_WORDS * len(reading.body):
            first, last = reading.body[0], reading.body[-1]
            yield Spot(first.start, last.end, {"length": str(average)})


def _overlong(sentence: Sentence, language: str) -> int:
    """Return the length if it is too much: words in English, characters elsewhere."""
    if language == "en":
        words = len(sentence.text.split())
        return words if words > LONG_WORDS else 0
    if language == "th":
        run = max(map(len, sentence.text.split()), default=0)
        return run if run > LONG_THAI_RUN else 0
    if language in {"zh", "ja"}:
        run = len(sentence.text)
        return run if run > LONG_CHARACTERS and _is_dense(sentence.text) else 0
    return 0


def _is_dense(text: str) -> bool:
    """Commas give breath: only a stretch between two of them can be too long."""
    return max(map(len, _BREAK.split(text))) > LONG_CHARACTERS // 2
