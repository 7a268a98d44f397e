"""The inbox: which cases it lists, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from evenhand.cases import rules
from evenhand.cases.models import Case
from evenhand.cases.queries.doors import living
from evenhand.kernel.paging import mark, read_mark
from evenhand.staff.models import Member
from evenhand.staff.rules import Reach

PAGE = 50


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
    found = living(member.reach).select_related("customer", "owner", "clock")
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
        key = rules.key_of(words)
    except rules.NotAReference:
        return meant
    # a merged case is found under its own number: the living one is listed
    homes = Case.objects.filter(pk=key, merged_into__isnull=False)
    return meant | Q(pk=key) | Q(pk__in=homes.values("merged_into"))


def _below(key: str) -> Q:
    """Return the condition of coming after the key; nothing comes after a broken one."""
    place = read_mark(key)
    if place is None:
        return Q(pk__in=())
    moved_at, last = place
    return Q(moved_at__lt=moved_at) | Q(moved_at=moved_at, pk__lt=last)


MOST_CANDIDATES = 20


def merge_candidates(member: Member, *, case: Case, words: str = "") -> list[Case]:
    """Return living cases that this one could be merged into, the likely ones first.

    Those of its customer, open ones before closed ones, then, if words are given, those
    that the words find.
    """
    found = living(member.reach).select_related("customer", "team").exclude(pk=case.pk)
    found = found.filter(_words(words) if words else Q(customer=case.customer_id))
    return sorted(
        found.order_by("-moved_at", "-id")[:MOST_CANDIDATES],
        key=lambda one: (
            one.customer_id != case.customer_id,
            one.closed_at is not None,
        ),
    )


# Above this the rail says "99+": counting on would cost more than it tells.
COUNT_UP_TO = 100


def open_count(reach: Reach) -> int:
    """Return how many open cases are in reach, counted up to COUNT_UP_TO."""
    some = living(reach).filter(closed_at__isnull=True).values("pk")
    return some[:COUNT_UP_TO].count()
