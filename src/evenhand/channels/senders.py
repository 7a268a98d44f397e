"""Whether the sender of a message is who they seem: read from the head of the raw mail.

Nothing of it is stored: a server trusted from today on, or an address met since, counts
for yesterday's mail too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings

from evenhand.cases.models import Direction, Message, SideMessage
from evenhand.channels import identity
from evenhand.channels.mail.addresses import Address, author
from evenhand.channels.mail.authentication import Authentication, authentication
from evenhand.channels.mail.fields import read_fields
from evenhand.channels.mail.lookalike import Warned, lookalikes
from evenhand.channels.mail.parameters import parametered
from evenhand.channels.models import Delivery, Placement
from evenhand.channels.queries.heads import head_of


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, by the head of the mail; `vouched` is None where no server told.

    `sealed` is "encrypted" or "signed" by S/MIME or PGP, which nobody here opens or
    checks, else "".
    """

    author: Address
    authentication: Authentication | None
    warned: tuple[Warned, ...]
    sealed: str

    @property
    def vouched(self) -> bool | None:
        told = self.authentication
        return told.vouches_for(self.author) if told else None


def senders_of(
    messages: Sequence[Message], *, known: Collection[str]
) -> dict[int, Sender]:
    """Return message key -> its sender, for mail that came in; one query.

    `known` are the addresses of the case's customer. A mail that came twice is judged
    by the delivery that was placed, which is the first.
    """
    inward = [each.pk for each in messages if each.direction == Direction.IN]
    found = Placement.objects.filter(message__in=inward).values_list(
        "message_id", head_of("delivery__raw")
    )
    return {pk: sender_in(bytes(raw), known=known) for pk, raw in found}


def side_senders_of(
    messages: Sequence[SideMessage], *, known: Collection[str]
) -> dict[int, Sender]:
    """Return the same for a side conversation; `known` are those written to there."""
    inward = [each.pk for each in messages if each.direction == Direction.IN]
    found = Delivery.objects.filter(side_message__in=inward, duplicate=False)
    rows = found.values_list("side_message_id", head_of("raw"))
    return {pk: sender_in(bytes(raw), known=known) for pk, raw in rows if pk}


def sender_in(head: bytes, *, known: Collection[str]) -> Sender:
    """Judge the sender in the head of a raw mail."""
    fields, _ = read_fields(head, start=0, end=len(head))
    wrote = author(fields.first("from"))
    return Sender(
        author=wrote,
        authentication=authentication(fields, trusted=settings.TRUSTED_AUTH_HOSTS),
        warned=lookalikes(
            wrote,
            domains=identity.domains(),
            names=(settings.SHOP_NAME,),
            known=known,
        ),
        sealed=_sealed(fields.first("content-type")),
    )


def _sealed(content_type: bytes) -> str:
    """Tell from the type of the whole mail (RFC 1847; RFC 8551 section 3.2.2)."""
    content = parametered(content_type)
    if content.value in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        signed = content.get("smime-type").lower() == "signed-data"
        return "signed" if signed else "encrypted"
    return {"multipart/encrypted": "encrypted", "multipart/signed": "signed"}.get(
        content.value, ""
    )
