"""Hand mail of the outbox over, and write down for each recipient what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from evenhand.channels import queries
from evenhand.channels.mail.reasons import DEAD, reason_of, status_in
from evenhand.channels.models import (
    Outgoing,
    OutgoingState,
    Recipient,
    RecipientState,
    Security,
)
from evenhand.channels.queries.sending import taken_lately
from evenhand.channels.rules import next_try
from evenhand.channels.secrets import UnreadableSecret, unseal
from evenhand.channels.transport import Answer, NotNow, Smtp, Transport, transport_for
from evenhand.customers import actions as customers
from evenhand.jobs import actions as jobs
from evenhand.ledger import actions as ledger

LONGEST_WORDS = 1000
# what a try changes of a mail
_TRIED = (
    *("state", "error", "attempts", "sent_at", "transport"),
    *("settled_at", "settled_by"),
)
# how long a mail rests where its server has had enough for now
REST = timedelta(seconds=5)


def send(*, outgoing_pk: int, at: datetime, attempts: int | None = None) -> None:
    """Hand one mail over for those who wait for it, and write down what became of it.

    With `attempts` only if it was tried as often: of two jobs for one mail, because a
    person sent it again while others still waited, one plans on and the other ends.

    Runs outside any transaction, at least once: killed between the server's 250 and
    the commit it sends the same bytes again. A failure that may pass is tried again
    later, for those alone whom it concerns; the last one, or a refusal for good, is a
    failure that people see.
    """
    outgoing = Outgoing.objects.select_related("server").get(pk=outgoing_pk)
    waiting = list(
        outgoing.people.filter(state=RecipientState.WAITING)
        .order_by("pk")
        .values_list("address", flat=True)
    )
    if not waiting or attempts not in {None, outgoing.attempts}:
        return
    if _is_full(outgoing, at=at):
        send_soon(outgoing, run_at=at + REST)
        return
    try:
        way = _way_of(outgoing)
        by = way.name
        answers = way.deliver(
            sender=outgoing.envelope_from,
            recipients=waiting,
            raw=bytes(outgoing.raw),
        )
    except (NotNow, UnreadableSecret) as not_now:
        # a connection that failed says nothing for good of anybody
        answers, by = dict.fromkeys(waiting, Answer(0, str(not_now))), ""
    write_down(tried=outgoing, answers=answers, by=by, at=at)


def _way_of(outgoing: Outgoing) -> Transport:
    """Return the server that the mail was made for, as it is set up now."""
    server = outgoing.server
    if server is None:
        return transport_for(settings.MAIL_OUT)
    return Smtp(
        host=server.host,
        port=server.port,
        user=server.username,
        password=unseal(server.secret) if server.secret else "",
        tls=server.security == Security.TLS,
        starttls=server.security == Security.STARTTLS,
    )


def _is_full(outgoing: Outgoing, *, at: datetime) -> bool:
    """Whether the server took as many mails within a minute as it may be given.

    Lanes that look at the same instant may each hand one more over.
    """
    server = outgoing.server
    if server is None or server.per_minute is None:
        return False
    return taken_lately(server, at=at) >= server.per_minute


@transaction.atomic
def take_up_again(*, at: datetime) -> int:
    """Send on queued mail whose job is gone with its worker; return how many."""
    forgotten = queries.forgotten_outgoing(at=at)
    for outgoing in forgotten:
        send_soon(outgoing)
    return len(forgotten)


@transaction.atomic
def bounce(
    *, outgoing: Outgoing, why: str, at: datetime, addresses: Collection[str] = ()
) -> None:
    """Note that a mail which had left came back undelivered.

    For these of its recipients. A report need not say for whom it is: of a mail to
    several the mail itself is marked then, so that somebody looks, and nobody is blamed.
    """
    mail = _locked(outgoing.pk)
    people = [one for one in mail.people.all() if one.instead_id is None]
    named = [one for one in people if one.address in addresses]
    words = f"came back: {why}"
    if not named and len(people) > 1:
        mail.came_back = words[:LONGEST_WORDS]
    for one in named or people[: len(people) == 1]:
        _end(one, RecipientState.BOUNCED, words=words, at=at)
    settle_state(mail, at=at)
    mail.settled_at = mail.settled_by = None
    mail.save(update_fields=["state", "error", "came_back", "settled_at", "settled_by"])
    tell(mail, kind="mail.bounced", by=ledger.SYSTEM, at=at, why=why)


@transaction.atomic
def write_down(
    *, tried: Outgoing, answers: Mapping[str, Answer], by: str, at: datetime
) -> None:
    """Keep what the server said of each; plan the next try for who still waits.

    Where another worker tried the same mail meanwhile, that one plans.
    """
    mail = _locked(tried.pk)
    is_ours = mail.attempts == tried.attempts
    tries = mail.attempts + is_ours
    wait = next_try(tries=tries)
    tried_for = _waiting(mail)
    for one in tried_for:
        if one.address in answers:
            _heard(one, answers[one.address], tries=tries, wait=wait, at=at)
    if any(one.state == RecipientState.TAKEN for one in tried_for):
        mail.sent_at, mail.transport = mail.sent_at or at, by
    mail.attempts = tries
    settle_state(mail, at=at)
    dead = [one for one in tried_for if one.is_dead]
    if dead:
        mail.settled_at = mail.settled_by = None
    mail.save(update_fields=_TRIED)
    if is_ours and wait is not None and _waiting(mail):
        send_soon(mail, run_at=at + wait)
    if dead:
        _tell_of_the_dead(mail, dead, at=at)
    elif tried_for and mail.state == OutgoingState.SENT:
        tell(mail, kind="mail.sent", by=ledger.SYSTEM, at=at)


def _tell_of_the_dead(mail: Outgoing, dead: list[Recipient], *, at: datetime) -> None:
    """Tell at once for whom it failed; mark an address that the server does not know."""
    why = _troubles(dead, alone=len(mail.people.all()) == 1)
    tell(mail, kind="mail.failed", by=ledger.SYSTEM, at=at, why=why)
    for one in dead:
        reason = reason_of(status=status_in(one.words), words=one.words)
        if one.state == RecipientState.REFUSED and reason in DEAD:
            customers.mark_address(address=one.address, reason=reason.value, at=at)


def _waiting(mail: Outgoing) -> list[Recipient]:
    return [one for one in mail.people.all() if one.state == RecipientState.WAITING]


def _heard(
    one: Recipient, answer: Answer, *, tries: int, wait: timedelta | None, at: datetime
) -> None:
    words = str(answer) if answer.code else answer.words
    code = answer.code or None
    if answer.taken and answer.code:
        _end(one, RecipientState.TAKEN, code=code, words=answer.words, at=at)
    elif answer.final:
        _end(one, RecipientState.REFUSED, code=code, words=words, at=at)
    elif wait is None:
        words = f"given up after {tries} tries: {words}"
        _end(one, RecipientState.FAILED, code=code, words=words, at=at)
    else:
        _end(one, RecipientState.WAITING, code=code, words=words, at=at)


def _end(
    one: Recipient,
    state: RecipientState,
    *,
    words: str,
    at: datetime,
    code: int | None = None,
) -> None:
    one.state, one.code, one.at = state, code, at
    one.words = words[:LONGEST_WORDS]
    one.save(update_fields=["state", "code", "words", "at"])


def _locked(outgoing_pk: int) -> Outgoing:
    """Return the mail under its lock, with its people and without its bytes."""
    found = Outgoing.objects.select_for_update(no_key=True).defer("raw")
    return found.prefetch_related("people").get(pk=outgoing_pk)


def settle_state(mail: Outgoing, *, at: datetime) -> None:
    """Let the state of a mail say what is true of its recipients."""
    people = list(mail.people.all())
    if mail.came_back or any(one.is_dead for one in people):
        mail.state = OutgoingState.FAILED
    elif any(one.state == RecipientState.WAITING for one in people):
        mail.state = OutgoingState.QUEUED
    else:
        mail.state, mail.sent_at = OutgoingState.SENT, mail.sent_at or at
    troubles = (mail.came_back, _troubles(people, alone=len(people) == 1))
    mail.error = "; ".join(filter(None, troubles))[:LONGEST_WORDS]


def _troubles(people: Collection[Recipient], *, alone: bool) -> str:
    """Say what keeps the mail from whom; only of one recipient is no name needed."""
    told = [
        (one.address, one.words)
        for one in people
        if one.state != RecipientState.TAKEN and one.instead_id is None and one.words
    ]
    return "; ".join(words if alone else f"{who}: {words}" for who, words in told)[
        :LONGEST_WORDS
    ]


def tell(
    outgoing: Outgoing, *, kind: str, by: str, at: datetime, why: str = ""
) -> None:
    """Write to the ledger what happened to a mail, as a matter of its case."""
    case = outgoing.case
    ledger.record(
        kind=kind,
        subject=f"outgoing:{outgoing.pk}",
        matter=case.as_matter if case else "",
        by=by,
        at=at,
        data={"why": why[:500]} if why else {},
    )


def send_soon(outgoing: Outgoing, *, run_at: datetime | None = None) -> None:
    """Leave the mail to a job, in the caller's transaction."""
    jobs.call_later(
        task="evenhand.channels.tasks.send_outgoing",
        arguments={"outgoing_pk": outgoing.pk, "attempts": outgoing.attempts},
        run_at=run_at,
    )
