"""A page is published whole or not at all; the old version stays until it is sound."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django.fixtures import Settings

from evenhand.decisions import actions, queries
from evenhand.ledger.models import Entry
from evenhand.policy.errors import PolicyError
from evenhand.policy.loading import content_hash
from tests import given, given_decisions
from tests.decisions.refusing import everybody_is_there, nothing_changed
from tests.given_decisions import published, small_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_a_published_page_is_kept_with_text_hash_window_and_name() -> None:
    text = small_page(begins="2026-03-01", ends="2026-12-31")

    version = published(text)

    assert (version.policy, version.version) == ("small", "1")
    assert version.title == "Small things"
    assert version.text == text
    assert version.content_hash == content_hash(text)
    assert version.judged_on == "asked_on"
    assert version.effective_from == date(2026, 3, 1)
    assert version.effective_to == date(2026, 12, 31)
    assert version.published_by == given.the("marta")
    entry = Entry.objects.get(kind="policy.published")
    assert entry.subject == f"policy:{version.pk}"
    assert entry.data["hash"] == version.content_hash


def test_a_faulty_page_is_refused_with_every_place_and_the_old_one_stays() -> None:
    old = published(small_page())
    text = small_page(version="2").replace("broken yes", "broken maybe")
    text = text.replace("price / 2", "prise / 2")

    with nothing_changed(), pytest.raises(PolicyError) as error:
        published(text)

    lines = text.split("\n")
    places = [lines[fault.line - 1][fault.column - 1 :] for fault in error.value.faults]
    assert [place.split(" ")[0] for place in places] == ["maybe", "prise"]
    assert queries.policy_in_force("small", on=date(2026, 11, 16)) == old


def test_the_same_version_is_not_published_twice_even_with_another_text() -> None:
    published(small_page())

    with nothing_changed(), pytest.raises(actions.AlreadyPublished):
        published(small_page(begins="2027-01-01"))


def test_a_version_without_an_end_ends_the_day_before_the_next_begins() -> None:
    old = published(small_page())

    new = published(small_page(version="2", begins="2026-12-01"))

    old.refresh_from_db()
    assert old.effective_to == date(2026, 11, 30)
    assert new.effective_to is None
    assert queries.policy_in_force("small", on=date(2026, 11, 30)) == old
    assert queries.policy_in_force("small", on=date(2026, 12, 1)) == new
    assert queries.policy_in_force("small", on=date(2025, 12, 31)) is None
    assert Entry.objects.filter(kind="policy.published").last().data["ended"] == "1"  # type: ignore[union-attr]  # two were published


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-05-01", ""),
        ("2026-05-01", "2026-05-31"),
        ("2026-01-01", "2026-03-01"),
        ("2026-12-31", ""),
        ("2025-01-01", ""),
    ],
)
def test_windows_that_share_a_day_are_refused(begins: str, ends: str) -> None:
    published(small_page(begins="2026-03-01", ends="2026-12-31"))

    with nothing_changed(), pytest.raises(actions.WindowsOverlap):
        published(small_page(version="2", begins=begins, ends=ends))


def test_a_version_cannot_begin_on_the_first_day_of_another_without_an_end() -> None:
    published(small_page())

    with nothing_changed(), pytest.raises(actions.WindowsOverlap):
        published(small_page(version="2"))


def test_windows_that_follow_each_other_are_fine() -> None:
    published(small_page(begins="2026-03-01", ends="2026-12-31"))

    published(small_page(version="2", begins="2027-01-01", ends="2027-12-31"))
    published(small_page(version="0", begins="2026-01-01", ends="2026-02-28"))

    assert [v.version for v in queries.versions_of("small")] == ["2", "1", "0"]


def test_another_page_has_windows_of_its_own() -> None:
    published(small_page())

    published(small_page(policy="other"))

    pages = {(page.policy, page.version) for page in queries.policies()}
    assert pages == {("other", "1"), ("small", "1")}


@pytest.mark.parametrize("person", ["mei", "oscar", "sam"])
def test_only_who_may_publishes(person: str) -> None:
    with nothing_changed(), pytest.raises(actions.NotYoursToPublish):
        actions.publish(text=small_page(), by=given.the(person), at=given.MONDAY)


def test_a_name_that_is_an_address_of_ours_is_refused() -> None:
    with nothing_changed(), pytest.raises(PolicyError):
        published(small_page(policy="publish"))


def test_a_new_version_leaves_decisions_with_the_version_they_were_made_by() -> None:
    old = published(small_page())
    issue = given_decisions.a_small_issue()
    mei = given.the("mei")
    given_decisions.found(issue, mei, broken=True)
    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)

    published(small_page(version="2", begins="2026-11-17", basis="policy"))

    decision.refresh_from_db()
    assert decision.version == old
    assert queries.recompute(decision).same


@pytest.mark.parametrize("name", given_decisions.SHOP_PAGES)
def test_the_shipped_pages_can_be_published(name: str) -> None:
    version = given_decisions.a_page(name)

    assert version.policy == name
    assert version.title


def test_a_page_without_a_first_day_begins_today_where_the_desk_is(
    settings: Settings,
) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    new_years_eve = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

    version = published(
        small_page().replace("from = 2026-01-01\n", ""), at=new_years_eve
    )

    assert version.effective_from == date(2027, 1, 1)
