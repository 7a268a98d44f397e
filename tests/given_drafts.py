"""Situations with pages in the making: begun, checked, proposed, published."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from evenhand.decisions import actions, drafts
from evenhand.decisions.actions import checks
from evenhand.decisions.models import PolicyDraft, PolicyVersion
from evenhand.decisions.readiness import readiness
from tests import given

# what an earlier version of the small page answers
EXAMPLES = """
## Examples

| given | expect |
|---|---|
| broken yes; price 20.00 | S-1 |
| broken no; seal torn; price 20.00 | S-2 |
"""


def a_draft(
    text: str, *, by: str = "marta", based_on: PolicyVersion | None = None
) -> PolicyDraft:
    """A page that is being written, not yet checked."""
    return actions.begin_draft(
        text=text, by=given.the(by), at=given.MONDAY, based_on=based_on
    )


def checked(draft: PolicyDraft, *, at: datetime = given.MONDAY) -> PolicyDraft:
    """The draft once its job has checked it."""
    draft.refresh_from_db()
    checks.run_check(draft_pk=draft.pk, content_hash=draft.content_hash, at=at)
    return draft


def everything_meant(draft: PolicyDraft) -> Collection[str]:
    """The keys of all that has to be acknowledged."""
    points = readiness(draft, today=given.MONDAY.date()).points
    return [point.key for point in points]


def proposed(
    draft: PolicyDraft,
    *,
    by: str = "marta",
    why: str = "The law has changed.",
    at: datetime = given.MONDAY,
    meant: Collection[str] | None = None,
) -> PolicyDraft:
    """The draft checked and proposed, with all that has to be said for it."""
    checked(draft)
    keys = everything_meant(draft) if meant is None else meant
    return actions.propose(
        draft=draft,
        revision=draft.revision,
        proposal=actions.Proposal(why=why, acknowledged=keys),
        by=given.the(by),
        at=at,
    )


def two_people_are_needed() -> None:
    """From now on a page needs a second person."""
    assert not drafts.needs_second_person()
    actions.require_second_person(required=True, by=given.the("ada"), at=given.MONDAY)
