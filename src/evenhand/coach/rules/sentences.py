"""Where one sentence ends and the next begins, in English, Chinese, Japanese and Thai."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "mx",
        "dr",
        "st",
        "no",
        "nos",
        "art",
        "sec",
        "cl",
        "para",
        "vs",
        "etc",
        "approx",
        "incl",
        "excl",
        "tel",
        "ext",
        "e.g",
        "i.e",
        "a.m",
        "p.m",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "inc",
        "ltd",
        "co",
    ]
)
_LATIN_END = re.compile(r"[.!?]{1,9}[\"')\]]{0,3}(?=\s|$)|\n")
_LAST_WORD = re.compile(r"[\w.]{1,12}$")
_HAN_END = re.compile(r"[。!?！？;；…]{1,9}[」』\"')）]{0,3}|\n")
# Thai has no full stop. A polite particle before a space closes a sentence, and so
# does a dot after a word (never after the dotted short form of a month).
_THAI_END = re.compile(
    r"(?:ค่ะ|คะ|ครับ|จ้ะ|ค่า)[.!?]{0,3}(?=[\s,]|$)|[!?]{1,9}"
    r"|(?<=[\u0e01-\u0e4c]{4})\.(?=\s|$)|\n"
)
_THAI_BREATH = 160


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place [start, end) in the text it was read from."""

    text: str
    start: int
    end: int


def sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """Split a text; other languages than zh, ja and th are read like English.

    A line break ends a sentence, except where a mail program wrapped an English line.
    """
    if language == "th":
        ends = _thai_ends(text)
    elif language in {"zh", "ja"}:
        ends = (match.end() for match in _HAN_END.finditer(text))
    else:
        ends = _latin_ends(text)
    return tuple(_pieces(text, ends))


def _pieces(text: str, ends: Iterator[int]) -> Iterator[Sentence]:
    start = 0
    for end in (*ends, len(text)):
        piece = text[start:end]
        if any(map(str.isalnum, piece)):
            left = start + len(piece) - len(piece.lstrip())
            right = start + len(piece.rstrip())
            yield Sentence(text[left:right], left, right)
        start = end


def _latin_ends(text: str) -> Iterator[int]:
    for match in _LATIN_END.finditer(text):
        after = text[match.end() : match.end() + 1]
        if match[0] == "\n":
            if not after.islower():
                yield match.end()
        elif match[0] != "." or not _is_short_form(text[: match.start()][-12:]):
            yield match.end()


def _is_short_form(before: str) -> bool:
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    return word[0].lower() in _ABBREVIATIONS or (
        len(word[0]) == 1 and word[0].isupper()
    )


def _thai_ends(text: str) -> Iterator[int]:
    start = 0
    for match in _THAI_END.finditer(text):
        yield from _breaths(text, start, match.end())
        yield match.end()
        start = match.end()
    yield from _breaths(text, start, len(text))


def _breaths(text: str, start: int, end: int) -> Iterator[int]:
    """Cut a run without particles at the spaces, so that it stays sentence-sized."""
    while end - start > _THAI_BREATH:
        space = text.find(" ", start + _THAI_BREATH // 2, end)
        if space < 0:
            return
        yield space + 1
        start = space + 1
