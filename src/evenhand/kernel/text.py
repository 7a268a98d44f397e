"""Text in four scripts: folding, the language by its script, first letters, cutting."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

LANGUAGES = ("en", "zh", "ja", "th")

_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_THAI = re.compile("[\u0e00-\u0e7f]")
_SCRIPT = re.compile(f"{_KANA.pattern}|{_HAN.pattern}|{_THAI.pattern}")
FEW_LETTERS = 12
_LETTER = re.compile(r"[^\W\d_]")
_NO_TEXT = re.compile("[\\x00\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return the text for comparing: NFKC, case folded, white space single."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def language_of(text: str, *, default: str = "en") -> str:
    """Guess en, zh, ja or th by script: kana beats Han, a fifth of letters decides.

    A fifth, because a Chinese complaint often names products in Latin letters.
    """
    sample = text[:4000]
    if not _SCRIPT.search(sample):  # most mail; counting what is not there is dear
        few = len(list(islice(_LETTER.finditer(sample), FEW_LETTERS))) < FEW_LETTERS
        return default if few else "en"
    letters = len(_LETTER.findall(sample))
    if not letters:
        return default
    han, kana = len(_HAN.findall(sample)), len(_KANA.findall(sample))
    thai = len(_THAI.findall(sample))
    if thai * 5 >= letters:
        return "th"
    if kana and (han + kana) * 5 >= letters:
        return "ja"
    if han * 5 >= letters:
        return "zh"
    # too few letters to overrule what is known of the writer
    return default if letters < FEW_LETTERS else "en"


def is_text(text: str) -> bool:
    """Whether every database keeps the text: no NUL, no half of a surrogate pair.

    PostgreSQL refuses a NUL; bytes that were no UTF-8 reach Python as lone surrogates.
    """
    return _NO_TEXT.search(text) is None


def initials(name: str) -> str:
    """Return one or two letters that stand for a name, whole graphemes only."""
    words = [w for w in name.split() if _LETTER.match(w)]
    if not words:
        return "?"
    first = _grapheme(words[0])
    if _LETTER.match(first) and first.isascii() and len(words) > 1:
        return (first + _grapheme(words[-1])).upper()
    return first.upper()


def _grapheme(word: str) -> str:
    """Return the first letter with its marks; a leading Thai vowel takes its consonant."""
    end = 2 if "\u0e40" <= word[0] <= "\u0e44" and len(word) > 1 else 1
    while end < len(word) and unicodedata.category(word[end]) in {"Mn", "Me", "Mc"}:
        end += 1
    return word[:end]


def one_line(text: str, *, most: int) -> str:
    """Return the text on one line, cut with an ellipsis at `most` characters."""
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
