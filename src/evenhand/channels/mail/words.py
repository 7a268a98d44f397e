"""Header text: encoded words (RFC 2047) and the raw 8-bit text found in the wild."""

from __future__ import annotations

import binascii
import re

from evenhand.channels.mail.charsets import decode

_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+|[\r\n]+")
_OVERRIDES = re.compile("[\u202d\u202e]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def header_text(value: bytes, *, charset: str = "") -> str:
    """Decode a header value to text on one line; never raises.

    Neighbouring encoded words of one charset are joined as bytes before they are
    decoded: many mailers cut a Chinese or Thai character in two. `charset` is the
    guess for raw 8-bit bytes.
    """
    if b"=?" not in value:
        return _on_one_line(decode(value, label=charset))
    text: list[str] = []
    pending: tuple[str, bytes] = ("", b"")
    at = 0
    for found in _WORD.finditer(value):
        gap = value[at : found.start()]
        label = found[1].split(b"*")[0].decode("ascii", "replace").lower()
        word = _word_bytes(found[2], found[3])
        if pending[0] and not gap.strip() and pending[0] == label:
            pending = (label, pending[1] + word)
        else:
            text.append(decode(pending[1], label=pending[0]))
            if not (pending[0] and not gap.strip()):
                text.append(decode(gap, label=charset))
            pending = (label, word)
        at = found.end()
    text.extend(
        (decode(pending[1], label=pending[0]), decode(value[at:], label=charset))
    )
    return _on_one_line("".join(text))


def _on_one_line(text: str) -> str:
    """Return it without controls, and without marks that show letters in another order.

    Overrides (UAX 9, 2.2) turn what a person reads around: no honest field needs one.
    """
    if text.isprintable():
        return text.strip()
    text = _OVERRIDES.sub("", text)
    return _CONTROL.sub(" ", text).replace("\t", " ").strip()


def base64_bytes(data: bytes) -> bytes:
    """Decode base64 with any damage: foreign bytes skipped, a broken end cut off.

    Some mailers join several padded runs; each is decoded on its own.
    """
    pad = data.find(b"=")
    if pad < 0 or not data[pad:].strip(b"= \t\r\n"):
        return _lenient_base64(data)
    return b"".join(map(_lenient_base64, re.split(rb"=+", data, maxsplit=10_000)))


def _lenient_base64(run: bytes) -> bytes:
    try:
        return binascii.a2b_base64(run)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", run)
        clean = clean[:-1] if len(clean) % 4 == 1 else clean
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _word_bytes(kind: bytes, payload: bytes) -> bytes:
    if kind in b"bB":
        return base64_bytes(payload)
    return binascii.a2b_qp(payload.replace(b"_", b" "), header=False)
