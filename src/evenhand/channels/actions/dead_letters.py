"""What a person does about mail that did not reach everybody it was for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases import actions as cases
from evenhand.cases.models import SideConversation
from evenhand.channels.actions.delivering import send_soon, settle_state, tell
from evenhand.channels.actions.outbox import NotSendable
from evenhand.channels.actions.side_mail import NotWritten, addressed
from evenhand.channels.mail.render import readdressed
from evenhand.channels.models import (
    DEAD_STATES,
    Outgoing,
    OutgoingState,
    Recipient,
    RecipientState,
)
from evenhand.channels.signing import signed
from evenhand.kernel.addresses import domain_of, is_address, on_the_wire, same_form
from evenhand.staff.models import Member


class NotFailed(Exception):
    """The mail did not fail, or not for this recipient, or somebody mended it."""


@transaction.atomic
def send_again(*, outgoing: Outgoing, by: Member, at: datetime) -> None:
    """Queue a failed mail once more, with the same bytes and all its attempts.

    It goes only to those who did not get it. NotFailed where it did not fail, or came
    back for nobody knows whom.
    """
    mail = _locked_failed(outgoing)
    again = mail.people.filter(state__in=DEAD_STATES, instead__isnull=True)
    count = again.update(state=RecipientState.WAITING, code=None, words="", at=at)
    if mail.came_back and not count:
        raise NotFailed(str(mail))
    _queue_again(mail, at=at)
    tell(mail, kind="mail.queued_again", by=by.as_actor, at=at)


@transaction.atomic
def correct_address(
    *, recipient: Recipient, address: str, by: Member, at: datetime
) -> Recipient:
    """Send a failed mail to another address in place of one that was wrong.

    While no copy of the mail is out in the world, its head names the new address.
    Else the bytes stay as the others have them. Of a mail that came back for nobody
    knows whom, it says so who corrects the address. NotSendable where the address is none
    or gets the mail already; NotFailed where this recipient's mail did not fail.
    """
    mail = _locked_failed(recipient.outgoing)
    people = list(mail.people.all())
    wrong = next((one for one in people if one.pk == recipient.pk), None)
    if wrong is None or not (wrong.is_dead or wrong.is_in_doubt):
        raise NotFailed(str(recipient))
    known = {same_form(one.address) for one in people}
    address = on_the_wire(address)
    if not (is_address(address) and address.isascii()) or same_form(address) in known:
        raise NotSendable(address)
    if mail.side_message is not None:
        _join_aside(mail.side_message.side, address, at=at)
    right = Recipient.objects.create(
        outgoing=mail, address=address, kind=wrong.kind, at=at
    )
    if wrong.is_in_doubt:
        wrong.state, wrong.words = RecipientState.BOUNCED, mail.came_back
    wrong.instead = right
    wrong.save(update_fields=["state", "words", "instead"])
    nobody_has_it = all(
        one.state in {RecipientState.REFUSED, RecipientState.FAILED} for one in people
    )
    if nobody_has_it:
        mail.raw = signed(
            readdressed(bytes(mail.raw), old=wrong.address, new=address),
            server=mail.server,
            domain=domain_of(mail.envelope_from),
        )
        mail.save(update_fields=["raw"])
    _queue_again(mail, at=at)
    tell(mail, kind="mail.readdressed", by=by.as_actor, at=at)
    return right


def _join_aside(side: SideConversation, address: str, *, at: datetime) -> None:
    """Let the corrected address take part; one that may not be written to gets nothing."""
    try:
        addressed(case=side.case, to=[address])
    except NotWritten as refusal:
        raise NotSendable(address) from refusal
    cases.join_side(side=side, address=address, name="", at=at)


@transaction.atomic
def leave_it(*, outgoing: Outgoing, by: Member, at: datetime) -> None:
    """Put a failed mail aside: somebody looked, and nothing more is to be done."""
    mail = _locked_failed(outgoing)
    mail.settled_by, mail.settled_at = by, at
    mail.save(update_fields=["settled_by", "settled_at"])
    tell(mail, kind="mail.left", by=by.as_actor, at=at)


def _locked_failed(outgoing: Outgoing) -> Outgoing:
    mail = Outgoing.objects.select_for_update(no_key=True).get(pk=outgoing.pk)
    if mail.state != OutgoingState.FAILED:
        raise NotFailed(str(mail))
    return mail


def _queue_again(mail: Outgoing, *, at: datetime) -> None:
    mail.came_back = ""
    settle_state(mail, at=at)
    mail.attempts = 0
    mail.settled_by = mail.settled_at = None
    mail.save(
        update_fields=[
            *("state", "attempts", "error", "came_back"),
            *("settled_by", "settled_at"),
        ]
    )
    send_soon(mail)
