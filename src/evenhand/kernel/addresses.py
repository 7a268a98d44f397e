"""Mail addresses: one form for comparing, and their parts."""

from __future__ import annotations

import re

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
