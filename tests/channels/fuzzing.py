"""Spoilt mails: whatever the bytes, a mail is read or refused, in bounded time."""

# ruff: noqa: ISC004 - long mails are joined inside a tuple of mails
from __future__ import annotations

import base64
import random
import re
import signal
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from evenhand.channels.mail.authentication import authentication
from evenhand.channels.mail.describe import described
from evenhand.channels.mail.fields import read_fields
from evenhand.channels.mail.invitations import events
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.lookalike import lookalikes
from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.mail.quotes import newest_text
from evenhand.channels.mail.sanitise import safe_html
from evenhand.channels.mail.thread import claims
from evenhand.channels.mail.tnef import SIGNATURE

MOST_SECONDS = 1.0
LARGEST_SEED = 8_000
_ENVELOPE = SIGNATURE + b"\x01\x00" + b"".join(
    struct.pack("<BII", 1, number, len(value)) + value + b"\0\0"
    for number, value in (
        (0x00069002, b"\0" * 14),
        (0x00018010, b"a.txt\0"),
        (0x0006800F, b"content"),
        (0x00069005, struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, 4) + b"a\0b\0"),
    )
)  # fmt: skip

SEEDS: tuple[bytes, ...] = (
    b"From: Eva <eva@mail.example>\nTo: help@shop.example, a: b@c.example;\n"
    b"Subject: =?utf-8?B?R3LDvMOfZQ==?= =?iso-8859-1?Q?=E4?=\n"
    b"Message-ID: <a@mail.example>\nReferences: <b@mail.example> <c@mail.example>\n"
    b'Content-Type: multipart/mixed; boundary="b1"\n\n--b1\n'
    b"Content-Type: multipart/alternative; boundary=b2\n\n--b2\n"
    b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n"
    b"Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe =\n\nOn 16 Nov 2026, "
    b"at 09:00, Mei <help@shop.example> wrote:\n> Dear Eva\n>\n> what size?\n\n38\n-- \n"
    b'Eva\n--b2\nContent-Type: text/html; charset=utf-8\n\n<div style="color:red">a<b>c'
    b'<img src="cid:x"><a href="https://a.example">l</a></div><blockquote>q</blockquote>'
    b"\n--b2--\n--b1\nContent-Type: application/ms-tnef; name*0*=utf-8''win%6D;\n"
    b" name*1=ail.dat\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(_ENVELOPE)
    + b"--b1\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
    b'METHOD:REQUEST\nBEGIN:VEVENT\nDTSTART;TZID="a":20261116T090000\nSUMMARY:x\\, y\n'
    b" z\nEND:VEVENT\nEND:VCALENDAR\n--b1\nContent-Type: message/rfc822\n\n"
    b"From: b@c.example\nSubject: inner\n\ninner words\n--b1--\n",
    b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\n"
    b"Authentication-Results: mx.shop.example; spf=pass (a (b)) smtp.mailfrom=a.example;"
    b" dkim=pass header.d=a.example\nContent-Type: multipart/report; boundary=r;\n"
    b" report-type=delivery-status\n\n--r\n\nThe mail system: 550 5.1.1 unknown\n--r\n"
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    b"Final-Recipient: rfc822; eva@mail.example\nAction: failed\nStatus: 5.1.1\n"
    b"Diagnostic-Code: smtp; 550 no such user\n--r\nContent-Type: text/rfc822-headers\n\n"
    b"Message-ID: <x@shop.example>\n--r--\n",
    b'From: "\xd6\xd0\xce\xc4" <wei@mail.example>\nSubject: \xd6\xd0\xce\xc4\n'
    b"Content-Type: text/plain; charset=gb2312\n\n\xc4\xe3\xba\xc3\xa3\xac\xd6\xd0\xce\xc4"
    b"\n------------------ \xd4\xad\xca\xbc\xd3\xca\xbc\xfe ------------------\nold\n",
    b"From: a@b.example\nSubject: uu\n\nwords\nbegin 644 a.txt\n#:&D*\n`\nend\nmore\n",
    b"From: Sato <s@mail.example>\nSubject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=\n"
    b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$BF|K\\\x1b(B\n",
)  # fmt: skip

_TRICKS: tuple[bytes, ...] = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\n\n", b"--b1\n", b"--b1--\n", b"\n--\n", b"=?", b"?=",
    b"=?utf-8?B?", b"=?x*y?q?=?=", b"=\n", b"=C3", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"+AA-",
    b"boundary=", b'boundary=""', b"boundary=b2", b"charset=utf-16", b"charset=utf-7",
    b"charset=base64", b"charset=idna", b"name*0*=''%", b"filename*1000=x", b"Content-Type: ",
    b"Content-Type: multipart/digest; boundary=b1\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: x-uuencode\n", b"begin 644 x\n", b"<", b">", b'"', b"(", b")", b"\\",
    b";", b":", b",", b"@", b"<!--", b"<script>", b"<style>", b"<svg><script>", b"&#x0;", b"]]>",
    b'<a href="java\tscript:x">', b'<div style="position:fixed">', b"> ", b"-- \n", b"wrote:\n",
    b"On 1 Jan 2026 x <a@b.c> wrote:\n", b"\xe2\x80\xae", b"\xed\xa0\x80", b"%00", b"*" * 300,
    SIGNATURE, b"BEGIN:VEVENT\n", b"END:VEVENT\n", b"\x00\xff\xff\xff\x7f",
)  # fmt: skip


