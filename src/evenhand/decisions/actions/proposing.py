"""Propose a draft, answer for a second person, publish what was agreed to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from evenhand.decisions import drafts
from evenhand.decisions.actions.drafts import (
    DraftChanged,
    DraftClosed,
    begin_draft,
    locked_draft,
    may_write,
    tell,
)
from evenhand.decisions.actions.publishing import (
    Terms,
    WhyNeeded,
    has_held,
    lock_versions,
    publish,
)
from evenhand.decisions.models import DraftState, PolicyDraft, PolicyVersion
from evenhand.decisions.readiness import Readiness, readiness
from evenhand.decisions.rules.heads import with_head
from evenhand.decisions.rules.reports import Found, Point
from evenhand.decisions.rules.versions import next_version
from evenhand.policy.errors import PolicyError
from evenhand.staff.models import Member


class NotChecked(Exception):
    """The checks of this text are not done, or could not be run."""


class ChecksFailed(Exception):
    """The checks found what keeps a page from being published; `findings` tells it."""

    def __init__(self, findings: tuple[Found, ...]) -> None:
        super().__init__("; ".join(one.what for one in findings))
        self.findings = findings


class NotAcknowledged(Exception):
    """Something has to be said to be meant first; `points` tells what."""

    def __init__(self, points: tuple[Point, ...]) -> None:
        super().__init__("; ".join(one.what for one in points))
        self.points = points


class OwnProposal(Exception):
    """Whoever proposed a page does not confirm it."""


class NeverHeld(Exception):
    """The version was called off or has not begun: there is nothing to go back to."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks for: from when, why, and what is meant (keys of points)."""

    why: str
    begins: date | None = None
    acknowledged: Collection[str] = ()


@transaction.atomic
def propose(
    *,
    draft: PolicyDraft,
    revision: int,
    proposal: Proposal,
    by: Member | None,
    at: datetime,
) -> PolicyDraft:
    """Publish the draft, or put it before a second person where one is needed.

    PolicyError, NotChecked, ChecksFailed, NotAcknowledged or WhyNeeded say what is
    missing; then nothing changes.
    """
    may_write(by)
    if not proposal.why.strip():
        raise WhyNeeded
    locked = locked_draft(draft)
    if locked.state != DraftState.WRITING:
        raise DraftClosed(locked)
    if locked.revision != revision:
        raise DraftChanged(locked)
    ready = _ready(locked, at=at)
    _check(ready, acknowledged=proposal.acknowledged)
    return _proposed(locked, ready, proposal, by=by, at=at)


@transaction.atomic
def revert(
    *, version: PolicyVersion, why: str, begins: date, by: Member, at: datetime
) -> PolicyDraft:
    """Bring the text of an earlier version back, as a new version from this day on.

    Its text was in force before, so nothing of it has to be acknowledged again; a
    second person is needed as for any other. NeverHeld for one that was not in force.
    """
    may_write(by)
    if not why.strip():
        raise WhyNeeded
    if not has_held(version, on=_today(at)):
        raise NeverHeld(str(version))
    versions = lock_versions(version.policy)
    taken = PolicyVersion.objects.filter(policy=version.policy)
    name = next_version(set(taken.values_list("version", flat=True)), on=_today(at))
    draft = begin_draft(
        text=with_head(version.text, version=name, begins=begins),
        by=by,
        at=at,
        based_on=max(versions, key=lambda v: v.pk, default=None),
        reverts_to=version,
    )
    ready = _ready(draft, at=at)
    if ready.faults:
        raise PolicyError(ready.faults)
    meant = tuple(point.key for point in ready.points)
    return _proposed(draft, ready, Proposal(why, None, meant), by=by, at=at)


