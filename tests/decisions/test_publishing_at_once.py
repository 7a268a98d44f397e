"""Two people at the same page at the same moment: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evenhand.decisions import actions
from evenhand.decisions.models import PolicyDraft, PolicyVersion, ReplayRun
from evenhand.ledger.models import Entry
from tests import given
from tests.decisions.refusing import at_once, everybody_is_there
from tests.given_decisions import published, small_page
from tests.given_drafts import (
    a_draft,
    checked,
    everything_meant,
    proposed,
    two_people_are_needed,
)

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = (
    actions.AlreadyAtWork,
    actions.AlreadyPublished,
    actions.DraftChanged,
    actions.DraftClosed,
    actions.NotAcknowledged,
    actions.WindowsOverlap,
)


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def publishing(draft: PolicyDraft, person: str) -> Callable[[], object]:
    """What somebody is about to do, who has looked at the draft and means all of it."""
    meant, member = everything_meant(checked(draft)), given.the(person)
    return lambda: actions.propose(
        draft=draft,
        revision=draft.revision,
        proposal=actions.Proposal(why="So be it.", acknowledged=meant),
        by=member,
        at=given.MONDAY,
    )


def test_of_two_who_publish_the_same_draft_one_is_told() -> None:
    draft = a_draft(small_page())

    came = at_once(publishing(draft, "marta"), publishing(draft, "ada"), refusals=TOLD)

    assert came == {"done": 1, "DraftClosed": 1}
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("ends", ["", "2026-12-31"])
def test_of_two_first_versions_of_a_page_one_wins(ends: str) -> None:
    one = a_draft(small_page(version="a", ends=ends))
    other = a_draft(small_page(version="b", begins="2026-02-01", ends=ends), by="ada")

    came = at_once(publishing(one, "marta"), publishing(other, "ada"), refusals=TOLD)

    assert came == {"done": 1, "NotAcknowledged": 1}
    assert PolicyVersion.objects.count() == 1
    assert Entry.objects.filter(kind="policy.published").count() == 1


def test_of_two_next_versions_one_wins_and_the_other_hears_of_it() -> None:
    old = published(small_page())
    one = a_draft(small_page(version="a", begins="2026-12-01"), based_on=old)
    other = a_draft(small_page(version="b", begins="2026-12-10"), based_on=old)

    came = at_once(publishing(one, "marta"), publishing(other, "ada"), refusals=TOLD)

    assert came == {"done": 1, "NotAcknowledged": 1}
    assert PolicyVersion.objects.count() == 2


def test_of_two_who_keep_a_text_at_once_one_is_told() -> None:
    draft = a_draft(small_page())

    def keeping(person: str) -> Callable[[], object]:
        member = given.the(person)
        return lambda: actions.keep_draft(
            draft=draft,
            text=small_page(version=person),
            revision=1,
            by=member,
            at=given.MONDAY,
        )

    came = at_once(keeping("marta"), keeping("ada"), refusals=TOLD)

    draft.refresh_from_db()
    assert came == {"done": 1, "DraftChanged": 1}
    assert draft.revision == 2
    assert draft.text == small_page(version=draft.written_by.email.partition("@")[0])  # type: ignore[union-attr]  # one of the two


def test_two_who_answer_at_once_publish_once() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()), by="marta")
    ada = given.the("ada")

    def answer(*, granted: bool) -> Callable[[], object]:
        return lambda: actions.answer_proposal(
            draft=draft, granted=granted, reason="As I see it.", by=ada, at=given.MONDAY
        )

    came = at_once(answer(granted=True), answer(granted=False), refusals=TOLD)

    draft.refresh_from_db()
    assert came == {"done": 1, "DraftClosed": 1}
    assert PolicyVersion.objects.count() == (draft.state == "published")


def test_two_who_ask_for_a_replay_at_once_get_one() -> None:
    draft = a_draft(small_page())
    marta, ada = given.the("marta"), given.the("ada")

    came = at_once(
        lambda: actions.ask_replay(draft=draft, by=marta, at=given.MONDAY),
        lambda: actions.ask_replay(draft=draft, by=ada, at=given.MONDAY),
        refusals=TOLD,
    )

    assert came == {"done": 1, "AlreadyAtWork": 1}
    assert ReplayRun.objects.count() == 1
