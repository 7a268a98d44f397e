"""From whom an answer leaves: the name that is taken, and the others to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.cases.models import Case
from evenhand.channels import identity, names
from evenhand.channels.mail.addresses import Address
from evenhand.channels.models import SendingIdentity
from evenhand.channels.queries import conversation_of
from evenhand.channels.queries.sending import identities_of, signature_of


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the answer can leave under, and what would stand below its words."""

    key: int
    author: Address
    below: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Authors:
    """Who writes, what stands below the words, and all names where there is a choice."""

    author: Address
    below: str
    names: tuple[Name, ...] = ()


def authors_of(case: Case, *, chosen: int | None) -> Authors:
    """Return who writes: the chosen name if it is still there, else the fitting one."""
    offered = identities_of(case.team)
    if len(offered) < 2:
        own = next(iter(offered), None)
        return Authors(
            author=identity.sender(case.team, identity=own),
            below=signature_of(own, language=case.language),
        )
    taken = next((one for one in offered if one.pk == chosen), None)
    if taken is None:
        known = conversation_of(case)
        taken = names.known_as(offered, team=case.team, conversation=known)
    found = tuple(_name(case, one, taken=one == taken) for one in offered)
    own_name = next(one for one in found if one.chosen)
    return Authors(author=own_name.author, below=own_name.below, names=found)


def _name(case: Case, one: SendingIdentity, *, taken: bool) -> Name:
    return Name(
        key=one.pk,
        author=identity.sender(case.team, identity=one),
        below=signature_of(one, language=case.language),
        chosen=taken,
    )