@transaction.atomic
def answer_proposal(
    *, draft: PolicyDraft, granted: bool, reason: str, by: Member, at: datetime
) -> PolicyDraft:
    """Publish what a colleague proposed, or send it back with a reason.

    It is looked at again at this moment: what somebody published meanwhile, and what
    the checks say now, keeps it back as it would have on proposing.
    """
    may_write(by)
    if not granted and not reason.strip():
        raise WhyNeeded
    locked = locked_draft(draft)
    if locked.state != DraftState.PROPOSED:
        raise DraftClosed(locked)
    if locked.proposed_by_id == by.pk:
        raise OwnProposal(by.name)
    if not granted:
        return _sent_back(locked, reason, by=by, at=at)
    ready = _ready(locked, at=at)
    if locked.reverts_to_id is None:
        meant = {point["key"] for point in locked.acknowledged}
        _check(ready, acknowledged=meant)
    locked.answered_by, locked.answered_at, locked.answer = by, at, reason
    locked.save(update_fields=["answered_by", "answered_at", "answer"])
    tell(locked, kind="policy.confirmed", by=by, at=at, why=reason)
    return _published(locked, at=at)


@transaction.atomic
def withdraw_proposal(*, draft: PolicyDraft, by: Member, at: datetime) -> PolicyDraft:
    """Take a proposal back that nobody has answered, to write on."""
    may_write(by)
    locked = locked_draft(draft)
    if locked.state != DraftState.PROPOSED:
        raise DraftClosed(locked)
    _write_on(locked)
    tell(locked, kind="policy.proposal_withdrawn", by=by, at=at)
    return locked


def _ready(draft: PolicyDraft, *, at: datetime) -> Readiness:
    """Look at the draft while nobody else publishes the page."""
    lock_versions(draft.policy)
    return readiness(draft, today=_today(at))


def _today(at: datetime) -> date:
    return timezone.localdate(at, timezone.get_default_timezone())


def _check(ready: Readiness, *, acknowledged: Collection[str]) -> None:
    if ready.faults:
        raise PolicyError(ready.faults)
    if not ready.is_checked:
        raise NotChecked(ready.check.error if ready.check else "")
    if ready.report.faults:
        raise ChecksFailed(ready.report.faults)
    missing = tuple(p for p in ready.points if p.key not in acknowledged)
    if missing:
        raise NotAcknowledged(missing)


def _proposed(
    draft: PolicyDraft,
    ready: Readiness,
    proposal: Proposal,
    *,
    by: Member | None,
    at: datetime,
) -> PolicyDraft:
    draft.needs_second = drafts.needs_second_person()
    draft.proposed_by, draft.proposed_at = by, at
    draft.why, draft.begins = proposal.why, proposal.begins
    draft.answered_by, draft.answered_at, draft.answer = None, None, ""
    draft.acknowledged = [
        {"key": point.key, "what": point.what, "kind": point.kind}
        for point in ready.points
        if point.key in proposal.acknowledged
    ]
    if draft.needs_second:
        draft.state = DraftState.PROPOSED
    draft.save()
    if draft.needs_second:
        tell(draft, kind="policy.proposed", by=by, at=at, why=proposal.why)
        return draft
    return _published(draft, at=at)


def _published(draft: PolicyDraft, *, at: datetime) -> PolicyDraft:
    draft.version = publish(
        text=draft.text,
        by=draft.proposed_by,
        at=at,
        terms=Terms(
            begins=draft.begins,
            why=draft.why,
            confirmed_by=draft.answered_by,
            reverts_to=draft.reverts_to,
        ),
    )
    draft.state = DraftState.PUBLISHED
    draft.save(update_fields=["version", "state"])
    return draft


def _sent_back(
    draft: PolicyDraft, reason: str, *, by: Member, at: datetime
) -> PolicyDraft:
    draft.answered_by, draft.answered_at, draft.answer = by, at, reason
    draft.state = DraftState.WRITING
    draft.save(update_fields=["answered_by", "answered_at", "answer", "state"])
    tell(draft, kind="policy.sent_back", by=by, at=at, why=reason)
    return draft


def _write_on(draft: PolicyDraft) -> None:
    draft.state = DraftState.WRITING
    draft.proposed_by, draft.proposed_at = None, None
    draft.save(update_fields=["state", "proposed_by", "proposed_at"])
