"""All that a very long mail says, read piece by piece from its raw bytes.

What is kept beside a case ends at a bound (limits.MAX_BODY_CHARS); the raw mail does not.
One piece is decoded at a time, so that the longest mail costs no more memory than its
bytes and one piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evenhand.channels.mail.bodies import HTML_TYPES, body_parts
from evenhand.channels.mail.charsets import decode, html_charset
from evenhand.channels.mail.mime import Part, read_tree
from evenhand.channels.mail.transfer import body_bytes

PIECE = 400_000
# how far before the end of a piece a line or a tag is looked for to end it
_BACK = 20_000
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


class NoSuchPiece(LookupError):
    """The mail has fewer pieces, or no such body."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a body, decoded; `number` counts from 1 up to `count`."""

    text: str
    is_html: bool
    number: int
    count: int


def piece_of(
    raw: bytes, *, number: int, prefers_html: bool, most_bytes: int, size: int = PIECE
) -> Piece:
    """Return a piece of the mail's words, or of its HTML; NoSuchPiece.

    A mail that has only one of the two is read in that one. Unreadable as by `parse`.
    """
    parts = list(body_parts(read_tree(raw, most_bytes=most_bytes)))
    wished = [part for part in parts if (part.type in HTML_TYPES) == prefers_html]
    found: Piece | None = None
    count = 0
    for part in wished or parts:
        content = body_bytes(part)
        for start, end in _spans(content, is_html=part.type in HTML_TYPES, size=size):
            count += 1
            if count == number:
                text = _decoded(part, content, start, end)
                found = Piece(text, part.type in HTML_TYPES, number, 0)
    if found is None:
        raise NoSuchPiece(str(number))
    return Piece(found.text, found.is_html, number, count)


def _spans(content: bytes, *, is_html: bool, size: int) -> Iterator[tuple[int, int]]:
    """Cut after a line, or before a tag, so that no letter and no tag is cut in two."""
    start = 0
    while start < len(content):
        end = min(start + size, len(content))
        if end < len(content):
            end = _cut(content, start, end, is_html=is_html)
        yield start, end
        start = end


def _cut(content: bytes, start: int, end: int, *, is_html: bool) -> int:
    least = max(start + 1, end - _BACK)
    at = content.rfind(b"<", least, end) if is_html else -1
    if at < 0:
        at = content.rfind(b"\n", least, end) + 1 or end
    if content[:2] in _WIDE_MARKS:
        return at + at % 2
    if content[at - 1 : at + 1] == b"\r\n":
        return at + 1
    # not within a letter of UTF-8, which goes on with 10xxxxxx
    while at > least and content[at] & 0xC0 == 0x80:
        at -= 1
    return at


def _decoded(part: Part, content: bytes, start: int, end: int) -> str:
    head = content[: 4 * 1024]
    label = part.charset
    if not label and part.type in HTML_TYPES:
        label = html_charset(head)
    mark = content[:2] if start and content[:2] in _WIDE_MARKS else b""
    text = decode(mark + content[start:end], label=label)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
