"""What is written is kept, and what a colleague wrote meanwhile is not written over."""

from __future__ import annotations

from datetime import date

import pytest

from evenhand.decisions import actions, drafts
from evenhand.decisions.actions import checks
from evenhand.decisions.models import DraftCheck, PolicyDraft, PolicyVersion
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.decisions.refusing import everybody_is_there, nothing_changed
from tests.given_decisions import small_page
from tests.given_drafts import a_draft, checked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def kept(
    draft: PolicyDraft, text: str, *, revision: int = 1, by: str = "marta"
) -> PolicyDraft:
    return actions.keep_draft(
        draft=draft,
        text=text,
        revision=revision,
        by=given.the(by),
        at=given.MONDAY + given.minutes(5),
    )


def test_a_draft_is_kept_with_who_and_when_and_puts_nothing_in_force() -> None:
    draft = a_draft(small_page())

    assert (draft.policy, draft.title, draft.revision) == ("small", "Small things", 1)
    assert draft.begun_by == given.the("marta")
    assert PolicyVersion.objects.count() == 0
    entry = Entry.objects.get(kind="policy.draft_begun")
    assert (entry.subject, entry.data["policy"]) == (f"draft:{draft.pk}", "small")


def test_a_page_full_of_faults_can_be_kept_too() -> None:
    draft = a_draft("half a page")

    assert (draft.policy, draft.title, draft.text) == ("", "", "half a page")


def test_each_text_that_is_kept_counts_on_and_asks_for_one_check() -> None:
    draft = a_draft(small_page())

    later = kept(draft, small_page(version="2"), by="ada")

    assert (later.revision, later.written_by) == (2, given.the("ada"))
    assert later.updated_at == given.MONDAY + given.minutes(5)
    check = DraftCheck.objects.get()
    assert (check.content_hash, check.state) == (later.content_hash, "waiting")
    asked = Job.objects.filter(task="evenhand.decisions.tasks.check_draft")
    assert [job.arguments["content_hash"] for job in asked.order_by("pk")] == [
        draft.content_hash,
        later.content_hash,
    ]


def test_the_same_text_is_no_change() -> None:
    draft = a_draft(small_page())

    with nothing_changed():
        again = kept(draft, small_page(), revision=7)

    assert again.revision == 1


def test_of_two_who_write_at_once_the_second_is_told_by_whom() -> None:
    draft = a_draft(small_page())
    kept(draft, small_page(version="2"), by="ada")

    with nothing_changed(), pytest.raises(actions.DraftChanged) as told:
        kept(draft, small_page(version="3"), by="marta")

    assert told.value.draft.written_by == given.the("ada")
    assert told.value.draft.revision == 2


@pytest.mark.parametrize("person", ["mei", "oscar"])
def test_only_who_may_publish_may_write(person: str) -> None:
    draft = a_draft(small_page())

    with nothing_changed(), pytest.raises(actions.NotYoursToPublish):
        a_draft(small_page(), by=person)
    with nothing_changed(), pytest.raises(actions.NotYoursToPublish):
        kept(draft, "other", by=person)
    with pytest.raises(drafts.NoSuchDraft):
        drafts.draft_for(given.the(person), draft.pk)
    assert drafts.open_drafts(given.the(person)) == []


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 400_001])
def test_what_no_page_can_hold_is_refused(text: str) -> None:
    with nothing_changed(), pytest.raises(actions.NotAPage):
        a_draft(text)


def test_a_dropped_draft_stays_on_record_and_takes_no_other_text() -> None:
    draft = a_draft(small_page())

    actions.drop_draft(draft=draft, by=given.the("marta"), at=given.MONDAY)

    draft.refresh_from_db()
    assert (draft.state, draft.text) == ("dropped", small_page())
    assert drafts.open_drafts(given.the("marta")) == []
    assert Entry.objects.filter(kind="policy.draft_dropped").count() == 1
    with nothing_changed(), pytest.raises(actions.DraftClosed):
        kept(draft, "more")


def test_a_check_of_a_text_that_has_changed_since_says_nothing() -> None:
    draft = a_draft(small_page())
    before = draft.content_hash
    later = kept(draft, small_page(version="2"))

    with nothing_changed():
        checks.run_check(draft_pk=draft.pk, content_hash=before, at=given.MONDAY)

    assert drafts.check_of(later).state == "waiting"  # type: ignore[union-attr]  # it was asked for
    checked(later)
    assert drafts.check_of(later).state == "done"  # type: ignore[union-attr]  # it was asked for


def test_a_page_that_cannot_be_read_is_not_proved() -> None:
    draft = checked(a_draft("half a page"))

    check = drafts.check_of(draft)

    assert check is not None
    assert (check.state, check.error, check.report) == ("failed", "unread", None)


def test_the_latest_version_is_the_one_that_begins_last() -> None:
    assert drafts.latest_version("small") is None
    assert drafts.latest_version("\ud800") is None
    early = actions.publish(text=small_page(), by=None, at=given.MONDAY)
    late = actions.publish(
        text=small_page(version="2", begins="2027-01-01"), by=None, at=given.MONDAY
    )

    assert drafts.latest_version("small") == late
    early.refresh_from_db()
    assert early.effective_to == date(2026, 12, 31)


@pytest.mark.parametrize("value", ["[" * 7000, "9" * 5000, "{a=" * 2000])
def test_a_head_that_no_reader_could_stand_is_kept_as_it_is(value: str) -> None:
    text = f"+++\na = {value}\n+++\n# Small things\n"

    draft = a_draft(text)

    assert (draft.policy, draft.title, draft.text) == ("", "Small things", text)
