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
    """Return the address for comparing: trimmed, in lower case, its domain in ASCII.

    Local parts may differ by case (RFC 5321 2.4), but no one hands out such pairs. A
    domain and its form in ASCII are one (RFC 5890 2.3.2.4). No letter is folded into
    others: mail leaves to this form, and strasse is another host than straße.
    """
    bare = address.strip().strip("<>")
    return bare.lower() if bare.isascii() else on_the_wire(bare).lower()


def without_tag(address: str) -> str:
    """Return help@shop.example for help+c10042.x@shop.example (RFC 5233 detail)."""
    local, at, domain = address.rpartition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}"


def domain_of(address: str) -> str:
    """Return the part after the last @ in the form for comparing; a domain alone is one."""
    return same_form(address).rpartition("@")[2]


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