class Hung(Exception):
    """A mail took longer than any may."""


def mutant(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Spoil one of the seeds in one to six ways."""
    raw = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        way = chance.choice(_WAYS)
        raw = way(raw, seeds, chance)
    return raw


def tried(raw: bytes) -> bool:
    """Do all that is done with a mail; False if it is refused. AssertionError if wrong."""
    try:
        mail = parse(raw)
    except Unreadable:
        return False
    described(mail)
    _check_words(mail)
    shown = safe_html(mail.html).lower()
    assert not re.search(
        r"<(?:script|iframe|object|embed|form|style|svg|link|meta|base)\b", shown
    )
    fields, _ = read_fields(raw, start=0, end=min(len(raw), 32_768))
    authentication(fields, trusted=("mx.shop.example",))
    lookalikes(
        mail.author,
        domains=["shop.example"],
        names=["Shop"],
        known=["eva@mail.example"],
    )
    claims(mail, delivered_to=["help@shop.example"], secret="s" * 32)
    for file in mail.attachments:
        if file.content_type == "text/calendar":
            events(file.content, charset=file.charset)
    return True


def _check_words(mail: ParsedMail) -> None:
    """Nothing that a database refuses, and no line lost between new and quoted."""
    words = mail.words
    for text in (mail.subject, mail.text, mail.html, mail.author.name, words):
        assert "\0" not in text
        text.encode()
    newest = newest_text(words)
    kept = f"{newest.text}\n{newest.rest}".split()
    assert len(kept) == len(words.split())


@contextmanager
def within(seconds: float = MOST_SECONDS) -> Iterator[None]:
    """Raise Hung in the block once it has used so much time of the processor."""

    def alarm(_signal: int, _frame: FrameType | None) -> None:
        raise Hung(f"over {seconds} s")

    before = signal.signal(signal.SIGVTALRM, alarm)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _flipped(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    spoilt = bytearray(raw)
    for _ in range(chance.randint(1, 20) if spoilt else 0):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _tricked(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(raw))
        raw = (
            raw[:at]
            + chance.choice(_TRICKS) * chance.choice((1, 1, 1, 2, 50))
            + raw[at:]
        )
    return raw


def _spliced(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _cut(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    begin = chance.randint(0, len(raw))
    return raw[:begin] + raw[chance.randint(begin, len(raw)) :]


def _repeated(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Write some lines again: twice a field, twice a boundary, a long list of them."""
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    piece = lines[at : at + chance.randint(1, 4)]
    return b"\n".join(lines[:at] + piece * chance.choice((2, 2, 3, 40)) + lines[at:])


def _shuffled(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    for _ in range(chance.randint(1, 6)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _bounded(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Make boundaries of one another: the same twice, one the beginning of another."""
    found = re.findall(rb"boundary=\"?([^\s\";]{1,70})", raw)
    if not found:
        return (
            b"Content-Type: multipart/mixed; boundary=b1\n\n--b1\n"
            + raw
            + b"\n--b1--\n"
        )
    one, other = chance.choice(found), chance.choice(found)
    return raw.replace(
        one, chance.choice((other, one[:1], one + b"x", b"", other + one))
    )


def _nested(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Put the mail into many multiparts, or into mails in mails."""
    for level in range(chance.choice((1, 3, 25, 60))):
        mark = f"n{level}" if chance.random() < 0.8 else "n"
        inner = chance.choice((b"", b"Content-Type: message/rfc822\n\n"))
        head = f"Content-Type: multipart/mixed; boundary={mark}\n\n--{mark}\n".encode()
        raw = head + inner + raw + f"\n--{mark}--\n".encode()
    return raw


def _swollen(raw: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Add much of one thing; seldom, for it is slow by its size alone."""
    if chance.random() < 0.9:
        return _tricked(raw, _seeds, chance)
    piece = chance.choice(
        (*_TRICKS, b"a", b" ", b"<b>", b"=?utf-8?q?a?= ", b"X: y\n", b"\n> a")
    )
    at = chance.randint(0, len(raw))
    return (
        raw[:at]
        + piece * (chance.choice((1_000, 30_000)) // max(1, len(piece) // 4))
        + raw[at:]
    )


_WAYS: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _flipped, _flipped, _tricked, _tricked, _spliced, _cut, _repeated, _shuffled, _bounded,
    _nested, _swollen,
)  # fmt: skip
