"""A page is published by what was looked at, by two people where the shop wants two."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from evenhand.decisions import actions
from evenhand.decisions.models import DraftCheck, PolicyDraft, PolicyVersion
from evenhand.decisions.readiness import readiness
from evenhand.ledger.models import Entry
from evenhand.policy.errors import PolicyError
from tests import given
from tests.decisions.refusing import everybody_is_there, nothing_changed
from tests.given_decisions import published, small_page
from tests.given_drafts import (
    EXAMPLES,
    a_draft,
    checked,
    everything_meant,
    proposed,
    two_people_are_needed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def answered(
    draft: PolicyDraft,
    person: str,
    *,
    granted: bool = True,
    reason: str = "As agreed.",
    at: datetime = given.MONDAY,
) -> PolicyDraft:
    return actions.answer_proposal(
        draft=draft, granted=granted, reason=reason, by=given.the(person), at=at
    )


def kinds() -> list[str]:
    found = Entry.objects.filter(kind__startswith="policy.").order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_where_one_is_enough_a_sound_draft_is_in_force_at_once() -> None:
    draft = proposed(a_draft(small_page()), why="We begin.")

    version = PolicyVersion.objects.get()
    assert (draft.state, draft.version) == ("published", version)
    assert (version.published_by, version.why) == (given.the("marta"), "We begin.")
    assert version.confirmed_by is None
    assert kinds() == ["policy.draft_begun", "policy.published"]


def test_where_two_are_needed_it_waits_for_the_second() -> None:
    two_people_are_needed()

    draft = proposed(a_draft(small_page()))

    assert (draft.state, draft.proposed_by) == ("proposed", given.the("marta"))
    assert PolicyVersion.objects.count() == 0
    assert kinds() == ["policy.draft_begun", "policy.proposed"]


def test_the_second_person_publishes_it_and_both_are_named() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    done = answered(draft, "ada")

    version = PolicyVersion.objects.get()
    assert (done.state, done.version) == ("published", version)
    assert version.published_by == given.the("marta")
    assert version.confirmed_by == given.the("ada")
    assert kinds()[-2:] == ["policy.confirmed", "policy.published"]


def test_whoever_proposed_it_does_not_confirm_it() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    with nothing_changed(), pytest.raises(actions.OwnProposal):
        answered(draft, "marta")


def test_the_database_refuses_one_person_in_both_parts() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyDraft.objects.filter(pk=draft.pk).update(answered_by=given.the("marta"))
    version = published(small_page(policy="other"))
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyDraft.objects.filter(pk=draft.pk).update(
            state="published", version=version
        )


def test_what_is_sent_back_may_be_written_on_and_proposed_by_the_other() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    back = answered(draft, "ada", granted=False, reason="The window is wrong.")

    assert (back.state, back.answer) == ("writing", "The window is wrong.")
    assert kinds()[-1] == "policy.sent_back"
    again = proposed(back, by="ada")
    assert (again.state, again.answered_by) == ("proposed", None)
    assert answered(again, "marta").state == "published"


def test_sending_back_needs_a_reason() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    with nothing_changed(), pytest.raises(actions.WhyNeeded):
        answered(draft, "ada", granted=False, reason=" ")


def test_a_proposal_can_be_taken_back_before_it_is_answered() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    back = actions.withdraw_proposal(
        draft=draft, by=given.the("marta"), at=given.MONDAY
    )

    assert (back.state, back.proposed_by) == ("writing", None)
    assert kinds()[-1] == "policy.proposal_withdrawn"
    with nothing_changed(), pytest.raises(actions.DraftClosed):
        answered(draft, "ada")


def test_a_faulty_page_is_not_proposed() -> None:
    draft = checked(a_draft(small_page().replace("broken yes", "broken maybe")))

    with nothing_changed(), pytest.raises(PolicyError):
        proposed(draft, meant=())


def test_a_page_whose_check_is_not_done_is_not_proposed() -> None:
    draft = a_draft(small_page())
    proposal = actions.Proposal(why="We begin.")

    with nothing_changed(), pytest.raises(actions.NotChecked):
        actions.propose(
            draft=draft,
            revision=1,
            proposal=proposal,
            by=given.the("marta"),
            at=given.MONDAY,
        )


def test_what_the_checks_call_a_fault_keeps_a_page_back() -> None:
    draft = checked(a_draft(small_page()))
    fault = {
        "kind": "gap",
        "severity": "fault",
        "what": "Day 15 has no row.",
        "instead": "",
        "line": 1,
        "column": 1,
        "witness": [["days", "15"]],
    }
    DraftCheck.objects.filter(draft=draft).update(report=[fault])

    with nothing_changed(), pytest.raises(actions.ChecksFailed, match="Day 15"):
        actions.propose(
            draft=draft,
            revision=1,
            proposal=actions.Proposal(why="We begin."),
            by=given.the("marta"),
            at=given.MONDAY,
        )


def test_a_warning_is_acknowledged_and_kept_with_the_version() -> None:
    draft = checked(a_draft(small_page()))
    warning = {
        "kind": "sliver",
        "severity": "warning",
        "what": "Day 30 falls to the last row.",
        "instead": "",
        "line": 1,
        "column": 1,
        "witness": [],
    }
    DraftCheck.objects.filter(draft=draft).update(report=[warning])

    def proposing(meant: list[str]) -> PolicyDraft:
        return actions.propose(
            draft=draft,
            revision=1,
            proposal=actions.Proposal(why="We begin.", acknowledged=meant),
            by=given.the("marta"),
            at=given.MONDAY,
        )

    with nothing_changed(), pytest.raises(actions.NotAcknowledged) as told:
        proposing([])
    (point,) = told.value.points
    assert point.what == "Day 30 falls to the last row."

    done = proposing([point.key])

    assert done.state == "published"
    assert [p["what"] for p in done.acknowledged] == ["Day 30 falls to the last row."]


def test_another_answer_to_an_example_of_an_earlier_version_must_be_meant() -> None:
    old = published(small_page() + EXAMPLES)
    text = small_page(version="2", begins="2026-12-01")
    text = text.replace(
        "| S-1 | broken yes | upheld |", "| S-1 | broken yes; price > 30.00 | upheld |"
    )
    draft = checked(a_draft(text, based_on=old))

    ready = readiness(draft, today=given.MONDAY.date())

    (difference,) = ready.differences
    assert difference.version == "1"
    assert difference.given == (("Broken", "yes"), ("Price", "€20.00"))
    assert difference.before == (
        "Verdict: upheld; What is given: refund; Amount: €20.00; Basis: by law;"
        " Granted by: agent"
    )
    assert difference.after == "asks: Seal"
    with nothing_changed(), pytest.raises(actions.NotAcknowledged):
        proposed(draft, meant=[])
    assert proposed(draft).state == "published"


def test_what_was_meant_once_is_not_asked_again() -> None:
    old = published(small_page() + EXAMPLES)
    stricter = "| S-1 | broken yes; price > 30.00 | upheld |"
    second = small_page(version="2", begins="2026-12-01")
    second = second.replace("| S-1 | broken yes | upheld |", stricter)
    two = proposed(a_draft(second, based_on=old)).version

    third = second.replace('version = "2"', 'version = "3"')
    third = third.replace("2026-12-01", "2026-12-10")
    draft = checked(a_draft(third, based_on=two))

    assert readiness(draft, today=given.MONDAY.date()).differences == ()


def test_a_page_with_a_past_is_replayed_or_somebody_says_it_need_not_be() -> None:
    old = published(small_page())
    draft = checked(a_draft(small_page(version="2", begins="2026-12-01"), based_on=old))

    (point,) = readiness(draft, today=given.MONDAY.date()).points

    assert point.kind == "replay"


def test_whoever_publishes_over_a_version_that_he_has_not_seen_is_told() -> None:
    old = published(small_page())
    mine = checked(a_draft(small_page(version="2b", begins="2026-12-10"), based_on=old))
    meant = everything_meant(mine)
    proposed(a_draft(small_page(version="2a", begins="2026-12-01"), based_on=old))

    with nothing_changed(), pytest.raises(actions.NotAcknowledged) as told:
        proposed(mine, by="ada", meant=meant)

    (point,) = told.value.points
    assert point.what == "Marta Ruiz published version 2a since this was begun."
    assert proposed(mine, by="ada").state == "published"


def test_the_second_person_is_told_of_what_was_published_since_the_proposal() -> None:
    old = published(small_page())
    two_people_are_needed()
    draft = proposed(
        a_draft(small_page(version="2", begins="2026-12-10"), based_on=old)
    )
    actions.publish(
        text=small_page(version="1.1", begins="2026-12-01"), by=None, at=given.MONDAY
    )

    with nothing_changed(), pytest.raises(actions.NotAcknowledged):
        answered(draft, "ada")


def test_a_page_without_a_first_day_begins_on_the_day_that_is_asked_for() -> None:
    draft = checked(a_draft(small_page().replace("from = 2026-01-01\n", "")))

    actions.propose(
        draft=draft,
        revision=1,
        proposal=actions.Proposal(why="In December.", begins=date(2026, 12, 1)),
        by=given.the("marta"),
        at=given.MONDAY,
    )

    assert PolicyVersion.objects.get().effective_from == date(2026, 12, 1)


def test_a_day_that_the_head_does_not_name_is_refused() -> None:
    draft = checked(a_draft(small_page()))

    with nothing_changed(), pytest.raises(actions.OtherDay):
        actions.propose(
            draft=draft,
            revision=1,
            proposal=actions.Proposal(why="Later.", begins=date(2026, 12, 1)),
            by=given.the("marta"),
            at=given.MONDAY,
        )


@pytest.mark.parametrize("person", ["mei", "oscar"])
def test_only_who_may_publish_proposes_answers_reverts_and_calls_off(
    person: str,
) -> None:
    first = published(small_page())
    member = given.the(person)
    two_people_are_needed()
    waiting = proposed(a_draft(small_page(policy="other")))
    draft = checked(a_draft(small_page(policy="third")))

    with nothing_changed():
        for refused in (
            lambda: proposed(draft, by=person),
            lambda: answered(waiting, person),
            lambda: actions.withdraw_proposal(
                draft=waiting, by=member, at=given.MONDAY
            ),
            lambda: actions.revert(
                version=first,
                why="So.",
                begins=date(2026, 11, 17),
                by=member,
                at=given.MONDAY,
            ),
            lambda: actions.call_off(
                version=first, why="So.", by=member, at=given.MONDAY
            ),
        ):
            with pytest.raises(actions.NotYoursToPublish):
                refused()
