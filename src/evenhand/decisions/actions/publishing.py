"""Publish a version of a policy page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from evenhand.decisions import pages
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.rules.versions import Window, check_name, overlap
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission


class NotYoursToPublish(Exception):
    """Only those who may publish policies do."""


class AlreadyPublished(Exception):
    """The page has this version already; a changed text is a new version."""


class WindowsOverlap(Exception):
    """Another version holds on some of the same days."""


@transaction.atomic
def publish(*, text: str, by: Member | None, at: datetime) -> PolicyVersion:
    """Publish a version of a page; PolicyError with every fault, and nothing changes.

    It begins on the day that its head names, else today in the desk's time zone. A
    version without an end ends on the day before. Nothing else moves: an overlap is
    refused.
    """
    if by is not None and not by.may(Permission.PUBLISH_POLICIES):
        raise NotYoursToPublish(by.name)
    page = pages.ready(text)
    head = page.policy.head
    check_name(head.policy, head.version)
    window = Window(
        head.from_on or timezone.localdate(at, timezone.get_default_timezone()),
        head.to_on,
    )
    versions = PolicyVersion.objects.select_for_update(of=("self",))
    others = list(versions.filter(policy=head.policy).order_by("effective_from"))
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
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        # somebody published beside us, before there was a row to lock
        raise WindowsOverlap(f"another {head.policy} was just published") from error
    ledger.record(
        kind="policy.published",
        subject=version.as_subject,
        by=by.as_actor if by else ledger.SYSTEM,
        at=at,
        data={
            "policy": version.policy,
            "version": version.version,
            "hash": version.content_hash,
            "ended": ended,
        },
    )
    return version


def _make_room(others: list[PolicyVersion], window: Window) -> str:
    """End the version without an end, if the new one follows it; refuse overlaps."""
    ended = ""
    for other in others:
        theirs = Window(other.effective_from, other.effective_to)
        if theirs.ends is None and theirs.begins < window.begins:
            other.effective_to = window.begins - timedelta(days=1)
            other.save(update_fields=["effective_to"])
            ended = other.version
        elif overlap(theirs, window):
            raise WindowsOverlap(f"{other} holds on some of these days")
    return ended
