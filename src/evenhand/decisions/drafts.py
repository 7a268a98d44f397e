"""Reads of pages in the making; the access doors to them."""

from __future__ import annotations

from evenhand.decisions.models import (
    OPEN,
    DraftCheck,
    PolicyDraft,
    PolicyVersion,
    PublishingRule,
    ReplayRun,
)
from evenhand.kernel.text import is_text
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

_PEOPLE = ("begun_by", "written_by", "proposed_by", "answered_by")


class NoSuchDraft(Exception):
    """There is no such draft, or it is not the member's to see."""


def open_drafts(member: Member) -> list[PolicyDraft]:
    """Return what is being written or waits for a second person, latest first."""
    if not member.may(Permission.PUBLISH_POLICIES):
        return []
    found = PolicyDraft.objects.filter(state__in=OPEN).select_related(*_PEOPLE)
    return list(found.order_by("-updated_at", "-pk"))


def draft_for(member: Member, pk: int) -> PolicyDraft:
    """Return a draft, also one that is done with; NoSuchDraft to who may not publish."""
    found = PolicyDraft.objects.select_related(
        *_PEOPLE, "based_on", "reverts_to", "version"
    ).filter(pk=pk)
    draft = found.first() if member.may(Permission.PUBLISH_POLICIES) else None
    if draft is None:
        raise NoSuchDraft(f"draft {pk}")
    return draft


def check_of(draft: PolicyDraft) -> DraftCheck | None:
    """Return the check of the draft's present text, whatever became of it."""
    return DraftCheck.objects.filter(
        draft=draft, content_hash=draft.content_hash
    ).first()


def latest_replay(draft: PolicyDraft) -> ReplayRun | None:
    """Return the latest replay of this draft, also one of an earlier text."""
    found = ReplayRun.objects.filter(draft=draft).select_related("against", "asked_by")
    return found.order_by("-pk").first()


def replay_of(draft: PolicyDraft) -> ReplayRun | None:
    """Return the latest replay of the draft's present text."""
    found = ReplayRun.objects.filter(draft=draft, content_hash=draft.content_hash)
    return found.select_related("against").order_by("-pk").first()


def latest_version(name: str) -> PolicyVersion | None:
    """Return the version of a page that begins last and was not called off."""
    if not is_text(name):
        return None
    found = PolicyVersion.objects.filter(policy=name, called_off_at__isnull=True)
    return found.select_related("published_by").order_by("-effective_from").first()


def needs_second_person() -> bool:
    """Whether whoever proposes a page may not publish it alone."""
    latest = PublishingRule.objects.order_by("-pk").first()
    return latest is not None and latest.second_person


def known_differences(name: str) -> frozenset[str]:
    """Return the keys of what was said to be meant when a version was published."""
    kept = PolicyDraft.objects.filter(policy=name, version__isnull=False)
    lists = kept.values_list("acknowledged", flat=True)
    return frozenset(point["key"] for points in lists for point in points)
