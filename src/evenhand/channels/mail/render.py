"""An answer as the bytes that leave: rendered once, so that a retry sends the same.

There is no Bcc here at all: who receives a mail is in the envelope, and what can
not be written cannot leak.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from urllib.parse import quote

from evenhand.channels.mail import conversation_index
from evenhand.channels.mail.addresses import Address
from evenhand.kernel.addresses import is_address, on_the_wire

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]*")
_PLAIN_NAME = re.compile(r"[\w .()+-]+", re.ASCII)
_ADDR = re.compile(r"[\x21-\x7e]{1,254}")
LINE = 76
# An encoded word may have 75 characters; "=?utf-8?b??=" takes 12 of them.
WORD_BYTES = 45
# What Exchange may answer by itself to a machine's mail: nothing but that it could not
# be delivered. "All" would keep that from us, too ([MS-OXCMAIL] 2.1.3.2.20).
SUPPRESS = "DR, RN, NRN, OOF, AutoReply"


class Submitted(StrEnum):
    """RFC 3834: whether a person wrote this, or a machine, and in answer to whom."""

    BY_PERSON = "no"
    GENERATED = "auto-generated"
    REPLIED = "auto-replied"


@dataclass(frozen=True, slots=True)
class File:
    """A file to send along."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that is written into an outgoing mail; ids without brackets."""

    author: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    at: datetime
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    # Outlook's: what the conversation is about, and where the mail stands in it
    topic: str = ""
    index: bytes = b""
    language: str = ""
    files: tuple[File, ...] = ()
    submitted: Submitted = Submitted.BY_PERSON
    loop_mark: str = ""


def render(letter: Letter) -> bytes:
    """Return the mail as it goes over the wire, CRLF line ends, 7-bit throughout.

    A recipient whose address is beyond ASCII stands in it as a group without members
    (RFC 6857, 3.1.8), so that the others' servers take the mail as well. ValueError
    when an address cannot stand in a header.
    """
    kind, body = _body(letter)
    head = "\r\n".join([*_headers(letter), *kind])
    return head.encode("ascii") + b"\r\n\r\n" + body


def readdressed(raw: bytes, *, old: str, new: str) -> bytes:
    """Return a mail that we rendered with another address in its To or Cc.

    ValueError when the address cannot stand in a header.
    """
    head, blank, body = raw.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    wrong = _recipient(Address("", old)).encode("ascii")
    whole = re.compile(rb"(?<![^\s<,:])" + re.escape(wrong) + rb"(?![^\s>,])")
    named = _recipient(Address("", new)).encode("ascii")
    changed = [
        whole.sub(named, field) if field.startswith((b"To:", b"Cc:")) else field
        for field in fields
    ]
    return b"\r\n".join(changed) + blank + body


def _headers(letter: Letter) -> list[str]:
    lines = [
        _people("From", (letter.author,)),
        _recipients("To", letter.to),
        _recipients("Cc", letter.cc),
        _people("Reply-To", (letter.reply_to,) if letter.reply_to else ()),
        _text("Subject", letter.subject),
        f"Date: {format_datetime(letter.at)}",
        _ids("Message-ID", (letter.message_id,)),
        _ids("In-Reply-To", (letter.in_reply_to,)),
        _ids("References", _thread(letter)),
        _text("Thread-Topic", letter.topic if letter.index else ""),
        _index(letter.index),
        _text("Content-Language", letter.language),
        _text("X-Evenhand-Loop", letter.loop_mark),
        "MIME-Version: 1.0",
    ]
    if letter.submitted is not Submitted.BY_PERSON:
        lines += [
            f"Auto-Submitted: {letter.submitted}",
            f"X-Auto-Response-Suppress: {SUPPRESS}",
        ]
    return [line for line in lines if line]


def _thread(letter: Letter) -> tuple[str, ...]:
    """Keep the first reference and the newest; what is answered stands last.

    RFC 5322, 3.6.4: the parent is the last of the list. Programs that thread by it
    (Apple Mail, Thunderbird) and those that take In-Reply-To then agree.
    """
    before = dict.fromkeys(filter(None, letter.references))
    before.pop(letter.in_reply_to, None)
    ids = (*before, *filter(None, (letter.in_reply_to,)))
    return (*ids[:1], *ids[1:][-19:])


def _index(index: bytes) -> str:
    words = conversation_index.written(index)
    cuts = [words[at : at + 60] for at in range(0, len(words), 60)]
    return "Thread-Index: " + "\r\n ".join(cuts) if cuts else ""


def _body(letter: Letter) -> tuple[list[str], bytes]:
    kind, body = _text_part("plain", letter.text)
    seed = hashlib.sha256(letter.message_id.encode()).hexdigest()[:24]
    if letter.html:
        parts = [(kind, body), _text_part("html", letter.html)]
        kind, body = _multipart("alternative", f"=_alt_{seed}", parts)
    if letter.files:
        parts = [(kind, body), *map(_file_part, letter.files)]
        kind, body = _multipart("mixed", f"=_mix_{seed}", parts)
    return kind, body


