"""The tree of parts of a raw mail, found by their boundaries in the bytes.

Parts are offsets into the one raw buffer, nothing is copied until a body is asked
for. Every shape of damage gives a tree: a missing boundary, an unclosed part, a
close that comes too early, parts beyond the limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from evenhand.channels.mail.fields import Fields, read_fields
from evenhand.channels.mail.limits import (
    MAX_BOUNDARY,
    MAX_BYTES_SEARCHED,
    MAX_DEPTH,
    MAX_MAIL_BYTES,
    MAX_PARTS,
    Unreadable,
)
from evenhand.channels.mail.parameters import Parametered, mime_type, parametered
from evenhand.channels.mail.words import header_text

_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r?\Z)")
_UNQUOTED_BOUNDARY = re.compile(rb"boundary\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
_FIRST_DELIMITER = re.compile(
    rb"(?:\A|\n)--([^\s\n][^\n]{0,200}?)[ \t]*\r?\nContent-", re.IGNORECASE
)
_LOOSE_TYPE = re.compile(rb"(?:text|multipart|message)/[a-z0-9.+-]+", re.IGNORECASE)
_LOOSE_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its fields, its declared kind, where its body lies, its children."""

    raw: bytes
    fields: Fields
    content: Parametered
    start: int
    end: int
    children: tuple[Part, ...]

    @property
    def body(self) -> bytes:
        """The body still in its transfer encoding (a copy of the slice)."""
        return self.raw[self.start : self.end]

    @property
    def type(self) -> str:
        return self.content.value

    @property
    def charset(self) -> str:
        return self.content.get("charset")

    def leaves(self) -> Iterator[Part]:
        """Walk the parts without children, in reading order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def read_tree(raw: bytes, *, most_bytes: int = MAX_MAIL_BYTES) -> Part:
    """Return the root part; Unreadable if the mail is empty or over the size limit."""
    if len(raw) > most_bytes:
        raise Unreadable(f"larger than {most_bytes // 1024 // 1024} MB")
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return _Reader(raw).read(_Span(0, len(raw)), default="text/plain", depth=0)


class _Span(NamedTuple):
    """Where something starts and ends in the raw bytes."""

    start: int
    end: int


@dataclass(slots=True)
class _Reader:
    """Reads one mail; what it may still spend is shared by all parts."""

    raw: bytes
    parts: int = MAX_PARTS
    searched: int = MAX_BYTES_SEARCHED

    def read(self, span: _Span, *, default: str, depth: int) -> Part:
        fields, body = read_fields(self.raw, start=span.start, end=span.end)
        content = _content(fields, default)
        children: tuple[Part, ...] = ()
        if content.value.startswith("multipart/") and depth < MAX_DEPTH:
            spans = self._split(_Span(body, span.end), fields, content)
            kind = _child_kind(content.value)
            children = tuple(
                self.read(inner, default=kind, depth=depth + 1) for inner in spans
            )
            if not children:
                # No boundary can be found: shown as one text, nothing is hidden.
                content = Parametered("text/plain", content.parameters)
        return Part(self.raw, fields, content, body, span.end, children)

    def _split(self, span: _Span, fields: Fields, content: Parametered) -> list[_Span]:
        """Try each boundary there may be; the first that splits the body counts."""
        for boundary in _boundaries(self.raw, span, fields, content):
            spans = self._spans(span, boundary)
            if spans:
                return spans
        return []

    def _spans(self, span: _Span, boundary: bytes) -> list[_Span]:
        """Return what lies between the delimiter lines.

        Text after the closing delimiter is no part, unless a delimiter follows: some
        mailers close too early, and a part nobody shows would be a lost message.
        """
        self.searched -= span.end - span.start
        if len(boundary) > MAX_BOUNDARY or self.searched < 0:
            return []
        spans: list[_Span] = []
        opened = -1
        at = max(0, span.start - 1)
        while self.parts > 0 and (found := self._delimiter(boundary, at, span.end)):
            begin, tail = found
            if opened >= 0:
                spans.append(_Span(opened, self._before(opened, begin)))
                self.parts -= 1
            opened = -1 if tail[1] else tail.end()
            # The line end of one delimiter may be the line start of the next.
            at = max(tail.end() - 1, begin + 1)
        if 0 <= opened < span.end:
            spans.append(_Span(opened, span.end))
            self.parts -= 1
        return spans

    def _delimiter(
        self, boundary: bytes, at: int, end: int
    ) -> tuple[int, re.Match[bytes]] | None:
        """Find the next delimiter line: where it begins, and what ends it."""
        mark = b"\n--" + boundary
        begin = self.raw.find(mark, at, end)
        while begin >= 0:
            tail = _DELIMITER_END.match(self.raw, begin + len(mark), end)
            if tail:
                return begin, tail
            begin = self.raw.find(mark, begin + 1, end)
        return None

    def _before(self, opened: int, at: int) -> int:
        """Leave out the line end that belongs to the delimiter."""
        return max(opened, at - 1 if self.raw[at - 1 : at] == b"\r" else at)


def _child_kind(multipart: str) -> str:
    return "message/rfc822" if multipart == "multipart/digest" else "text/plain"


def _content(fields: Fields, default: str) -> Parametered:
    """Read the content type; one that cannot be read is the default of RFC 2045."""
    value = fields.first("content-type")
    content = parametered(value)
    if not mime_type(content.value):
        loose = _LOOSE_TYPE.search(value[:300])
        kind = loose[0].decode("ascii").lower() if loose else default
        content = Parametered(kind, content.parameters)
    if not content.get("charset") and (label := _LOOSE_CHARSET.search(value[:2000])):
        content.parameters["charset"] = label[1].decode("ascii", "replace")
    return content


def _boundaries(
    raw: bytes, span: _Span, fields: Fields, content: Parametered
) -> Iterator[bytes]:
    """Offer the declared boundary, then the one the body itself shows."""
    declared = content.get("boundary").encode("utf-8", "replace")
    if declared:
        yield declared
        yield declared.strip()
    loose = _UNQUOTED_BOUNDARY.search(fields.first("content-type"))
    if loose:
        yield loose[1]
    start, end = span
    shown = _FIRST_DELIMITER.search(raw, max(0, start - 1), min(end, start + 20_000))
    if shown:
        yield shown[1]


def file_name(part: Part, *, charset: str = "") -> str:
    """Return the name a part gives itself, from its disposition or its type."""
    disposition = parametered(part.fields.first("content-disposition"), charset=charset)
    named = disposition.get("filename") or disposition.get("name")
    return named or _type_name(part, charset)


def _type_name(part: Part, charset: str) -> str:
    content = parametered(part.fields.first("content-type"), charset=charset)
    described = part.fields.first("content-description")
    kept = content.get("name") or content.get("filename") or content.get("file")
    if kept or not re.fullmatch(rb"[^\s/]{1,100}\.\w{1,5}", described):
        return kept
    return header_text(described)
