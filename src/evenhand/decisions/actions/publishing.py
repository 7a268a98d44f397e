"""Put a version of a policy page in force; call one off that has not begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from evenhand.decisions import pages
from evenhand.decisions.actions.drafts import actor, may_write
from evenhand.decisions.models import Decision, PolicyVersion, PublishingRule
from evenhand.decisions.rules.versions import (
    Window,
    check_name,
    first_free_day,
    overlap,
)
from evenhand.ledger import actions as ledger
from evenhand.policy.program import Page
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

# any number that no other lock of the desk has; it is told apart by the page's name
_LOCK = 7_041


class AlreadyPublished(Exception):
    """The page has this version already; a changed text is a new version."""


class WindowsOverlap(Exception):
    """Another version holds on some of the same days.

    `other` is that version, and `free` the first day from which one without an end may
    hold; neither is known where somebody published at the same moment.
    """

    def __init__(
        self,
        told: str,
        *,
        other: PolicyVersion | None = None,
        free: date | None = None,
    ) -> None:
        super().__init__(told)
        self.other, self.free = other, free


class OtherDay(Exception):
    """The head names another first day, `named`, than the one asked for."""

    def __init__(self, named: date) -> None:
        super().__init__(f"the head says {named}")
        self.named = named


@dataclass(frozen=True, slots=True)
class Terms:
    """With what a version is published beside its text."""

    begins: date | None = None
    why: str = ""
    confirmed_by: Member | None = None
    reverts_to: PolicyVersion | None = None


def publish(
    *, text: str, by: Member | None, at: datetime, terms: Terms | None = None
) -> PolicyVersion:
    """Publish a version of a page; PolicyError with every fault, and nothing changes.

    It begins on the day that its head names, else on that of the terms, else today in
    the desk's time zone. A version without an end ends on the day before. Nothing else
    moves: an overlap is refused.
    """
    may_write(by)
    page = pages.ready(text)
    check_name(page.policy.head.policy, page.policy.head.version)
    terms = terms or Terms()
    with transaction.atomic():
        version, ended = _put_in_force(page, text, by=by, at=at, terms=terms)
        _tell(version, by=by, at=at, ended=ended)
    return version


def _put_in_force(
    page: Page, text: str, *, by: Member | None, at: datetime, terms: Terms
) -> tuple[PolicyVersion, PolicyVersion | None]:
    head = page.policy.head
    window = Window(_begins(page, terms, at), head.to_on)
    others = lock_versions(head.policy)
    if any(other.version == head.version for other in others):
        raise AlreadyPublished(f"{head.policy} {head.version} is published already")
    ended = _make_room(others, window)
    version = PolicyVersion(
        policy=head.policy,
        version=head.version,
        title=(head.title or head.policy)[:200],
        text=text,
        content_hash=page.page_hash,
        judged_on=head.judged_on,
        effective_from=window.begins,
        effective_to=window.ends,
        published_by=by,
        published_at=at,
        why=terms.why,
        confirmed_by=terms.confirmed_by,
        reverts_to=terms.reverts_to,
        closed=ended,
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        raise WindowsOverlap(f"another {head.policy} was just published") from error
    return version, ended


def _begins(page: Page, terms: Terms, at: datetime) -> date:
    named = page.policy.head.from_on
    if named and terms.begins and named != terms.begins:
        raise OtherDay(named)
    today = timezone.localdate(at, timezone.get_default_timezone())
    return named or terms.begins or today


def lock_versions(name: str) -> list[PolicyVersion]:
    """Keep others from publishing this page until the transaction ends.

    Returns its versions that were not called off, the earliest first, as they are once
    nobody else writes. Rows cannot be locked before there are any, hence the lock by
    name; SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, name]
            )
    found = PolicyVersion.objects.select_for_update(no_key=True, of=("self",)).filter(
        policy=name
    )
    return [v for v in found.order_by("effective_from") if not v.is_called_off]


