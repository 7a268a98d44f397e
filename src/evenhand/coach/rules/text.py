"""A draft folded into one plain spelling, with the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# What may change when folded: a letter with combining marks, and every character
# outside the blocks that are already plain. Nine characters a step, because NFKC sorts
# marks in quadratic time and a hostile draft may carry thousands of them on one letter.
_FOLDED = re.compile(
    r"\u0e4d\u0e32|.[\u0300-\u036f\u3099\u309a]{1,8}"
    r"|[^\x00-\x7f\u4e00-\u9fff\u0e01-\u0e4c\u3041-\u3096\u30a1-\u30fa"
    r"\u30fc\u3001\u3002\u300c-\u300f\u3010\u3011\uff0c€£฿]",
    re.DOTALL,
)
_OWN_SPELLING = {
    **{chr(0x0E50 + digit): str(digit) for digit in range(10)},
    **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    # NFKC takes the Thai vowel am apart; words are written with it in one piece.
    "\u0e4d\u0e32": "\u0e33",
}


@dataclass(frozen=True, slots=True)
class Plain:
    """A folded draft: text, the same in small letters, and each character's origin."""

    raw: str
    text: str
    low: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original draft the folded characters [start, end) stand."""
        if start >= end:
            at = self.starts[start] if start < len(self.text) else len(self.raw)
            return at, at
        return self.starts[start], self.ends[end - 1]


def plain(raw: str) -> Plain:
    """Fold full width, Thai digits, curly quotes and zero-width characters (NFKC).

    Circled numbers and fractions stay, so that "②200元" does not become 2200; so does
    the Chinese comma, so that "50，100天" does not become 50,100.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _FOLDED.finditer(raw):
        start, end = match.span()
        pieces.append(raw[done:start])
        starts.extend(range(done, start))
        ends.extend(range(done + 1, start + 1))
        folded = _fold(match[0])
        pieces.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
        done = end
    pieces.append(raw[done:])
    starts.extend(range(done, len(raw)))
    ends.extend(range(done + 1, len(raw) + 1))
    text = "".join(pieces)
    return Plain(raw=raw, text=text, low=_small(text), starts=starts, ends=ends)


def _fold(piece: str) -> str:
    if piece in _OWN_SPELLING:
        return _OWN_SPELLING[piece]
    if unicodedata.category(piece[0]) == "No":
        return piece
    return unicodedata.normalize("NFKC", piece)


def _small(text: str) -> str:
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
