"""Mail addresses: one form for comparing, and their parts."""

from __future__ import annotations

import re

import idna

# RFC 5321 4.5.3.1.3 allows a path of 256 octets with its brackets.
LONGEST = 254
_SHAPE = re.compile(r"[^\s@<>\"(),:;\\\x00-\x1f]+@[^\s@<>\"(),:;\\\x00-\x1f]+")


def is_address(text: str) -> bool:
    """Whether the text can be written to: one @, no spaces or controls, not too long."""
    return len(text) <= LONGEST and _SHAPE.fullmatch(text) is not None


def same_form(address: str) -> str:
    """Return the address for comparing: trimmed and case folded.

    Local parts may differ by case (RFC 5321 2.4), but no one hands out such pairs.
    """
    return address.strip().strip("<>").casefold()


def without_tag(address: str) -> str:
    """Return help@shop.example for help+c10042.x@shop.example (RFC 5233 detail)."""
    local, at, domain = address.rpartition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}"


def domain_of(address: str) -> str:
    """Return the part after the last @, case folded."""
    return address.rpartition("@")[2].casefold()


def on_the_wire(address: str) -> str:
    """Return the address with its domain in ASCII, as mail servers are told it (RFC 5891).

    As it is where the domain is ASCII, or none that could be registered.
    """
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return address


def wire_form(address: str) -> str:
    """Return the form in which what servers tell of an address is compared with ours."""
    return on_the_wire(same_form(address))
