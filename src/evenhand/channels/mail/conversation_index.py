"""Outlook's Thread-Index: where a mail stands in its conversation, in base64.

[MS-OXOMSG] 2.2.1.3, PidTagConversationIndex: 22 bytes for the conversation (0x01, five
bytes of the time it began, a GUID) and 5 bytes for each answer down to this one (one bit
for the unit, 31 bits of time since the beginning, four random bits, four of zero).
"""

from __future__ import annotations

import binascii
import hashlib
from datetime import UTC, datetime

HEADER = 22
LEVEL = 5
# in base64 it still fits into what one line may hold (RFC 5322, 2.1.1)
MOST_LEVELS = 90
_FILETIME_BEGINS = datetime(1601, 1, 1, tzinfo=UTC)
# a longer time since the beginning is told in the coarser unit
_FINE_ENDS = 1 << 49


def read(value: bytes) -> bytes:
    """Return the index in a header; b"" where there is none that can be carried on."""
    try:
        index = binascii.a2b_base64(b"".join(value.split()), strict_mode=True)
    except binascii.Error:
        return b""
    levels, rest = divmod(len(index) - HEADER, LEVEL)
    is_one = index[:1] == b"\x01" and rest == 0 and 0 <= levels < MOST_LEVELS
    return index if is_one else b""


def written(index: bytes) -> str:
    """Return the index as it stands in a header."""
    return binascii.b2a_base64(index, newline=False).decode("ascii")


def begun(message_id: str, *, at: datetime) -> bytes:
    """Return the index of a mail that begins a conversation.

    Its GUID follows from the Message-ID, so that the same mail has the same bytes.
    """
    return b"\x01" + (_filetime(at) >> 24).to_bytes(5, "big") + _digest(message_id)[:16]


def carried_on(index: bytes, *, message_id: str, at: datetime) -> bytes:
    """Return the index of an answer to a mail with this one; b"" where it has none."""
    if not index:
        return b""
    since = max(0, _filetime(at) - _began(index))
    is_fine = since < _FINE_ENDS
    shown = since >> 18 if is_fine else 1 << 31 | since >> 23 & 0x7FFFFFFF
    varied = _digest(message_id)[0] & 0xF0
    return index + shown.to_bytes(4, "big") + bytes([varied])


def _began(index: bytes) -> int:
    """Return when the conversation began, in FILETIME.

    Older Outlooks let the time begin at the byte that is always 1: its highest byte is
    1 from 1829 to 2057.
    """
    if index[1] == 1:
        return int.from_bytes(index[1:6], "big") << 24
    return int.from_bytes(index[:6], "big") << 16


def _filetime(at: datetime) -> int:
    """Return a time in the tenths of a microsecond since 1601."""
    since = at.astimezone(UTC) - _FILETIME_BEGINS
    return (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10


def _digest(message_id: str) -> bytes:
    return hashlib.sha256(b"conversation:" + message_id.encode()).digest()
