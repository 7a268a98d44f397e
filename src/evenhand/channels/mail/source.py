"""A raw mail as letters for a person: every byte is seen, none acts."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t")
# controls, and the format characters that turn or hide what stands beside them
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})


def as_letters(raw: bytes) -> str:
    r"""Return the bytes as UTF-8 text with LF line ends.

    What is no UTF-8, a control or an invisible character is shown by its number, such
    as `\\x80` or `\\u202e`: a mark that turns the direction of writing turns nothing.
    """
    text = raw.replace(b"\r\n", b"\n").decode("utf-8", "backslashreplace")
    return "".join(each if _is_plain(each) else _numbered(each) for each in text)


def _is_plain(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter) not in _HIDDEN


def _numbered(letter: str) -> str:
    code = ord(letter)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
