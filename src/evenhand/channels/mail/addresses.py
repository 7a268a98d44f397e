"""Address fields: who wrote, to whom, as tolerant as the mail that is met."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from evenhand.channels.mail.charsets import as_utf8
from evenhand.channels.mail.limits import MAX_ADDRESSES
from evenhand.channels.mail.words import header_text
from evenhand.kernel.addresses import same_form

# Quotes, angle addresses and innermost comments; each stops at its own opener, so
# a field of a hundred thousand "<" or "(" costs linear time.
_TOKEN = re.compile(
    rb"\"(?:[^\"\\]|\\.){0,400}+\"|<[^<>]*>|\((?:[^()\\]|\\.)*+\)|[,;:]|(?:[^\",;:<(\\]|\\[()]|\\)++|.",
    re.DOTALL,
)
# Python's own email package encodes the comma between two people when it folds a list
# behind a name beyond ASCII (python/cpython#100884).
_ENCODED_COMMA = re.compile(
    rb"(>|@[^\s<>,;]{1,255})\s+=\?utf-8\?q\?=2C\?=(?=\s)", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,200}@[^\s<>,;:\"()\[\]]{1,255}")
# letters and signs that have no shape, beside the blanks and controls
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_QUOTED_LOCAL = re.compile(r"\"[^\"]{1,64}\"@[^\s<>,;:\"()]{1,255}")


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address with the name shown beside it; either may be empty."""

    name: str
    addr: str

    @property
    def key(self) -> str:
        """The address for comparison: case is not significant in practice."""
        # asked many times a mail: no blanks or brackets are left to be trimmed
        return self.addr.lower() if self.addr.isascii() else same_form(self.addr)

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.addr}>" if self.name else self.addr


def addresses(raw: bytes, *, charset: str = "") -> tuple[Address, ...]:
    """Read an address list; groups are opened, entries with no address dropped.

    Encoded words are decoded after the split: a name may hide a comma in one.
    """
    found: list[Address] = []
    for tokens in _entries(_ENCODED_COMMA.sub(rb"\1,", raw)):
        entry = _entry(tokens, charset)
        if entry.addr and len(found) < MAX_ADDRESSES:
            found.append(entry)
    return tuple(found)


def author(raw: bytes, *, charset: str = "") -> Address:
    """Read the From field: the first address, or the bare name when there is none."""
    entries = [_entry(tokens, charset) for tokens in _entries(raw)]
    best = next((entry for entry in entries if entry.addr), entries[0])
    return best if best.addr or best.name else Address(_shown(raw, charset), "")


def _shown(raw: bytes, charset: str) -> str:
    return header_text(raw, charset=charset)[:200]


def _entries(raw: bytes) -> Iterator[list[bytes]]:
    entry: list[bytes] = []
    for found in _TOKEN.finditer(as_utf8(raw)):
        token = found[0]
        if token in {b",", b";"}:
            yield entry
            entry = []
        elif token == b":" and not any(b"@" in part for part in entry):
            entry = []  # the name of a group: its members follow
        else:
            entry.append(token)
    yield entry


def _entry(tokens: list[bytes], charset: str) -> Address:
    """Tell the address from the name; a comment names an address without a name."""
    angle = b""
    words: list[bytes] = []
    comments: list[bytes] = []
    for token in tokens:
        if token[:1] == b"<" and token[-1:] == b">" and len(token) > 1:
            angle = token if b"@" in token or not angle else angle
        elif token[:1] == b"(" and token[-1:] == b")":
            comments.append(token[1:-1])
        else:
            words.append(token)
    if angle.strip(b"<> "):
        addr = _plain(header_text(angle[1:-1], charset=charset))
        return Address(_name(words or comments, charset), addr)
    return _bare(words, comments, charset)


def _bare(words: list[bytes], comments: list[bytes], charset: str) -> Address:
    text = header_text(b"".join(words), charset=charset)
    found = _QUOTED_LOCAL.search(text) or _ADDRESS.search(text)
    if not found:
        # No address at all: what a comment says is the better name.
        return Address(_name(comments, charset), "")
    around = text[: found.start()].strip(" \t\"'[<:") if not comments else ""
    return Address(_name(comments, charset) or around, _plain(found[0]))


def _name(words: list[bytes], charset: str) -> str:
    parts = [_unquoted(word) for word in words]
    text = header_text(
        b" ".join(filter(None, (part.strip() for part in parts))), charset=charset
    )
    text = " ".join(text.split()).strip('"')
    if not any(map(_is_seen, text)):
        return ""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _is_seen(char: str) -> bool:
    """Whether anything of a character is seen: a name of fillers alone is no name."""
    return char not in _FILLERS and unicodedata.category(char) not in _UNSEEN


def _unquoted(word: bytes) -> bytes:
    if word[:1] == word[-1:] == b'"' and len(word) > 1:
        return re.sub(rb"\\(.)", rb"\1", word[1:-1])
    return word


def _plain(text: str) -> str:
    """Return the bare address inside whatever stands between the angle brackets."""
    text = text.strip().removeprefix("mailto:")
    found = _QUOTED_LOCAL.search(text) or _ADDRESS.search(text)
    return found[0].rstrip(".'") if found else text.replace(" ", "")[:320]
