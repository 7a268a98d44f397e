"""Under which of its names a team writes: the one that was chosen, else as it is known.

Where nobody chooses, an answer leaves from the address that the other side wrote to.
"""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.channels import identity
from evenhand.channels.models import SendingIdentity
from evenhand.channels.queries.conversations import Conversation
from evenhand.kernel.addresses import same_form, without_tag
from evenhand.staff.models import Team


class NotOffered(LookupError):
    """The team may not write under this name: it was removed, or is another team's."""


def chosen(offered: Sequence[SendingIdentity], *, key: int) -> SendingIdentity:
    """Return the name of this key among those a team may write under; NotOffered."""
    for one in offered:
        if one.pk == key:
            return one
    raise NotOffered(key)


def known_as(
    offered: Sequence[SendingIdentity], *, team: Team, conversation: Conversation
) -> SendingIdentity | None:
    """Return the name by whose address the other side knows us, else the usual one.

    `offered` has the usual one first. None where the settings alone say who writes.
    """
    for address in map(_plain, conversation.ours):
        for one in offered:
            if _plain(identity.sender(team, identity=one).addr) == address:
                return one
    return next(iter(offered), None)


def _plain(address: str) -> str:
    return same_form(without_tag(address))
