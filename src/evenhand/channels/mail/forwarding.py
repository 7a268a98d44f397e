"""Words of one conversation as they are passed on into another: chosen, and cleared."""

from __future__ import annotations

import re
from collections.abc import Collection

# what stands in place of an address that is left out
LEFT_OUT = "[…]"


def passed_on(text: str, *, heading: str, leave_out: Collection[str]) -> str:
    """Return a message as a quotation below a heading, without the addresses named.

    An address is found in any case of letters, and in a link as well.
    """
    cleared = without(text.strip(), leave_out)
    lines = [f"> {line}".rstrip() for line in cleared.splitlines()]
    return "\n".join([heading, *lines])


def without(text: str, addresses: Collection[str]) -> str:
    """Return the text with each of the addresses replaced by a mark."""
    # the longest first: one may be the end of another
    for address in sorted(filter(None, addresses), key=len, reverse=True):
        text = re.sub(re.escape(address), LEFT_OUT, text, flags=re.IGNORECASE)
    return text


def named_in(text: str, addresses: Collection[str]) -> tuple[str, ...]:
    """Return those of the addresses that stand in the text, in order."""
    folded = text.casefold()
    return tuple(sorted(each for each in addresses if each and each in folded))
