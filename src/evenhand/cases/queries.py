"""The access doors to cases, and reads that all lists share.

Every list, page, export and live stream takes its cases from `visible_to`: it is the
one permission filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from evenhand.cases import rules
from evenhand.cases.models import (
    Attachment,
    Case,
    Issue,
    Message,
    Note,
    Participant,
    Presence,
)
from evenhand.kernel.paging import mark, read_mark
from evenhand.staff.models import Member
from evenhand.staff.rules import Reach

PRESENT_FOR = timedelta(seconds=45)
PAGE = 50


class NoSuchCase(Exception):
    """There is no such case, or it is not the member's to see: told apart by no one."""


def visible_to(reach: Reach) -> QuerySet[Case]:
    """Return the cases within a member's reach: their teams', or all."""
    if reach.all_teams:
        return Case.objects.all()
    return Case.objects.filter(team__in=reach.teams)


def case_for(member: Member, ref: str) -> Case:
    """Return the case of this number, such as "10042"; NoSuchCase if not theirs."""
    try:
        return (
            visible_to(member.reach)
            .select_related("customer", "team", "owner", "clock", "order")
            .get(pk=rules.key_of(ref))
        )
    except (Case.DoesNotExist, rules.NotAReference) as error:
        raise NoSuchCase(ref) from error


def locked_case(case: Case) -> Case:
    """Lock the case's row until the transaction ends and return it as it is now."""
    return Case.objects.select_for_update().get(pk=case.pk)


def issue_for(member: Member, pk: int) -> Issue:
    """Return an issue of a case that the member may see; NoSuchCase otherwise."""
    found = (
        Issue.objects.filter(pk=pk, case__in=visible_to(member.reach))
        .select_related("case__customer", "case__team", "case__order", "line__product")
        .first()
    )
    if found is None:
        raise NoSuchCase(f"issue {pk}")
    return found


def message_for(member: Member, pk: int) -> Message:
    """Return a message of a case that the member may see; NoSuchCase otherwise."""
    found = (
        Message.objects.filter(pk=pk, case__in=visible_to(member.reach))
        .select_related("case")
        .first()
    )
    if found is None:
        raise NoSuchCase(f"message {pk}")
    return found


def attachment_for(member: Member, pk: int) -> Attachment:
    """Return an attachment of a case that the member may see; NoSuchCase otherwise."""
    found = Attachment.objects.filter(
        pk=pk, message__case__in=visible_to(member.reach)
    ).first()
    if found is None:
        raise NoSuchCase(f"attachment {pk}")
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the key that the next page begins after."""

    cases: list[Case]
    next_key: str


INBOXES = ("open", "mine", "unowned", "closed")


def inbox(
    member: Member, *, which: str = "open", words: str = "", after: str = ""
) -> Page:
    """Return a page of cases, the last moved first.

    `which` is one of INBOXES; `words` narrows by number, subject or customer's name;
    `after` is a `next_key`. A fixed number of queries, however long the list.
    """
    found = visible_to(member.reach).select_related("customer", "owner", "clock")
    found = found.filter(closed_at__isnull=which != "closed")
    if which == "mine":
        found = found.filter(owner=member)
    if which == "unowned":
        found = found.filter(owner__isnull=True)
    if words:
        found = found.filter(_words(words))
    if after:
        found = found.filter(_below(after))
    cases = list(found.order_by("-moved_at", "-id")[: PAGE + 1])
    more = len(cases) > PAGE
    cases = cases[:PAGE]
    next_key = mark(at=cases[-1].moved_at, key=cases[-1].pk) if more else ""
    return Page(cases=cases, next_key=next_key)


def _words(words: str) -> Q:
    # PostgreSQL has no NUL in a text, and nothing that is looked for has one either
    words = words.replace("\0", "")
    meant = Q(subject__icontains=words) | Q(customer__name__icontains=words)
    try:
        return meant | Q(pk=rules.key_of(words))
    except rules.NotAReference:
        return meant


def _below(key: str) -> Q:
    """Return the condition of coming after the key; nothing comes after a broken one."""
    place = read_mark(key)
    if place is None:
        return Q(pk__in=())
    moved_at, last = place
    return Q(moved_at__lt=moved_at) | Q(moved_at=moved_at, pk__lt=last)


# Above this the rail says "99+": counting on would cost more than it tells.
COUNT_UP_TO = 100


def open_count(reach: Reach) -> int:
    """Return how many open cases are in reach, counted up to COUNT_UP_TO."""
    some = visible_to(reach).filter(closed_at__isnull=True).values("pk")
    return some[:COUNT_UP_TO].count()


def thread(case: Case) -> list[Message | Note]:
    """Return messages and notes in the order in which they were said."""
    messages = case.messages.select_related("member").prefetch_related(
        Prefetch("attachments", Attachment.objects.order_by("pk"))
    )
    notes = case.notes.select_related("member")
    return sorted(
        [*messages, *notes],
        key=lambda said: (
            said.said_at if isinstance(said, Message) else said.written_at,
            said.pk,
        ),
    )


def participants_of(case: Case) -> list[Participant]:
    """Return the further addresses of the case's mail."""
    return list(case.participants.order_by("pk"))


def read_clock(case: Case, *, at: datetime) -> rules.ClockReading:
    """Return how the case's first-answer limit stands."""
    clock = case.clock
    if clock.stopped_at is not None and clock.used_minutes is not None:
        return rules.ClockReading(
            used_minutes=clock.used_minutes,
            limit_minutes=clock.limit_minutes,
            due_at=clock.due_at,
            stopped=True,
        )
    return rules.read_clock(
        started_at=clock.started_at,
        limit_minutes=clock.limit_minutes,
        due_at=clock.due_at,
        stopped_at=None,
        schedule=case.team.schedule,
        at=at,
    )


def present_anywhere(*, at: datetime) -> QuerySet[Presence]:
    """Return who has which case before them now, in all cases."""
    return Presence.objects.filter(seen_at__gt=at - PRESENT_FOR)


def present_at(case: Case, *, at: datetime, but: Member) -> list[Presence]:
    """Return colleagues who have the case before them now."""
    return list(
        Presence.objects.filter(case=case, seen_at__gt=at - PRESENT_FOR)
        .exclude(member=but)
        .select_related("member")
        .order_by("member__name")
    )
