"""New addresses that an answer is copied to: which may be, and what to know of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings

from evenhand.cases.models import Case
from evenhand.channels import identity
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.lookalike import Warned, lookalikes
from evenhand.customers import queries as customers
from evenhand.kernel.addresses import is_address, same_form
from evenhand.replies.rules import Recipients

# one person writes to these; a list of readers is no conversation
MOST_ADDED = 10


class NotAdded(Exception):
    """The address cannot get a copy; it is the argument."""


class NoAddress(NotAdded):
    """It cannot be written to."""


class OurOwn(NotAdded):
    """It is one that the desk answers from: the mail would come back as a new one."""


class HasItAlready(NotAdded):
    """The answer goes to it anyway."""


class TooMany(NotAdded):
    """The answer has as many new addresses as it may."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new address, and whom it could be taken for.

    `is_customers`: another address of the customer's own; `is_anothers`: one of another
    customer. Else nobody knows it.
    """

    address: str
    is_customers: bool
    is_anothers: bool
    warned: tuple[Warned, ...]


def bare(typed: str) -> str:
    """Return the address of what was typed or pasted, in the form for comparing.

    As it stands where it is no address; `Ann Lee <ann@mail.example>` gives its inside.
    """
    text = typed.strip()
    _, angle, inside = text.rpartition("<")
    return same_form(inside if angle and text.endswith(">") else text)


def checked(typed: str, *, reach: Recipients, added: Collection[str]) -> str:
    """Return the address to add; NotAdded where it may not be.

    `added` are those that the answer has besides.
    """
    address = bare(typed)
    # what is not ASCII needs servers that know SMTPUTF8, and many do not
    if not (is_address(address) and address.isascii()):
        raise NoAddress(address)
    if identity.is_ours(address):
        raise OurOwn(address)
    if address in map(same_form, reach.to) or address in added:
        raise HasItAlready(address)
    if len(added) >= MOST_ADDED:
        raise TooMany(address)
    return address


def all_checked(typed: Iterable[str], *, reach: Recipients) -> tuple[str, ...]:
    """Return every new address, in order and each once; NotAdded for the first fault."""
    found: list[str] = []
    for address in sorted({bare(each) for each in typed}):
        found.append(checked(address, reach=reach, added=found))
    return tuple(found)


def worth_keeping(added: Iterable[str]) -> list[str]:
    """Return what a draft keeps of new addresses: those that are addresses at all."""
    found = sorted({bare(each) for each in added})
    return [each for each in found if is_address(each)][:MOST_ADDED]


def shown(
    case: Case, added: Collection[str], *, reach: Recipients
) -> tuple[Added, ...]:
    """Return what the answer box tells of each new address that takes no part yet."""
    new = [each for each in worth_keeping(added) if each not in reach.others]
    if not new:
        return ()
    own = customers.addresses_of(case.customer)
    others = customers.known_among(new) - own
    known = own | frozenset((*reach.to, *reach.others))
    return tuple(
        Added(
            address=address,
            is_customers=address in own,
            is_anothers=address in others,
            warned=lookalikes(
                Address("", address),
                domains=settings.MAIL_DOMAINS,
                names=(),
                known=known,
            ),
        )
        for address in new
    )