def _multipart(
    kind: str, boundary: str, parts: Sequence[tuple[list[str], bytes]]
) -> tuple[list[str], bytes]:
    """Join parts; `=_` cannot occur in base64 or quoted-printable, so no part holds it."""
    line = f"--{boundary}\r\n".encode()
    joined = b"".join(
        line + "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body + b"\r\n"
        for head, body in parts
    )
    head = [f'Content-Type: multipart/{kind}; boundary="{boundary}"']
    return head, joined + f"--{boundary}--\r\n".encode()


def _text_part(kind: str, text: str) -> tuple[list[str], bytes]:
    """Encode as quoted-printable where most of it stays readable, else base64."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    data = lines.replace("\n", "\r\n").encode("utf-8", "replace")
    foreign = sum(byte > 0x7E for byte in data)
    as_words = foreign * 4 < len(data)
    encoding = "quoted-printable" if as_words else "base64"
    body = binascii.b2a_qp(data, istext=True) if as_words else _base64(data)
    return [
        f"Content-Type: text/{kind}; charset=utf-8",
        f"Content-Transfer-Encoding: {encoding}",
    ], body


def _file_part(file: File) -> tuple[list[str], bytes]:
    kind = file.content_type
    if not re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,100}", kind) or kind.startswith(
        "multipart/"
    ):
        kind = "application/octet-stream"
    return [
        f"Content-Type: {kind};{_part_name(file.name)}",
        f"Content-Disposition: attachment;{_file_name(file.name)}",
        "Content-Transfer-Encoding: base64",
    ], _base64(file.content)


def _part_name(name: str) -> str:
    """Write the name as programs read it that do not know RFC 2231: in encoded words."""
    name = _shown_name(name)
    if _PLAIN_NAME.fullmatch(name):
        return f'\r\n name="{name}"'
    return '\r\n name="' + "\r\n ".join(_encoded_words(name)) + '"'


def _shown_name(name: str) -> str:
    return _CONTROL.sub(" ", name)[:150] or "attachment"


def _file_name(name: str) -> str:
    """Write a name exactly, by RFC 2231 where it is more than plain ASCII.

    There is no second `filename` in ASCII beside it: programs that take the first of
    two would show that one.
    """
    name = _shown_name(name)
    if _PLAIN_NAME.fullmatch(name):
        return f'\r\n filename="{name}"'
    exact = quote(name, safe="")
    cuts = [exact[at : at + 60] for at in range(0, len(exact), 60)]
    first, *rest = cuts
    lines = [f"filename*0*=utf-8''{first}"]
    lines += [f"filename*{number}*={cut}" for number, cut in enumerate(rest, start=1)]
    return ";".join(f"\r\n {line}" for line in lines)


def _base64(data: bytes) -> bytes:
    encoded = base64.b64encode(data)
    return b"".join(
        encoded[at : at + LINE] + b"\r\n" for at in range(0, len(encoded), LINE)
    )


def _text(name: str, value: str) -> str:
    clean = " ".join(_CONTROL.sub(" ", value).split(" ")).strip()
    return f"{name}: {_folded(clean)}" if clean else ""


def _folded(text: str) -> str:
    """Write unstructured text: plain ASCII folded at blanks, else encoded words."""
    plain = text.isascii() and "=?" not in text
    words = text.split(" ") if plain else _encoded_words(text)
    # A word no line can hold (a long URL) is encoded too, which cuts it.
    if plain and any(len(word) > 900 for word in words):
        words = _encoded_words(text)
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) + 1 > LINE - 14:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\r\n ".join(lines)


def _encoded_words(text: str) -> list[str]:
    """Cut the text into encoded words (RFC 2047), never inside a character."""
    words: list[str] = []
    chunk = b""
    for char in text:
        data = char.encode("utf-8", "replace")
        if len(chunk) + len(data) > WORD_BYTES:
            words.append(_encoded_word(chunk))
            chunk = b""
        chunk += data
    return [*words, _encoded_word(chunk)] if chunk else words


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?="


def _people(name: str, people: Sequence[Address]) -> str:
    if not people:
        return ""
    return f"{name}: " + ",\r\n ".join(map(_person, people))


def _recipients(name: str, people: Sequence[Address]) -> str:
    return f"{name}: " + ",\r\n ".join(map(_recipient, people)) if people else ""


def _recipient(person: Address) -> str:
    wire = on_the_wire(person.addr)
    if wire.isascii() or not is_address(wire):
        return _person(Address(person.name, wire))
    return "\r\n ".join(_encoded_words(wire)) + " :;"


def _person(person: Address) -> str:
    if not _ADDR.fullmatch(person.addr) or person.addr.strip("<>,;") != person.addr:
        raise ValueError(f"{person.addr!r} cannot stand in a mail header")
    name = _CONTROL.sub(" ", person.name).strip()[:200]
    if not name:
        return person.addr
    if _PLAIN_PHRASE.fullmatch(name) and len(name) < LINE:
        return f"{name} <{person.addr}>"
    if name.isascii() and "=?" not in name and len(name) < LINE:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{person.addr}>'
    return "\r\n ".join(_encoded_words(name)) + f"\r\n <{person.addr}>"


def _ids(name: str, ids: Sequence[str]) -> str:
    clean = [f"<{each}>" for each in ids if re.fullmatch(r"[\x21-\x7e]{1,900}", each)]
    return f"{name}: " + "\r\n ".join(clean) if clean else ""
