"""Which charset unlabelled 8-bit text is in, judged by how its reading looks.

Every candidate that decodes the bytes is scored between 0 and 3: how regular the
characters are for that script (0..1), plus twice the share of the script's most
frequent characters (Korean and Chinese bytes overlap, frequent characters do not).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

MULTIBYTE = frozenset({"gb18030", "cp950", "big5hkscs", "cp932", "euc_jp", "cp949"})

_SIMPLIFIED = frozenset(
    "的一是不了人我在有他这中大来上个国和也子时道说要到你们会为就可以好请谢收货退款"
    "没很那去得着下过家能对多自之出年您问单订品客服发生成公司后前电话地址日月元质量"
)
_TRADITIONAL = frozenset(
    "的一是不了人我在有他這中大來上個國和也子時道說要到你們會為就可以好請謝收貨退款"
    "沒很那去得著下過家能對多自之出年您問單訂品客服發生成公司後前電話地址日月元質量"
)
_KOREAN = frozenset("이다는에을를의가고하기지로한사도은니시어서나들세요안감합습주문해")
_RUSSIAN = frozenset("оеаинтсрвлкмдпуяыьгзбчйх")
_THAI = frozenset("นรอากเงมยลวดทสตบปคหแจพใไ่้ัีิืุะ็์")
_THAI_VOWELS = frozenset("ะัาำิีึืุูเแโใไ็่้๊๋์")
_THAI_RARE = frozenset("ฃฅฆฌฎฏฑฒฤฦฬฯๅ๎๏๐๑๒๓๔๕๖๗๘๙๚๛ํฺ")
_LATIN = frozenset("äöüßÄÖÜéèêëàáâãåæçíìîïñóòôõøúùûýœÉÈÀÅÆØÇÑ«»°€£§’‘“”–—…·¿¡®©´")
_CJK_PUNCTUATION = frozenset("，。、！？：；「」『』（）“”《》…—・～　ー")


def most_plausible(data: bytes, *, default: str, declared: str = "") -> str:
    """Return the codec whose reading of the bytes looks most like language.

    What is `declared` starts ahead by 1; `default` wins when no reading reaches
    0.6: then the label is as good a guess.
    """
    scored = [
        (_score(data, codec, judge) + (codec == declared), codec)
        for codec, judge in _JUDGES.items()
    ]
    best, codec = max(scored, key=lambda pair: pair[0])
    return codec if best >= 0.6 else default


def misread_western(data: bytes, declared: str) -> bool:
    """Say whether text labelled as Chinese or so is Western text wrongly labelled."""
    said = _JUDGES.get(declared)
    as_declared = _score(data, declared, said) if said else 1.0
    return as_declared < 0.5 and _score(data, "cp1252", _western) > 2


def _score(data: bytes, codec: str, judge: Callable[[str], float]) -> float:
    text = _read(data, codec)
    foreign = [char for char in text if char > "\x7f"]
    if not foreign or "\ufffd" in text:
        return 0.0
    if any(unicodedata.category(char) in {"Co", "Cn", "Cc"} for char in set(foreign)):
        return 0.0
    return judge(text)


def _read(data: bytes, codec: str) -> str:
    """Decode, forgiving one character cut off at the end of the sample."""
    for cut in (0, 1, 2, 3):
        try:
            return data[: len(data) - cut].decode(codec)
        except UnicodeError:
            continue
    return ""


_FOREIGN = re.compile(r"[^\x00-\x7f]")
_TOUCHES_LATIN = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])")


def _foreign(text: str) -> list[str]:
    return _FOREIGN.findall(text)


def _share(text: str, wanted: Callable[[str], bool]) -> float:
    foreign = _foreign(text)
    return sum(map(wanted, foreign)) / len(foreign)


def _chinese(
    codec: str, leads: range, frequent: frozenset[str]
) -> Callable[[str], float]:
    """Judge by the charset's first plane: it holds the characters in daily use."""

    def common(char: str) -> bool:
        try:
            return char in _CJK_PUNCTUATION or char.encode(codec)[0] in leads
        except UnicodeError:
            return False

    return lambda text: _share(text, common) + 2 * _share(text, frequent.__contains__)


def _japanese(text: str) -> float:
    kana = _share(text, lambda char: "\u3041" <= char <= "\u30fe")
    han = _share(text, lambda char: "\u4e00" <= char <= "\u9fff")
    marks = _share(text, _CJK_PUNCTUATION.__contains__)
    return (kana + han + marks) + 2 * kana if kana > 0.15 else 0.0


def _hangul(text: str) -> float:
    hangul = _share(text, lambda char: "\uac00" <= char <= "\ud7a3")
    return hangul + 2 * _share(text, _KOREAN.__contains__)


def _thai(text: str) -> float:
    """Judge by grammar: a third are vowels and marks, and a mark stands on a letter."""
    foreign = _foreign(text)
    wrong = sum(
        unicodedata.category(mark) == "Mn" and not "ก" <= before <= "๎"
        for before, mark in zip(" " + text, text, strict=False)
    ) + sum(map(_THAI_RARE.__contains__, foreign))
    vowels = min(1.0, 3 * _share(text, _THAI_VOWELS.__contains__))
    frequent = _share(text, _THAI.__contains__)
    return vowels + 2 * frequent * vowels - 3 * wrong / len(foreign) - 2 * _mixed(text)


def _cyrillic(text: str) -> float:
    letters = _share(text, lambda char: "\u0400" <= char <= "\u04ff")
    frequent = _share(text, _RUSSIAN.__contains__)
    return 4 * letters - 3 + 2 * frequent - 0.2 - 3 * _mixed(text)


def _western(text: str) -> float:
    """Judge by rarity: accents stand in short runs between plain letters."""
    foreign = "".join(char if char > "\x7f" else " " for char in text).split()
    crowded = sum(len(run) for run in foreign if len(run) > 4)
    frequent = _share(text, _LATIN.__contains__)
    return 2 * frequent + _mixed(text) - 3 * crowded / len(_foreign(text))


def _mixed(text: str) -> float:
    """Return the share of foreign characters that touch a plain Latin letter."""
    touching = len(_TOUCHES_LATIN.findall(text))
    return touching / len(_foreign(text))


_JUDGES: dict[str, Callable[[str], float]] = {
    "cp1252": _western,
    "gb18030": _chinese("gb2312", range(0xB0, 0xD8), _SIMPLIFIED),
    "cp950": _chinese("big5", range(0xA4, 0xC7), _TRADITIONAL),
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp949": _hangul,
    "cp874": _thai,
    "koi8_r": _cyrillic,
    "cp1251": _cyrillic,
}
