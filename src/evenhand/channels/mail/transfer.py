"""The body of a part, out of its transfer encoding."""

from __future__ import annotations

import binascii
import re

from evenhand.channels.mail.mime import Part
from evenhand.channels.mail.words import base64_bytes, header_text

_UU_BEGIN = re.compile(
    rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE
)

_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+=*")
_SAMPLE = 20_000
# The look-behind keeps a megabyte of blanks from being tried from every start.
_BLANKS = re.compile(rb"(?<![ \t])[ \t]+(?=\r?\n)")


def body_bytes(part: Part) -> bytes:
    """Decode base64, quoted-printable and uuencode; anything else is taken as it is."""
    named = part.fields.first("content-transfer-encoding").strip().lower()
    encoding = re.split(rb"[;\s]", named.strip(b"\"'"))[0]
    body = part.body
    if encoding in {b"base64", b"base-64", b"b"}:
        return base64_bytes(body) if _may_be_base64(body) else body
    if encoding in {b"quoted-printable", b"quoted_printable", b"qp", b"q"}:
        return binascii.a2b_qp(_without_trailing_blanks(body))
    if encoding in {b"x-uuencode", b"x-uue", b"uuencode", b"uue"}:
        found = _UU_BEGIN.search(body)
        return uudecoded(body, at=found.end())[0] if found else body
    return body


def _may_be_base64(body: bytes) -> bool:
    """Whether enough of it lies in lines of base64 alone; else the label is wrong.

    RFC 2045, 6.8, has a reader skip foreign characters in such a line; a text whose
    lines nearly all hold blanks and marks between the letters was never encoded.
    """
    lines = [line.strip(b" \t\r>") for line in body[:_SAMPLE].split(b"\n")]
    encoded = sum(len(line) for line in lines if _BASE64_LINE.fullmatch(line))
    return 10 * encoded >= sum(map(len, lines))


def uu_files(body: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Take uuencoded files out of a plain text: the text left, and (name, content)."""
    files: list[tuple[str, bytes]] = []
    text: list[bytes] = []
    at = 0
    while len(files) < 100 and (found := _UU_BEGIN.search(body, at)):
        content, after = uudecoded(body, at=found.end())
        if not content:
            break
        text.append(body[at : found.start()])
        files.append((header_text(found[1]), content))
        at = after
    return b"".join([*text, body[at:]]), files


def uudecoded(body: bytes, *, at: int) -> tuple[bytes, int]:
    """Decode the lines up to `end`; return the content and where the text goes on."""
    content: list[bytes] = []
    while at < len(body):
        stop = body.find(b"\n", at)
        stop = len(body) if stop < 0 else stop + 1
        line = body[at:stop].rstrip(b"\r\n")
        at = stop
        if line.strip() == b"end":
            break
        if line and line not in {b"`", b" "}:
            decoded = _uu_line(line)
            if decoded is None:
                return b"", at
            content.append(decoded)
    return b"".join(content), at


def _uu_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders count the padding of the last group wrongly.
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return None


def _without_trailing_blanks(body: bytes) -> bytes:
    """Drop blanks that transport added at line ends (RFC 2045, 6.7 rule 3)."""
    if not any(ending in body for ending in (b" \n", b" \r", b"\t\n", b"\t\r")):
        return body
    return _BLANKS.sub(b"", body)
