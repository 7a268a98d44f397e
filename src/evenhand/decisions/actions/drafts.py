"""Begin a page, keep what is written, lay it aside."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.decisions.actions.checks import ask_check
from evenhand.decisions.models import DraftState, PolicyDraft, PolicyVersion
from evenhand.decisions.rules.heads import said_in
from evenhand.kernel.text import is_text
from evenhand.ledger import actions as ledger
from evenhand.policy import limits
from evenhand.policy.loading import content_hash
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission


class NotYoursToPublish(Exception):
    """Only those who may publish policies write or publish them."""


class DraftChanged(Exception):
    """Somebody kept another text in the meantime; `draft` is as it is now."""

    def __init__(self, draft: PolicyDraft) -> None:
        super().__init__(f"{draft} was changed at {draft.updated_at}")
        self.draft = draft


class DraftClosed(Exception):
    """The draft is proposed, published or dropped: its text stays as it is."""

    def __init__(self, draft: PolicyDraft) -> None:
        super().__init__(f"{draft} is {draft.state}")
        self.draft = draft


class NotAPage(Exception):
    """The text is too long for a page, or holds what no text can hold."""


@transaction.atomic
def begin_draft(
    *,
    text: str,
    by: Member | None,
    at: datetime,
    based_on: PolicyVersion | None = None,
    reverts_to: PolicyVersion | None = None,
) -> PolicyDraft:
    """Begin a page with this text; nothing is in force before it is published."""
    may_write(by)
    _check_text(text)
    draft = PolicyDraft(
        text=text,
        based_on=based_on,
        reverts_to=reverts_to,
        begun_by=by,
        begun_at=at,
        written_by=by,
        updated_at=at,
    )
    _read_head(draft)
    draft.save()
    ledger.record(
        kind="policy.draft_begun",
        subject=draft.as_subject,
        by=actor(by),
        at=at,
        data={
            "policy": draft.policy,
            "based_on": based_on.version if based_on else "",
        },
    )
    ask_check(draft=draft, at=at)
    return draft


@transaction.atomic
def keep_draft(
    *, draft: PolicyDraft, text: str, revision: int, by: Member, at: datetime
) -> PolicyDraft:
    """Keep a text over that of `revision`; DraftChanged where another was kept since.

    A text that stands already is no change, whoever sends it.
    """
    may_write(by)
    _check_text(text)
    locked = locked_draft(draft)
    if locked.state != DraftState.WRITING:
        raise DraftClosed(locked)
    if locked.text == text:
        return locked
    if locked.revision != revision:
        raise DraftChanged(locked)
    locked.text = text
    locked.reverts_to = None  # what is written on is another text
    locked.revision += 1
    locked.written_by, locked.updated_at = by, at
    _read_head(locked)
    locked.save(
        update_fields=[
            "text",
            "reverts_to",
            "revision",
            "written_by",
            "updated_at",
            "policy",
            "title",
            "content_hash",
        ]
    )
    ask_check(draft=locked, at=at)
    return locked


@transaction.atomic
def drop_draft(*, draft: PolicyDraft, by: Member, at: datetime) -> None:
    """Lay a page aside that is not to be published; its text stays on record."""
    may_write(by)
    locked = locked_draft(draft)
    if locked.state != DraftState.WRITING:
        raise DraftClosed(locked)
    locked.state = DraftState.DROPPED
    locked.updated_at = at
    locked.save(update_fields=["state", "updated_at"])
    tell(locked, kind="policy.draft_dropped", by=by, at=at)


def may_write(by: Member | None) -> None:
    """Raise NotYoursToPublish for a member who may not; a command may."""
    if by is not None and not by.may(Permission.PUBLISH_POLICIES):
        raise NotYoursToPublish(by.name)


def locked_draft(draft: PolicyDraft) -> PolicyDraft:
    """Read the draft again and keep others from it until the transaction ends."""
    return PolicyDraft.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=draft.pk
    )


def actor(by: Member | None) -> str:
    """Return who the ledger says did it: the member, or the desk for a command."""
    return by.as_actor if by else ledger.SYSTEM


def tell(
    draft: PolicyDraft, *, kind: str, by: Member | None, at: datetime, **more: str
) -> None:
    """Write to the ledger what became of a draft."""
    ledger.record(
        kind=kind,
        subject=draft.as_subject,
        by=actor(by),
        at=at,
        data={"policy": draft.policy, "hash": draft.content_hash, **more},
    )


def _check_text(text: str) -> None:
    if len(text) > limits.CHARACTERS or "\x00" in text or not is_text(text):
        raise NotAPage(f"{len(text)} characters")


def _read_head(draft: PolicyDraft) -> None:
    said = said_in(draft.text)
    draft.policy = said.policy[:60]
    draft.title = (said.title or said.policy)[:200]
    draft.content_hash = content_hash(draft.text)
