"""Values with parameters: Content-Type and Content-Disposition (RFC 2045, 2231)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from evenhand.channels.mail.charsets import decode
from evenhand.channels.mail.words import header_text

# A run of blanks is looked through from its beginning only, or 60,000 of them would be
# looked through 60,000 times.
_PARAMETER = re.compile(
    rb"(?:;|(?<!\s))\s*+([A-Za-z][\w*.-]{0,60})\s*=\s*"
    rb"(?:\"((?:[^\"\\]|\\.)*)\"|([^;\"]*))",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\([\"\\])")
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?\Z")
_MIME_TYPE = re.compile(r"[\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100}")
MAX_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class Parametered:
    """The plain value in lower case, and its parameters decoded to text."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.parameters.get(name, "")


def parametered(raw: bytes, *, charset: str = "") -> Parametered:
    """Read `value; name=x; name*0*=utf-8''y` with every damage met in the wild."""
    head = re.split(rb"[;\s]", raw.strip(), maxsplit=1)[0]
    rest = raw.strip()[len(head) :]
    sections: dict[str, list[tuple[int, bool, bytes]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(rest)):
        if count == MAX_PARAMETERS:
            break
        name, number, extended = _section(found[1])
        value = _ESCAPED.sub(rb"\1", found[2]) if found[2] is not None else found[3]
        sections.setdefault(name, []).append((number, extended, value.strip()))
    read = {name: _joined(parts, charset) for name, parts in sections.items()}
    return Parametered(head.decode("ascii", "replace").lower(), read)


def mime_type(value: str) -> str:
    """Return the value if it is a media type, else ""."""
    return value if _MIME_TYPE.fullmatch(value) else ""


def _section(name: bytes) -> tuple[str, int, bool]:
    found = _SECTION.fullmatch(name.decode("ascii", "replace").lower())
    if found is None:
        return name.decode("ascii", "replace").lower(), 0, False
    return found[1], int(found[2] or 0), bool(found[3])


def _joined(parts: list[tuple[int, bool, bytes]], charset: str) -> str:
    """Join RFC 2231 sections; the first section names the charset of all."""
    if not any(extended for _, extended, _ in parts):
        ordered = sorted(parts, key=lambda part: part[0])
        numbered = len({number for number, _, _ in parts}) == len(parts)
        whole = b"".join(part[2] for part in ordered) if numbered else parts[0][2]
        return header_text(whole, charset=charset)
    label = ""
    joined = b""
    extended_only = [part for part in parts if part[1] or part[0] > 0]
    for number, extended, value in sorted(extended_only, key=lambda part: part[0]):
        text = value
        if extended and number == 0 and value.count(b"'") >= 2:
            named, _, text = value.split(b"'", 2)
            label = named.decode("ascii", "replace")
        joined += unquote_to_bytes(text) if extended else text
    return decode(joined, label=label or charset)