def _make_room(others: list[PolicyVersion], window: Window) -> PolicyVersion | None:
    """End the version without an end, if the new one follows it; refuse overlaps."""
    ended = None
    for other in others:
        theirs = Window(other.effective_from, other.effective_to)
        if theirs.ends is None and theirs.begins < window.begins:
            other.effective_to = window.begins - timedelta(days=1)
            other.save(update_fields=["effective_to"])
            ended = other
        elif overlap(theirs, window):
            raise _overlapping(other, others, window)
    return ended


def _overlapping(
    other: PolicyVersion, others: list[PolicyVersion], window: Window
) -> WindowsOverlap:
    windows = [Window(one.effective_from, one.effective_to) for one in others]
    free = first_free_day(windows, today=window.begins)
    told = f"{other} holds on some of these days; the first free day is {free}"
    return WindowsOverlap(told, other=other, free=free)


def _tell(
    version: PolicyVersion,
    *,
    by: Member | None,
    at: datetime,
    ended: PolicyVersion | None,
) -> None:
    back, second = version.reverts_to, version.confirmed_by
    ledger.record(
        kind="policy.published",
        subject=version.as_subject,
        by=actor(by),
        at=at,
        data={
            "policy": version.policy,
            "version": version.version,
            "hash": version.content_hash,
            "from": version.effective_from.isoformat(),
            "ended": ended.version if ended else "",
            "why": version.why,
            "reverts_to": back.version if back else "",
            "confirmed_by": second.as_actor if second else "",
        },
    )


def has_held(version: PolicyVersion, *, on: date) -> bool:
    """Whether a version was in force on this day or before it."""
    return not version.is_called_off and version.effective_from <= on


class AlreadyBegun(Exception):
    """The version holds already, or somebody decided by it: publish another."""


class AlreadyCalledOff(Exception):
    """Somebody was faster: the version does not begin."""


class WhyNeeded(Exception):
    """Nothing is changed without a word why."""


@transaction.atomic
def call_off(*, version: PolicyVersion, why: str, by: Member, at: datetime) -> None:
    """Call a version off before it begins; the one before it holds on in its place.

    The row stays, and its version is not given to another text.
    """
    may_write(by)
    if not why.strip():
        raise WhyNeeded
    others = lock_versions(version.policy)
    locked = next((other for other in others if other.pk == version.pk), None)
    today = timezone.localdate(at, timezone.get_default_timezone())
    if locked is None:
        raise AlreadyCalledOff(str(version))
    decided_by = Decision.objects.filter(version=locked)
    if locked.effective_from <= today or decided_by.exists():
        raise AlreadyBegun(str(version))
    locked.called_off_at, locked.called_off_by = at, by
    locked.called_off_why = why
    locked.save(update_fields=["called_off_at", "called_off_by", "called_off_why"])
    _give_back(locked)
    ledger.record(
        kind="policy.called_off",
        subject=locked.as_subject,
        by=by.as_actor,
        at=at,
        data={"policy": locked.policy, "version": locked.version, "why": why},
    )


def _give_back(gone: PolicyVersion) -> None:
    """Let the version that was ended hold on, until whatever the gone one made room for."""
    before = gone.closed
    if before is None:
        return
    PolicyVersion.objects.filter(closed=gone).update(closed=before)
    PolicyVersion.objects.filter(pk=before.pk).update(effective_to=gone.effective_to)


@transaction.atomic
def require_second_person(*, required: bool, by: Member | None, at: datetime) -> None:
    """Say whether a page needs a second person to be published; it holds from now on."""
    if by is not None and not by.may(Permission.SET_UP_PUBLISHING):
        raise NotYoursToSetUp(by.name)
    latest = PublishingRule.objects.order_by("-pk").first()
    if (latest is not None and latest.second_person) == required:
        return
    rule = PublishingRule.objects.create(second_person=required, set_by=by, set_at=at)
    ledger.record(
        kind="publishing.rule_set",
        subject=f"publishing_rule:{rule.pk}",
        by=actor(by),
        at=at,
        data={"second_person": required},
    )


class NotYoursToSetUp(Exception):
    """Only an administrator says how many people publishing takes."""
