"""Take what a provider hands over by a call: mails, and what became of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from evenhand.channels import queries
from evenhand.channels.actions import delivering, intake
from evenhand.channels.actions.intake import Envelope
from evenhand.channels.hooks.events import CameBack
from evenhand.channels.hooks.mails import Brought
from evenhand.channels.models import HookCall, HookRefusal, HookState
from evenhand.customers import actions as customers
from evenhand.kernel.addresses import same_form

# longer than a provider tries again; a call that is older is not believed at all
REMEMBERED = timedelta(days=2)
NOTED_AGAIN = timedelta(minutes=1)


class Replayed(Exception):
    """A signed call came again with another body: somebody else made it."""


@transaction.atomic
def take(*, mails: Sequence[Brought], at: datetime) -> int:
    """Keep the mails of a call, all or none; return how many are new.

    When this has committed none can be lost, and only then may the provider hear 200.
    TooLarge, and nothing is kept.
    """
    new = 0
    for mail in mails:
        _, is_new = intake.store(
            raw=mail.raw,
            source="rebuilt" if mail.is_made else "webhook",
            at=at,
            envelope=Envelope(mail.sender, mail.recipients),
        )
        new += is_new
    return new


@transaction.atomic
def believe_once(*, provider: str, mark: str, said: bytes, at: datetime) -> None:
    """Remember a signed call by its mark; Replayed where it came and said another thing.

    The same words again is the provider's own second try.
    """
    HookCall.objects.filter(called_at__lt=at - REMEMBERED).delete()
    digest = hashlib.sha256(said).hexdigest()
    known, _ = HookCall.objects.get_or_create(
        provider=provider,
        mark=hashlib.sha256(mark.encode()).hexdigest(),
        defaults={"body": digest, "called_at": at},
    )
    if known.body != digest:
        raise Replayed(provider)


@transaction.atomic
def note_call(
    *, provider: str, at: datetime, refusal: HookRefusal | None = None
) -> None:
    """Note when a provider's call was last taken, or refused and why; once a minute."""
    when, said = ("refused_at", ["refusal"]) if refusal else ("called_at", [])
    lately = {f"{when}__gt": at - NOTED_AGAIN}
    if HookState.objects.filter(provider=provider, **lately).exists():
        return
    HookState.objects.bulk_create(
        [HookState(provider=provider, refusal=refusal or "", **{when: at})],
        update_conflicts=True,
        unique_fields=["provider"],
        update_fields=[when, *said],
    )


@transaction.atomic
def note(*, told: Sequence[CameBack], at: datetime) -> None:
    """Mark the mails that a provider tells came back, and their addresses.

    A mail of ours is known by its Message-ID; where the provider tells another id, or
    the mail did not go to that address, the address alone is marked.
    """
    for one in told:
        own = same_form(one.address)
        outgoing = queries.sent_as(one.mail_id) if one.mail_id else None
        if outgoing is not None:
            people = outgoing.people.values_list("address", flat=True)
            addresses = [each for each in people if same_form(each) == own]
            if addresses:
                delivering.bounce(
                    outgoing=outgoing, why=one.why, addresses=addresses, at=at
                )
        if one.reason is not None:
            customers.mark_address(address=own, reason=one.reason.value, at=at)
