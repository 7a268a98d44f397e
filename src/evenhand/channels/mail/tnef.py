"""Files out of `winmail.dat`: Outlook's own envelope (TNEF, MS-OXTNEF and MS-OXCDATA).

Only what a reader needs: names, types, contents, and the words where the mail has no
others. Lengths are a stranger's word, so each is held against what is left.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from evenhand.channels.mail.charsets import decode

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 200
MOST_ATTRIBUTES = 5_000
MOST_PROPERTIES = 2_000
MOST_VALUES = 100
DEEPEST = 3

# Attributes of the stream (MS-OXTNEF 2.1.3.2), the type in the upper half.
_BODY = 0x0002800C
_TITLE = 0x00018010
_DATA = 0x0006800F
_PROPERTIES = 0x00069003
_BEGINS = 0x00069002
_OF_FILE = 0x00069005
_CODE_PAGE = 0x00069007
# Properties (MS-OXPROPS).
_P_BODY = 0x1000
_P_HTML = 0x1013
_P_DATA = 0x3701
_P_LONG_NAME = 0x3707
_P_SHORT_NAME = 0x3704
_P_SHOWN_NAME = 0x3001
_P_TYPE = 0x370E
_P_CID = 0x3712
# Sizes of the property types that are no lengths-and-bytes, padded to four.
_FIXED = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4,
    0x000B: 4, 0x0014: 8, 0x0040: 8, 0x0048: 16,
}  # fmt: skip
_STRING = 0x001E
_UNICODE = 0x001F
_OBJECT = 0x000D
_BINARY = 0x0102
_SEVERAL = 0x1000
_NAMED = 0x8000
_IID = 16


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """A file out of the envelope; type and Content-ID are "" where it says none."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """The words of the envelope, as text or HTML, and its files."""

    text: str
    html: str
    files: tuple[EnclosedFile, ...]


@dataclass(slots=True)
class _File:
    """A file being read: its attributes come one after the other."""

    title: bytes = b""
    content: bytes = b""
    properties: dict[int, bytes | str] = field(default_factory=dict)


class _Short(Exception):
    """The stream ends before what it announced."""


@dataclass(slots=True)
class _Cursor:
    data: bytes
    at: int = 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise _Short
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def padded(self, size: int) -> bytes:
        taken = self.take(size)
        self.at += -size % 4
        return taken


def is_tnef(content: bytes) -> bool:
    """Whether the bytes begin as an envelope of Outlook's does."""
    return content.startswith(SIGNATURE)


def opened(content: bytes, *, depth: int = 0) -> Opened | None:
    """Return what the envelope holds; None if it is none or holds nothing readable.

    A stream that is cut off gives what came before the cut.
    """
    if not is_tnef(content):
        return None
    read = _Envelope(content, depth=depth)
    read.walk()
    text, html = read.words()
    files = tuple(read.files_read())[:MOST_FILES]
    return Opened(text, html, files) if text or html or files else None


class _Envelope:
    """Reads one stream; nested messages are read by one of their own."""

    def __init__(self, content: bytes, *, depth: int) -> None:
        self.cursor = _Cursor(content, at=len(SIGNATURE) + 2)
        self.depth = depth
        self.label = "cp1252"
        self.body = b""
        self.properties: dict[int, bytes | str] = {}
        self.files: list[_File] = []

    def walk(self) -> None:
        for _ in range(MOST_ATTRIBUTES):
            try:
                self.cursor.take(1)
                attribute = self.cursor.number()
                value = self.cursor.take(self.cursor.number())
                self._take(attribute, value)
                self.cursor.take(2)
            except _Short:
                return

    def words(self) -> tuple[str, str]:
        """Return the text and the HTML of the message itself."""
        html = self.properties.get(_P_HTML, b"")
        said = self.properties.get(_P_BODY, "") or self.body.rstrip(b"\0")
        return self._text(said), self._text(html)

    def files_read(self) -> Iterator[EnclosedFile]:
        for each in self.files:
            content = each.content or each.properties.get(_P_DATA, b"")
            if isinstance(content, bytes) and content:
                yield from self._file(each, content)

    def _file(self, each: _File, content: bytes) -> Iterator[EnclosedFile]:
        names = (_P_LONG_NAME, _P_SHORT_NAME, _P_SHOWN_NAME)
        told = next(
            (each.properties[key] for key in names if key in each.properties), b""
        )
        name = self._text(told or each.title)
        nested = content[_IID:] if is_tnef(content[_IID : _IID + 4]) else content
        inner = opened(nested, depth=self.depth + 1) if self.depth < DEEPEST else None
        if inner is None:
            kind = self._text(each.properties.get(_P_TYPE, b"")).lower()
            cid = self._text(each.properties.get(_P_CID, b""))
            yield EnclosedFile(name, kind, content, cid)
            return
        if inner.text or inner.html:
            ending, said = ("txt", inner.text) if inner.text else ("html", inner.html)
            kind = "text/plain" if inner.text else "text/html"
            yield EnclosedFile(f"{name or 'message'}.{ending}", kind, said.encode())
        yield from inner.files

    def _take(self, attribute: int, value: bytes) -> None:
        if attribute == _BEGINS and len(self.files) < MOST_FILES:
            self.files.append(_File())
        elif attribute == _PROPERTIES:
            self.properties |= properties(value, label=self.label)
        elif attribute == _BODY:
            self.body = value
        elif attribute == _CODE_PAGE and len(value) >= 4:
            self.label = f"cp{struct.unpack('<I', value[:4])[0]}"
        elif self.files:
            self._take_of_file(self.files[-1], attribute, value)

    def _take_of_file(self, file: _File, attribute: int, value: bytes) -> None:
        if attribute == _TITLE:
            file.title = value
        elif attribute == _DATA:
            file.content = value
        elif attribute == _OF_FILE:
            file.properties |= properties(value, label=self.label)

    def _text(self, value: bytes | str) -> str:
        if isinstance(value, bytes):
            value = decode(value.split(b"\0", 1)[0], label=self.label)
        return value.replace("\0", "").replace("\r\n", "\n").strip()


def properties(data: bytes, *, label: str) -> dict[int, bytes | str]:
    """Read a block of MAPI properties: those with bytes or text, by their number."""
    cursor = _Cursor(data)
    found: dict[int, bytes | str] = {}
    try:
        for _ in range(min(cursor.number(), MOST_PROPERTIES)):
            kind, number = cursor.number(2), cursor.number(2)
            if number >= _NAMED:
                _pass_name(cursor)
            value = _value(cursor, kind, label)
            if value:
                found[number] = value
    except _Short:
        pass
    return found


def _pass_name(cursor: _Cursor) -> None:
    cursor.take(16)
    if cursor.number() == 0:
        cursor.take(4)
    else:
        cursor.padded(cursor.number())


def _value(cursor: _Cursor, kind: int, label: str) -> bytes | str:
    """Read one value; numbers are passed over, of several the first is returned."""
    single = kind & ~_SEVERAL
    sized = single in {_STRING, _UNICODE, _OBJECT, _BINARY}
    count = cursor.number() if sized or kind & _SEVERAL else 1
    if count > MOST_VALUES or (not sized and single not in _FIXED):
        raise _Short
    values = [
        cursor.padded(cursor.number() if sized else _FIXED[single])
        for _ in range(count)
    ]
    if not sized or not values:
        return b""
    if single == _UNICODE:
        return values[0].decode("utf-16-le", "replace").rstrip("\0")
    if single == _STRING:
        return decode(values[0].rstrip(b"\0"), label=label)
    return values[0]
