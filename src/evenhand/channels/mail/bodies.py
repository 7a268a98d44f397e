"""What a person sees of a mail: its text, its HTML, its attachments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evenhand.channels.mail.charsets import decode, html_charset
from evenhand.channels.mail.enriched import ENRICHED, RICHTEXT, words_of
from evenhand.channels.mail.limits import MAX_BODY_CHARS
from evenhand.channels.mail.mime import Part, file_name
from evenhand.channels.mail.parameters import mime_type, parametered
from evenhand.channels.mail.tnef import Opened, is_tnef, opened
from evenhand.channels.mail.transfer import body_bytes, uu_files
from evenhand.channels.mail.words import header_text

# Written by machines for machines; kept, but not shown among a person's files.
HIDDEN_TYPES = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "application/pgp-signature",
        "application/pgp-encrypted",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
_TEXT = frozenset(
    {
        "text/plain",
        "text/enriched",
        "text/richtext",
        "text/markdown",
        "text",
        "text/text",
    }
)
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/htm"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; content decoded, name as the sender wrote it."""

    name: str
    content_type: str
    content: bytes
    cid: str = ""
    inline: bool = False
    hidden: bool = False
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Bodies:
    """The texts in reading order ("" when the mail has none) and the files."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


@dataclass(slots=True)
class _Gathered:
    """Segments in reading order; one alternative may be both text and HTML.

    `spare` are the words of an Outlook envelope, for a mail that has no others.
    """

    segments: list[tuple[str, str]]
    attachments: list[Attachment]
    spare: list[tuple[str, str]] = field(default_factory=list)


def bodies(root: Part) -> Bodies:
    """Walk the tree once and sort every leaf into text, HTML or file."""
    gathered = _Gathered([], [])
    _gather(root, gathered, root=True)
    if not any(text.strip() or html for text, html in gathered.segments):
        gathered.segments.extend(gathered.spare)
    text = "\n".join(text for text, _ in gathered.segments if text)
    html = ""
    if any(html for _, html in gathered.segments):
        html = "\n".join(html or _as_html(text) for text, html in gathered.segments)
    return Bodies(
        text[:MAX_BODY_CHARS], html[:MAX_BODY_CHARS], tuple(gathered.attachments)
    )


def body_parts(
    part: Part, *, root: bool = True, alternative: bool = False
) -> Iterator[Part]:
    """Yield the leaves that are read as the mail's words or HTML, in reading order."""
    within = part.type == "multipart/alternative" or alternative
    for child in part.children:
        yield from body_parts(child, root=False, alternative=within)
    if not part.children and _is_body(part, root=root, alternative=alternative):
        yield part


def _gather(
    part: Part, into: _Gathered, *, root: bool = False, alternative: bool = False
) -> None:
    if part.type == "multipart/alternative":
        _gather_alternative(part, into)
    elif part.children:
        for child in part.children:
            _gather(child, into, alternative=alternative)
    elif _is_body(part, root=root, alternative=alternative):
        _gather_text(part, into)
    else:
        _gather_file(_attachment(part), into)


def _gather_file(file: Attachment, into: _Gathered) -> None:
    """Take a file as it is, or what it holds if it is an envelope of Outlook's."""
    envelope = opened(file.content) if is_tnef(file.content) else None
    if envelope is None:
        into.attachments.append(file)
        return
    into.spare.append((envelope.text, envelope.html))
    if not envelope.text and not envelope.html:
        # Its words may be there in a form that we do not read.
        into.attachments.append(file)
    into.attachments.extend(_enclosed(envelope))


def _enclosed(envelope: Opened) -> Iterator[Attachment]:
    for each in envelope.files:
        kind = mime_type(each.content_type) or "application/octet-stream"
        yield Attachment(each.name, kind, each.content, each.cid, inline=bool(each.cid))


def _gather_alternative(part: Part, into: _Gathered) -> None:
    """One thing said in several forms makes one segment."""
    inner = _Gathered([], [])
    for child in part.children:
        _gather(child, inner, alternative=True)
    text = "\n".join(text for text, _ in inner.segments if text)
    html = "\n".join(html for _, html in inner.segments if html)
    into.segments.append((text, html))
    into.attachments.extend(inner.attachments)
    into.spare.extend(inner.spare)


def _is_body(part: Part, *, root: bool, alternative: bool) -> bool:
    if part.type not in _TEXT and part.type not in HTML_TYPES:
        return False
    disposition = parametered(part.fields.first("content-disposition")).value
    if disposition == "attachment":
        return False
    # A name alone makes a file of a part, but some mailers name the body itself.
    return root or alternative or not file_name(part)


def _gather_text(part: Part, into: _Gathered) -> None:
    content = body_bytes(part)
    files: list[tuple[str, bytes]] = []
    if part.type in _TEXT and b"begin" in content:
        content, files = uu_files(content)
    # Four bytes a character at most: enough for the bound, whatever the charset.
    shown = content[: 4 * MAX_BODY_CHARS]
    if part.type in HTML_TYPES:
        label = part.charset or html_charset(shown)
        into.segments.append(("", decode(shown, label=label)[:MAX_BODY_CHARS]))
    else:
        text = _lines(decode(shown, label=part.charset)[:MAX_BODY_CHARS])
        if part.type in {ENRICHED, RICHTEXT}:
            text = words_of(text, kind=part.type)
        into.segments.append((_reflowed(text, part), ""))
    if len(content) > len(shown):
        into.attachments.append(_attachment(part))
    into.attachments.extend(
        Attachment(name, "application/octet-stream", body) for name, body in files
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _reflowed(text: str, part: Part) -> str:
    """Undo format=flowed (RFC 3676): a line ending in a blank goes on in the next."""
    if part.content.get("format").lower() != "flowed":
        return text
    delete = part.content.get("delsp").lower() == "yes"
    lines: list[list[str]] = []
    flowing = False
    for raw in text.split("\n"):
        line = raw.removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        shown = line[:-1] if soft and delete else line
        if flowing and not line.startswith(">") and line != "-- ":
            lines[-1].append(shown)
        else:
            lines.append([shown])
        flowing = soft and not line.startswith(">")
    return "\n".join(map("".join, lines))


def _attachment(part: Part) -> Attachment:
    disposition = parametered(part.fields.first("content-disposition")).value
    cid = header_text(part.fields.first("content-id")).strip().strip("<>")
    location = header_text(part.fields.first("content-location")).strip()
    return Attachment(
        name=file_name(part),
        content_type=part.type,
        content=body_bytes(part),
        cid=cid or location,
        inline=disposition == "inline" or bool(cid and disposition != "attachment"),
        hidden=part.type in HIDDEN_TYPES,
        charset=part.charset,
    )


def _as_html(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p>{escaped.replace(chr(10), '<br>')}</p>" if text.strip() else ""
