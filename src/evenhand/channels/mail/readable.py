"""Addresses as a person reads them: letters in place of punycode where nothing is feigned.

A label is shown in its letters only if all are of one script and none of it could be
read as an ASCII label (after Unicode Technical Standard 39, narrower than it).
"""

from __future__ import annotations

import unicodedata

import idna

from evenhand.channels.mail.lookalike import skeleton

# What may stand together in a label; a script is the first word of a letter's name.
# Those written from right to left turn the order of an address around: they are not here.
_TOGETHER = tuple(
    frozenset(scripts.split())
    for scripts in (
        "CYRILLIC",
        "GREEK",
        "THAI",
        "HANGUL",
        "CJK IDEOGRAPHIC HIRAGANA KATAKANA KATAKANA-HIRAGANA",
    )
)
# Letters of Latin alphabets that are an ASCII letter with no mark that could be taken off.
_OWN_LETTERS = frozenset("æðøþßđħłœ")


def readable_address(address: str) -> str:
    """Return the address with its domain in letters where that is safe, else as it is."""
    local, at, domain = address.rpartition("@")
    labels = [_readable(label) for label in domain.split(".")]
    return f"{local}{at}{'.'.join(labels)}" if all(labels) else address


def _readable(label: str) -> str:
    """Return what to show of a label, "" where its letters could be misread."""
    if not label.lower().startswith("xn--"):
        return label if label.isascii() else ""
    try:
        letters = idna.ulabel(label)
    except idna.IDNAError:
        return ""
    return letters if _is_honest(letters) else ""


def _is_honest(label: str) -> bool:
    if all(_is_latin(char) for char in label):
        return True
    scripts = {
        unicodedata.name(char, "").split(" ")[0] for char in label if not char.isascii()
    }
    has_ascii_letter = any(char.isascii() and char.isalpha() for char in label)
    is_one = any(scripts <= together for together in _TOGETHER)
    return is_one and not has_ascii_letter and not skeleton(label).isascii()


def _is_latin(char: str) -> bool:
    """Whether it is ASCII, such a letter with its marks, or one of an alphabet's own."""
    base = unicodedata.normalize("NFD", char)[0]
    is_marked = base.isascii() and not unicodedata.combining(char)
    return is_marked or char in _OWN_LETTERS
