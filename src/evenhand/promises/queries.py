"""Promises of a case, the board, and the access door to one promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Q, QuerySet

from evenhand.cases.models import Case
from evenhand.cases.queries import NoSuchCase, family_of, visible_to
from evenhand.kernel.paging import mark, read_mark
from evenhand.promises.models import Promise
from evenhand.promises.rules import NOTICE, Standing, State
from evenhand.staff.models import Member
from evenhand.staff.rules import Reach

# A board longer than this is not read; the rest comes page by page.
PAGE = 100
# After a standstill as many wait to be told as fell due meanwhile: so many a round.
TOLD_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Card:
    """A promise and how it stands at the instant of the page."""

    promise: Promise
    standing: Standing

    @classmethod
    def of(cls, promise: Promise, *, at: datetime) -> Self:
        return cls(promise=promise, standing=promise.standing_at(at))


@dataclass(frozen=True, slots=True)
class Board:
    """Open promises: late ones first, then today's, then what is coming.

    `more_late` says that there are more late promises than shown; `next_key` continues
    the others, and is empty on the last page.
    """

    late: list[Card]
    due_today: list[Card]
    coming: list[Card]
    more_late: bool = False
    next_key: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.due_today or self.coming)


def _with_people() -> QuerySet[Promise]:
    return Promise.objects.select_related("case__customer", "case__team", "owner")


def promise_for(member: Member, pk: int) -> Promise:
    """Return a promise of a case that the member may see; NoSuchCase otherwise."""
    found = (
        _with_people()
        .select_related("made_by", "ended_by", "moved_to")
        .filter(pk=pk, case__in=visible_to(member.reach))
        .first()
    )
    if found is None:
        raise NoSuchCase(f"promise {pk}")
    return found


def locked_promise(promise: Promise) -> Promise:
    """Lock the promise's row until the transaction ends and return it as it is now."""
    return (
        Promise.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case__team")
        .get(pk=promise.pk)
    )


def of_case(case: Case) -> list[Promise]:
    """Return all promises of a case in the order in which they fall due.

    Those of a case that is merged into it are its too.
    """
    return list(
        Promise.objects.filter(case__in=family_of(case))
        .select_related("owner", "case__team", "admitted_in")
        .order_by("due_at", "pk")
    )


def cards_of(case: Case, *, at: datetime) -> list[Card]:
    """Return the case's promises with how each stands at the instant."""
    return [Card.of(promise, at=at) for promise in of_case(case)]


def open_on(case: Case) -> list[Promise]:
    """Return the case's promises that still have to be kept."""
    return [promise for promise in of_case(case) if promise.is_open]


def unadmitted(case: Case) -> list[Promise]:
    """Return broken promises of which the customer has not been told."""
    return list(
        Promise.objects.filter(
            case__in=family_of(case), state=State.BROKEN, admitted_in__isnull=True
        ).order_by("due_at", "pk")
    )


def board(
    member: Member,
    *,
    at: datetime,
    mine: bool = False,
    after: str = "",
    most: int = PAGE,
) -> Board:
    """Return the open promises within the member's reach, or only the member's own.

    `after` is a `next_key`. Two queries, however many promises there are; late ones
    stand on the first page only.
    """
    found = _with_people().filter(state=State.DUE, case__in=visible_to(member.reach))
    if mine:
        found = found.filter(owner=member)
    found = found.order_by("due_at", "pk")
    late = [] if after else list(found.filter(due_at__lt=at)[: most + 1])
    ahead = list(found.filter(due_at__gte=at).filter(_beyond(after))[: most + 1])
    shown = [Card.of(promise, at=at) for promise in ahead[:most]]
    return Board(
        late=[Card.of(promise, at=at) for promise in late[:most]],
        due_today=[card for card in shown if card.standing == Standing.DUE_TODAY],
        coming=[card for card in shown if card.standing == Standing.COMING],
        more_late=len(late) > most,
        next_key=_mark_of(ahead[:most]) if len(ahead) > most else "",
    )


def untold(*, at: datetime) -> tuple[list[Promise], list[Promise]]:
    """Return open promises to announce: those that fall due soon, those that passed.

    At most TOLD_AT_ONCE of each, the earliest first.
    """
    due = Promise.objects.filter(
        state=State.DUE, due_told_at__isnull=True, due_at__range=(at, at + NOTICE)
    )
    late = Promise.objects.filter(
        state=State.DUE, late_told_at__isnull=True, due_at__lt=at
    )
    return _next(due), _next(late)


def _next(promises: QuerySet[Promise]) -> list[Promise]:
    ordered = promises.select_related("case").order_by("due_at", "pk")
    return list(ordered[:TOLD_AT_ONCE])


def late_count(reach: Reach, *, at: datetime) -> int:
    """Return how many open promises in reach have passed their instant."""
    return Promise.objects.filter(
        state=State.DUE, due_at__lt=at, case__in=visible_to(reach)
    ).count()


def _mark_of(shown: Sequence[Promise]) -> str:
    return mark(at=shown[-1].due_at, key=shown[-1].pk)


def _beyond(key: str) -> Q:
    """Return the condition of coming after the key; a broken key begins anew."""
    place = read_mark(key)
    if place is None:
        return Q()
    due_at, last = place
    return Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=last)
