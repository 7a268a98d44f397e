"""The header block of a mail or of a part: raw fields in their order."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass

from evenhand.channels.mail.limits import MAX_FIELD, MAX_FIELDS, MAX_HEADER_BLOCK

_FIELD = re.compile(rb"[!-9;-~]{1,256}[ \t]*:")
_ENVELOPE = (b"From ", b">From ")
DAMAGED_LINES = 8
# A line that is no field, followed by one of these, is damage and not the body.
_WELL_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|received|return-path|reply-to|"
    rb"mime-version|content-[a-z-]+|x-[a-z-]+|sender|bcc|references|in-reply-to|"
    rb"delivered-to|envelope-to|delivery-date|dkim-signature|authentication-results|"
    rb"received-spf|arc-[a-z-]+|list-[a-z-]+|thread-[a-z]+|user-agent|auto-submitted|"
    rb"precedence|importance|organization)[ \t]*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields, names in lower case, values unfolded and still undecoded."""

    items: tuple[tuple[str, bytes], ...]

    def first(self, name: str) -> bytes:
        """Return the first value of this field, or nothing (b"")."""
        for key, value in self.items:
            if key == name:
                return value
        return b""

    def every(self, name: str) -> tuple[bytes, ...]:
        """Return all values of this field, in order."""
        return tuple(value for key, value in self.items if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.items)


def read_fields(raw: bytes, *, start: int, end: int) -> tuple[Fields, int]:
    """Read the header block at `start`; return the fields and where the body begins.

    A line that cannot be a field ends the block, as if the blank line were there,
    unless it is an mbox `From ` line or a known field follows directly.
    """
    items: list[tuple[str, bytearray]] = []
    # an editor's mark in front of the first field is no part of its name
    at = start + len(BOM_UTF8) if raw.startswith(BOM_UTF8, start) else start
    stop = min(end, start + MAX_HEADER_BLOCK)
    while at < stop:
        line_end = _line_end(raw, at, end)
        line = raw[at : min(line_end, at + MAX_FIELD)].rstrip(b"\r\n")
        if not line.strip():
            # Stray blank lines before the first field are skipped.
            if items or not _field_follows(raw, line_end, end):
                return _frozen(items), line_end
        elif not _take(items, line) and not _field_follows(raw, line_end, end, line):
            return _frozen(items), at
        at = line_end
    return _frozen(items), _after_blank_line(raw, at, end)


def _line_end(raw: bytes, at: int, end: int) -> int:
    found = raw.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _take(items: list[tuple[str, bytearray]], line: bytes) -> bool:
    if line[:1] in b" \t" and items:
        folded = items[-1][1]
        folded += b" " + line.strip()[: max(0, MAX_FIELD - len(folded))]
        return True
    if not _FIELD.match(line):
        return False
    if len(items) < MAX_FIELDS:
        name, _, value = line.partition(b":")
        items.append((name.strip().lower().decode("ascii"), bytearray(value.strip())))
    return True


def _field_follows(raw: bytes, at: int, end: int, line: bytes = b"From ") -> bool:
    """Look a few lines ahead whether the block goes on after this damaged line."""
    if line.startswith(_ENVELOPE):
        return bool(_FIELD.match(raw, at, end))
    for _ in range(DAMAGED_LINES):
        if _WELL_KNOWN.match(raw, at, end):
            return True
        after = _line_end(raw, at, end)
        if not raw[at : min(after, at + MAX_FIELD)].strip():
            return False
        at = after
    return False


def _after_blank_line(raw: bytes, at: int, end: int) -> int:
    """Skip the rest of an over-long header block."""
    blank = re.compile(rb"\n\r?\n").search(raw, max(0, at - 2), end)
    return blank.end() if blank else end


def _frozen(items: list[tuple[str, bytearray]]) -> Fields:
    return Fields(tuple((name, bytes(value)) for name, value in items))
