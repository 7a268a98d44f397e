"""Bounds within which any mail is read, so hostile bytes cost little time and memory.

Nothing beyond a bound is lost: the raw mail is kept whole, and what a bound cuts
off stays reachable as an attachment, piece by piece (`whole`) or in the raw download.
"""

from __future__ import annotations

MAX_MAIL_BYTES = 25 * 1024 * 1024
MAX_HEADER_BLOCK = 512 * 1024
MAX_FIELD = 64 * 1024
MAX_FIELDS = 1_000
MAX_DEPTH = 20
MAX_PARTS = 1_000
MAX_BOUNDARY = 300
MAX_ADDRESSES = 1_000
MAX_REFERENCES = 200
MAX_BODY_CHARS = 1_000_000
# of the newest words, and as many of what they answer, are kept beside a case
LONGEST_TEXT = 200_000
# Each nested multipart is searched again for its own boundary; this bounds the sum.
MAX_BYTES_SEARCHED = 8 * MAX_MAIL_BYTES


class Unreadable(ValueError):
    """No mail can be made of these bytes; the reason is for a person to read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
