"""Which language a draft is written in, as far as its script tells."""

from __future__ import annotations

import re

_THAI = re.compile(r"[\u0e01-\u0e4e]+")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z\u00c0-\u024f]+")
# A Latin or Thai word says in five letters what a Chinese one says in two characters.
_LETTER_WEIGHT = 0.4
_ENOUGH = 4
LATIN = "latin"
LATIN_LANGUAGES = frozenset(
    {"en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs"}
    | {"hu", "ro", "hr", "sk", "sl", "et", "lv", "lt", "tr", "id", "ms", "vi", "ca"}
)


def script_of(low: str) -> str | None:
    """Return zh, ja, th or "latin" for a folded text; None when too short to tell."""
    thai, kana, han = (_length(pattern, low) for pattern in (_THAI, _KANA, _HAN))
    latin = _length(_LATIN, low)
    if thai + kana + han + latin < _ENOUGH:
        return None
    east_asian = "ja" if kana * 8 > han else "zh"
    weights = {
        "th": thai * _LETTER_WEIGHT,
        east_asian: float(kana + han),
        LATIN: latin * _LETTER_WEIGHT,
    }
    return max(weights, key=weights.__getitem__)


def _length(pattern: re.Pattern[str], low: str) -> int:
    return sum(map(len, pattern.findall(low)))
