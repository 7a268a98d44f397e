"""Senders who look like somebody else: what a person would misread, said with its reason.

Names are compared as they look, after Unicode Technical Standard 39: letters that
share a shape count as one. Nothing is refused for it; a person is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from evenhand.channels.mail.addresses import Address
from evenhand.kernel.addresses import domain_of, same_form

# One typing error makes another domain of a long name; short ones are all close.
LONG_ENOUGH = 6
MOST_KNOWN = 50
_ADDRESS_IN_NAME = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Letters of other scripts with the shape of a Latin one (from UTS 39, confusables).
_SHAPES = str.maketrans(
    {
        "а": "a", "с": "c", "ԁ": "d", "е": "e", "ҽ": "e", "һ": "h", "і": "i", "ј": "j",
        "ӏ": "l", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "у": "y",
        "х": "x", "ѵ": "v", "ԝ": "w", "к": "k", "м": "m", "н": "h", "в": "b", "п": "n",
        "α": "a", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "υ": "u", "χ": "x", "γ": "y", "ω": "w", "η": "n", "ց": "g", "օ": "o", "ո": "n",
        "ս": "u", "հ": "h", "ɑ": "a", "ɡ": "g", "ı": "i", "ł": "l", "ø": "o", "đ": "d",
        "0": "o", "1": "l", "|": "l", "5": "s", "-": "", "_": "",
    }
)  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# Scripts that may stand beside Latin letters in an honest name (UTS 39, 5.2).
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


class Likeness(StrEnum):
    """In which way a sender could be taken for somebody else."""

    NAME_IS_AN_ADDRESS = "name_is_an_address"
    NAME_IS_OURS = "name_is_ours"
    DOMAIN_LIKE_OURS = "domain_like_ours"
    ADDRESS_LIKE_KNOWN = "address_like_known"
    MIXED_LETTERS = "mixed_letters"


@dataclass(frozen=True, slots=True)
class Warned:
    """The way, what is shown, and whom it looks like."""

    likeness: Likeness
    shown: str
    like: str


def lookalikes(
    author: Address,
    *,
    domains: Collection[str],
    names: Collection[str],
    known: Collection[str],
) -> tuple[Warned, ...]:
    """Return the warnings about a sender.

    `domains` and `names` are ours, `known` the addresses of the customer.
    """
    ours = {domain_of(domain) for domain in domains}
    found = [
        *_by_name(author, ours, names),
        *_by_domain(author, ours),
        *_by_known(author, known),
    ]
    return tuple(found)


def shown_domain(domain: str) -> str:
    """Return a domain as a mail program shows it: punycode (RFC 3492) as its letters."""
    return ".".join(_label(label) for label in domain.casefold().split("."))


def skeleton(text: str) -> str:
    """Return what a text looks like: shapes, without accents and strokes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    bare = bare.translate(_SHAPES)
    for pair, single in _PAIRS:
        bare = bare.replace(pair, single)
    return bare


def _by_name(
    author: Address, ours: Collection[str], names: Collection[str]
) -> Iterator[Warned]:
    said = _ADDRESS_IN_NAME.search(author.name[:1000])
    if said and same_form(said[0].strip(".")) != author.key:
        yield Warned(Likeness.NAME_IS_AN_ADDRESS, said[0], author.addr)
    elif author.domain not in ours:
        bare = skeleton(" ".join(author.name.split()))
        same = (name for name in names if name and skeleton(name) == bare)
        host = (name for name in map(shown_domain, ours) if skeleton(name) == bare)
        like = next(iter((*same, *host)), "")
        if like:
            yield Warned(Likeness.NAME_IS_OURS, author.name, like)


def _by_domain(author: Address, ours: Collection[str]) -> Iterator[Warned]:
    shown = shown_domain(author.domain)
    like = next((each for each in map(shown_domain, ours) if _is_like(shown, each)), "")
    if like and not _belongs(author.domain, ours):
        yield Warned(Likeness.DOMAIN_LIKE_OURS, shown, like)
    elif any(_is_mixed(label) for label in shown.split(".")):
        yield Warned(Likeness.MIXED_LETTERS, shown, author.domain)


def _by_known(author: Address, known: Collection[str]) -> Iterator[Warned]:
    """Compare with the addresses we know: same name before the @, a domain like it."""
    if author.key in {same_form(each) for each in known}:
        return
    local, _, domain = author.key.rpartition("@")
    for address in sorted(known)[:MOST_KNOWN]:
        theirs, _, home = same_form(address).rpartition("@")
        same_place = domain == home and skeleton(local) == skeleton(theirs)
        shown = shown_domain(domain)
        if same_place or (local == theirs and _is_like(shown, shown_domain(home))):
            yield Warned(Likeness.ADDRESS_LIKE_KNOWN, author.addr, address)
            return


def _belongs(domain: str, ours: Collection[str]) -> bool:
    return any(domain == each or domain.endswith(f".{each}") for each in ours)


def _is_like(shown: str, ours: str) -> bool:
    """Whether a domain could be read as ours, or carries ours at its beginning."""
    if not shown or shown == ours:
        return False
    if skeleton(shown) == skeleton(ours) or shown.startswith(f"{ours}."):
        return True
    long = min(len(shown), len(ours)) >= LONG_ENOUGH
    return long and _one_error(shown, ours)


def _one_error(one: str, other: str) -> bool:
    """Whether one letter more, less, other or swapped makes the one of the other."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    same = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        len(one),
    )
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    swapped = one[same : same + 2] == other[same : same + 2][::-1]
    return one[same + 1 :] == other[same + 1 :] or (
        swapped and one[same + 2 :] == other[same + 2 :]
    )


def _is_mixed(label: str) -> bool:
    """Whether a label mixes Latin letters with those of a script that looks like it."""
    scripts = {
        script
        for char in label
        if char.isalpha()
        for script in _SCRIPTS
        if unicodedata.name(char, "").startswith(script)
    }
    return len(scripts) > 1


def _label(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
