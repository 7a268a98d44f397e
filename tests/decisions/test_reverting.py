"""Back to an earlier text, and off with one that has not begun; nothing is deleted."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.decisions import actions, drafts, queries
from evenhand.decisions.models import PolicyVersion
from evenhand.ledger.models import Entry
from tests import given
from tests.decisions.refusing import (
    everybody_is_there,
    nothing_changed,
    signed_in,
)
from tests.given_decisions import published, small_page
from tests.given_drafts import EXAMPLES, two_people_are_needed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_a_revert_brings_the_earlier_text_back_as_a_new_version() -> None:
    first = published(small_page() + EXAMPLES)
    published(small_page(version="2", begins="2026-06-01", basis="policy"))

    draft = actions.revert(
        version=first,
        why="The second one refused too much.",
        begins=date(2026, 11, 17),
        by=given.the("marta"),
        at=given.MONDAY,
    )

    back = draft.version
    assert back is not None
    assert (back.version, back.reverts_to) == ("2026-11-16", first)
    assert back.effective_from == date(2026, 11, 17)
    assert back.why == "The second one refused too much."
    assert back.text == first.text.replace(
        'version = "1"', 'version = "2026-11-16"'
    ).replace("from = 2026-01-01", "from = 2026-11-17")
    assert queries.policy_in_force("small", on=date(2026, 11, 17)) == back
    assert PolicyVersion.objects.count() == 3


def test_a_revert_waits_for_a_second_person_where_one_is_needed() -> None:
    first = published(small_page())
    published(small_page(version="2", begins="2026-06-01"))
    two_people_are_needed()

    draft = actions.revert(
        version=first,
        why="It refused too much.",
        begins=date(2026, 11, 17),
        by=given.the("marta"),
        at=given.MONDAY,
    )

    assert (draft.state, draft.version) == ("proposed", None)
    assert (
        actions.answer_proposal(
            draft=draft,
            granted=True,
            reason="As agreed.",
            by=given.the("ada"),
            at=given.MONDAY,
        ).version
        is not None
    )


def test_a_scheduled_version_is_called_off_and_the_one_before_holds_on() -> None:
    first = published(small_page())
    second = published(small_page(version="2", begins="2026-12-01"))

    actions.call_off(
        version=second, why="A slip.", by=given.the("marta"), at=given.MONDAY
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.effective_to is None
    assert (second.called_off_by, second.called_off_why) == (
        given.the("marta"),
        "A slip.",
    )
    assert queries.policy_in_force("small", on=date(2026, 12, 2)) == first
    third = published(small_page(version="3", begins="2026-12-01"))
    assert queries.policy_in_force("small", on=date(2026, 12, 2)) == third


def test_calling_off_one_in_the_middle_lets_the_one_before_hold_until_the_next() -> (
    None
):
    first = published(small_page())
    second = published(small_page(version="2", begins="2026-12-01"))
    third = published(small_page(version="3", begins="2026-12-10"))

    actions.call_off(
        version=second, why="A slip.", by=given.the("marta"), at=given.MONDAY
    )
    actions.call_off(
        version=third, why="That too.", by=given.the("marta"), at=given.MONDAY
    )

    first.refresh_from_db()
    assert first.effective_to is None


def test_a_version_that_holds_already_is_not_called_off() -> None:
    first = published(small_page())

    with nothing_changed(), pytest.raises(actions.AlreadyBegun):
        actions.call_off(
            version=first, why="A slip.", by=given.the("marta"), at=given.MONDAY
        )
    with nothing_changed(), pytest.raises(actions.WhyNeeded):
        actions.call_off(version=first, why=" ", by=given.the("marta"), at=given.MONDAY)


def test_only_an_administrator_says_how_many_people_publishing_takes() -> None:
    with nothing_changed(), pytest.raises(actions.NotYoursToSetUp):
        actions.require_second_person(
            required=True, by=given.the("marta"), at=given.MONDAY
        )

    two_people_are_needed()

    assert drafts.needs_second_person()
    entry = Entry.objects.get(kind="publishing.rule_set")
    assert entry.data == {"second_person": True}
    with nothing_changed():
        actions.require_second_person(
            required=True, by=given.the("ada"), at=given.MONDAY
        )


def test_a_proposed_revert_that_is_written_on_is_no_revert_any_more() -> None:
    first = published(small_page())
    published(small_page(version="2", begins="2026-06-01"))
    two_people_are_needed()
    draft = actions.revert(
        version=first,
        why="It refused too much.",
        begins=date(2026, 11, 17),
        by=given.the("marta"),
        at=given.MONDAY,
    )
    actions.withdraw_proposal(draft=draft, by=given.the("marta"), at=given.MONDAY)

    kept = actions.keep_draft(
        draft=draft,
        text=small_page(version="3", begins="2026-11-17", basis="goodwill"),
        revision=1,
        by=given.the("marta"),
        at=given.MONDAY,
    )

    assert kept.reverts_to is None
    draft.refresh_from_db()
    assert draft.reverts_to is None


def test_only_a_version_that_has_held_is_brought_back() -> None:
    published(small_page())
    gone = published(small_page(version="2", begins="2099-12-01"))
    actions.call_off(
        version=gone, why="A slip.", by=given.the("marta"), at=given.MONDAY
    )
    coming = published(small_page(version="3", begins="2099-12-01"))
    gone.refresh_from_db()

    for version in (gone, coming):
        with nothing_changed(), pytest.raises(actions.NeverHeld):
            actions.revert(
                version=version,
                why="It was better.",
                begins=date(2100, 1, 1),
                by=given.the("marta"),
                at=given.MONDAY,
            )
        client = signed_in("marta")
        assert (
            client.get(f"/policies/small/{version.version}/revert/").status_code == 404
        )
