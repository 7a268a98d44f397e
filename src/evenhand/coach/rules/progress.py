"""How far a draft has come: acknowledged, related, offered (A.R.O.)."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from evenhand.coach.rules.context import primary
from evenhand.coach.rules.lexicon.phrases import LANGUAGES, pattern
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Span, apart, spoken_in, without_salutation
from evenhand.coach.rules.sentences import sentences
from evenhand.coach.rules.text import plain

_OPENING = 3


class Progress(NamedTuple):
    """Which of the three steps are heard in a draft."""

    acknowledged: bool
    related: bool
    offered: bool


def aro_progress(draft: str, language: str) -> Progress:
    """Say which steps of acknowledge, relate and offer the draft has taken.

    Acknowledging counts only among the first three sentences after the greeting; an
    offer only outside a refusal ("I cannot offer").
    """
    folded = plain(draft)
    spoken = spoken_in(folded.low, primary(language))
    if spoken not in LANGUAGES:
        return Progress(acknowledged=False, related=False, offered=False)
    split = sentences(folded.text, spoken)
    opening = list(islice(without_salutation(split, spoken), _OPENING))
    ends = opening[-1].end if opening else 0

    def heard(topic: Topic) -> tuple[Span, ...]:
        found = pattern(spoken, topic).finditer(folded.low)
        return tuple(match.span() for match in found)

    offers = apart(heard(Topic.OFFER), heard(Topic.REFUSAL))
    return Progress(
        acknowledged=any(start < ends for start, _ in heard(Topic.ACKNOWLEDGE)),
        related=bool(heard(Topic.RELATE)),
        offered=bool(offers or heard(Topic.PROMISE)),
    )
