"""The sentences with which a decision is explained, in the languages of the desk."""

from __future__ import annotations

from evenhand.policy.phrases import chinese, english, japanese, thai
from evenhand.policy.phrases.wording import Phrases

_KNOWN = {
    "en": english.PHRASES,
    "zh": chinese.PHRASES,
    "ja": japanese.PHRASES,
    "th": thai.PHRASES,
}


def phrases(language: str) -> Phrases:
    """Return the sentences of a language; English for one that has none."""
    return _KNOWN.get(language[:2], english.PHRASES)
