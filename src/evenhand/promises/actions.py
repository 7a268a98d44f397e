"""Make a promise, keep it, move it, break it, admit it, release it, hand it over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases.actions import CaseClosed, CaseMerged
from evenhand.cases.models import Case, Direction, Message
from evenhand.cases.queries import is_one_with, locked_case
from evenhand.kernel.money import Money
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.promises import queries, rules
from evenhand.promises.models import Promise
from evenhand.promises.rules import State
from evenhand.staff.models import Member


class NothingPromised(ValueError):
    """A promise without words."""


class DueInThePast(ValueError):
    """The day or hour promised has already passed."""


class AlreadyEnded(Exception):
    """The promise was kept, moved, broken or released before."""


class TooLateToMove(Exception):
    """The promise was due already: it can be kept late or broken, not moved."""


class NoConsent(ValueError):
    """A move without a word of how the customer agreed."""


class NoReason(ValueError):
    """A promise was to be broken or released without a reason."""


class NotToAdmit(Exception):
    """Only a broken promise is admitted, once, in a message to the same customer."""


@transaction.atomic
def make(
    *,
    case: Case,
    what: str,
    due_at: datetime,
    owner: Member,
    by: Member,
    at: datetime,
    amount: Money | None = None,
    made_in: Message | None = None,
) -> Promise:
    """Write down what was promised and by when.

    NothingPromised, DueInThePast, CaseClosed or CaseMerged, and nothing is written
    down.
    """
    held = locked_case(case)
    if held.merged_into_id is not None:
        raise CaseMerged(case.ref)
    if held.closed_at is not None:
        raise CaseClosed(case.ref)
    promise = _write_down(
        case=case,
        what=what,
        due_at=due_at,
        owner=owner,
        by=by,
        at=at,
        amount=amount,
        made_in=made_in,
    )
    _tell(
        promise,
        kind="promise.made",
        by=by.as_actor,
        at=at,
        data={
            "what": promise.what,
            "due_at": due_at.isoformat(),
            "owner": owner.as_actor,
            "amount": "" if amount is None else str(amount),
        },
    )
    return promise


@transaction.atomic
def keep(*, promise: Promise, by: Member, at: datetime) -> Promise:
    """Say that the promise was kept; after its instant it is kept late."""
    promise = _end(promise=promise, state=State.KEPT, by=by, at=at)
    late = at > promise.due_at
    _tell(promise, kind="promise.kept", by=by.as_actor, at=at, data={"late": late})
    return promise


@transaction.atomic
def move(
    *,
    promise: Promise,
    new_due_at: datetime,
    consent: str,
    by: Member,
    at: datetime,
) -> Promise:
    """Put a later promise in its place, and return the new one.

    Only until it is due (TooLateToMove), and only with a word of how the customer
    agreed (NoConsent): a promise that passed was broken, and moving must not hide it.
    """
    if not consent.strip():
        raise NoConsent("say how the customer agreed to the new date")
    promise = _open(promise)
    if not rules.may_move(due_at=promise.due_at, at=at):
        raise TooLateToMove(str(promise))
    moved_to = _write_down(
        case=promise.case,
        what=promise.what,
        due_at=new_due_at,
        owner=promise.owner,
        by=by,
        at=at,
        amount=promise.amount,
        made_in=None,
    )
    _end(
        promise=promise,
        state=State.MOVED,
        by=by,
        at=at,
        reason=consent,
        moved_to=moved_to,
    )
    _tell(
        promise,
        kind="promise.moved",
        by=by.as_actor,
        at=at,
        data={
            "to": moved_to.as_subject,
            "due_at": new_due_at.isoformat(),
            "consent": consent.strip(),
        },
    )
    return moved_to


@transaction.atomic
def break_promise(
    *, promise: Promise, reason: str, by: Member, at: datetime
) -> Promise:
    """Say that the promise will not be or was not kept, and why; NoReason without.

    It then waits to be admitted to the customer.
    """
    promise = _end(
        promise=promise, state=State.BROKEN, by=by, at=at, reason=_reason(reason)
    )
    _tell(
        promise,
        kind="promise.broken",
        by=by.as_actor,
        at=at,
        data={"reason": promise.reason},
    )
    return promise


@transaction.atomic
def release(*, promise: Promise, reason: str, by: Member, at: datetime) -> Promise:
    """Say that the customer no longer wants it, and why; NoReason without."""
    promise = _end(
        promise=promise, state=State.RELEASED, by=by, at=at, reason=_reason(reason)
    )
    _tell(
        promise,
        kind="promise.released",
        by=by.as_actor,
        at=at,
        data={"reason": promise.reason},
    )
    return promise


@transaction.atomic
def admit(*, promise: Promise, message: Message, by: Member, at: datetime) -> Promise:
    """Note the message in which the customer was told that it was broken.

    NotToAdmit where it is not broken, was admitted before, or the message did not go
    out in the same case, or in one with which it is one.
    """
    promise = queries.locked_promise(promise)
    here = is_one_with(promise.case, message.case_id)
    told = here and message.direction == Direction.OUT
    if promise.state != State.BROKEN or promise.admitted_in_id or not told:
        raise NotToAdmit(str(promise))
    promise.admitted_in = message
    promise.save(update_fields=["admitted_in"])
    _tell(
        promise,
        kind="promise.admitted",
        by=by.as_actor,
        at=at,
        data={"message": f"message:{message.pk}"},
    )
    return promise


@transaction.atomic
def hand_over(*, promise: Promise, to: Member, by: Member, at: datetime) -> Promise:
    """Give an open promise to a colleague, who from now on owes it."""
    promise = _open(promise)
    was = promise.owner
    promise.owner = to
    promise.save(update_fields=["owner"])
    _tell(
        promise,
        kind="promise.handed_over",
        by=by.as_actor,
        at=at,
        data={"from": was.as_actor, "to": to.as_actor},
    )
    return promise


def announce_due(*, at: datetime) -> int:
    """Tell of promises that fall due within the hour or have passed, once each.

    Return how many. Two workers at the same moment tell each promise once: the
    conditional update decides which of them does.
    """
    due, late = queries.untold(at=at)
    told = [
        _announce(promise, kind="promise.due", told="due_told_at", at=at)
        for promise in due
    ]
    told += [
        _announce(promise, kind="promise.late", told="late_told_at", at=at)
        for promise in late
    ]
    return sum(told)


@transaction.atomic
def _announce(promise: Promise, *, kind: str, told: str, at: datetime) -> bool:
    claimed = Promise.objects.filter(
        pk=promise.pk, state=State.DUE, **{f"{told}__isnull": True}
    ).update(**{told: at})
    if claimed:
        _tell(
            promise,
            kind=kind,
            by=ledger.SYSTEM,
            at=at,
            data={"due_at": promise.due_at.isoformat()},
        )
    return bool(claimed)


def _write_down(
    *,
    case: Case,
    what: str,
    due_at: datetime,
    owner: Member,
    by: Member,
    at: datetime,
    amount: Money | None,
    made_in: Message | None,
) -> Promise:
    if not what.strip():
        raise NothingPromised("a promise needs words")
    if due_at <= at:
        raise DueInThePast(f"{due_at.isoformat()} has passed")
    return Promise.objects.create(
        case=case,
        what=one_line(what, most=300),
        amount_minor=None if amount is None else amount.minor,
        currency="" if amount is None else amount.currency,
        due_at=due_at,
        owner=owner,
        made_by=by,
        made_at=at,
        made_in=made_in,
    )


def _open(promise: Promise) -> Promise:
    promise = queries.locked_promise(promise)
    if not promise.is_open:
        raise AlreadyEnded(f"{promise} is {promise.state}")
    return promise


def _end(
    *,
    promise: Promise,
    state: State,
    by: Member,
    at: datetime,
    reason: str = "",
    moved_to: Promise | None = None,
) -> Promise:
    promise = _open(promise)
    promise.state = state.value
    promise.ended_at = at
    promise.ended_by = by
    promise.reason = one_line(reason, most=500)
    promise.moved_to = moved_to
    promise.save(update_fields=["state", "ended_at", "ended_by", "reason", "moved_to"])
    return promise


def _reason(text: str) -> str:
    if not text.strip():
        raise NoReason("say why")
    return text


def _tell(
    promise: Promise, *, kind: str, by: str, at: datetime, data: dict[str, object]
) -> None:
    ledger.record(
        kind=kind,
        subject=promise.as_subject,
        matter=promise.case.as_matter,
        by=by,
        at=at,
        data=data,
    )
