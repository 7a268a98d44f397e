"""DKIM (RFC 6376): our key for a domain, its record, the signature over a mail."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dkim.dnsplug import get_txt

from evenhand.channels.models import SendingServer
from evenhand.channels.secrets import unseal

# RFC 8301, 3.2: at least 1024, should be 2048
BITS = 2048
_SIGNATURE = re.compile(
    rb"\ADKIM-Signature:.*?\r\n(?![ \t])", re.IGNORECASE | re.DOTALL
)
_SPACE = re.compile(r"\s+")
# What a receiver asks the domain's name server, and gets; None where nothing is there.
Lookup = Callable[[bytes], bytes | None]


class NoRecord(Exception):
    """The domain's name server has no such record, or does not answer."""


class AnotherKey(Exception):
    """The record that stands there is of another key, or is no key at all."""


@dataclass(frozen=True, slots=True)
class Record:
    """The TXT record that a domain must publish: under which name, with which value."""

    name: str
    value: str


def new_key() -> str:
    """Return a fresh private key as PEM text."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode("ascii")


def fresh_selector(used: str, *, on: date) -> str:
    """Return a name for a new key that is not the one in use: desk-2026-11.

    A record of the old name is needed for mail that is still on its way (RFC 6376,
    3.1), so a new key never takes it; the second of a month ends in a number.
    """
    named = f"desk-{on:%Y-%m}"
    nth = re.fullmatch(rf"{named}(?:-([0-9]{{1,4}}))?", used)
    return named if nth is None else f"{named}-{int(nth[1] or 1) + 1}"


def record_of(server: SendingServer) -> Record:
    """Return the record of a server's key; UnreadableSecret."""
    key = serialization.load_pem_private_key(
        unseal(server.dkim_key).encode(), password=None
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    value = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode('ascii')}"
    return Record(f"{server.dkim_selector}._domainkey.{server.dkim_domain}", value)


def check_record(server: SendingServer, *, look_up: Lookup | None = None) -> None:
    """Ask the domain's name server for our record; NoRecord, AnotherKey."""
    wanted = record_of(server)
    try:
        found = (look_up or get_txt)(f"{wanted.name}.".encode("ascii"))
    except Exception as error:
        # the resolver has a class for each way in which a name server can fail
        raise NoRecord(wanted.name) from error
    if not found:
        raise NoRecord(wanted.name)
    if _key_in(found.decode("ascii", "replace")) != _key_in(wanted.value):
        raise AnotherKey(wanted.name)


def _key_in(record: str) -> str:
    """Return the key of a record; blanks in it mean nothing (RFC 6376, 3.6.1)."""
    pairs = (part.partition("=") for part in record.split(";"))
    tags = {name.strip(): _SPACE.sub("", value) for name, _, value in pairs}
    return tags.get("p", "")


def signed(raw: bytes, *, server: SendingServer | None, domain: str) -> bytes:
    """Return the mail with our signature above it, where the server signs for its domain.

    `domain` is that of the address in From: one that is not the key's, nor below it,
    would make no aligned signature (RFC 7489, 3.1.1) and is sent as it is. A signature
    that stands there already is replaced.
    """
    if server is None or not server.dkim_on or not _covers(server.dkim_domain, domain):
        return raw
    bare = _SIGNATURE.sub(b"", raw, count=1)
    head: bytes = dkim.sign(
        bare,
        server.dkim_selector.encode("ascii"),
        server.dkim_domain.encode("ascii"),
        unseal(server.dkim_key).encode("ascii"),
        canonicalize=(b"relaxed", b"relaxed"),
    )
    return head + bare


def _covers(signing: str, domain: str) -> bool:
    own, other = signing.casefold(), domain.casefold()
    return other == own or other.endswith(f".{own}")
