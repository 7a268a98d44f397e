"""Nobody gets at a case that is not theirs, by any door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from evenhand.cases import queries
from evenhand.cases.models import Case
from evenhand.staff.models import Member
from tests import given

pytestmark = pytest.mark.django_db


def doors(case: Case) -> dict[str, Callable[[Member], object]]:
    issue = given.an_issue(case)
    message = given.a_message(case)
    return {
        "case": lambda member: queries.case_for(member, case.ref),
        "issue": lambda member: queries.issue_for(member, issue.pk),
        "message": lambda member: queries.message_for(member, message.pk),
    }


@pytest.mark.parametrize("person", ["mei", "oscar", "marta", "ada"])
def test_the_team_its_approver_and_whoever_reaches_all_teams_get_in(
    person: str,
) -> None:
    for name, door in doors(given.a_case()).items():
        assert door(given.the(person)) is not None, name


def test_another_team_finds_every_door_closed() -> None:
    sam = given.the("sam")

    for door in doors(given.a_case()).values():
        with pytest.raises(queries.NoSuchCase):
            door(sam)


def test_another_teams_inbox_and_count_leave_the_case_out() -> None:
    case = given.a_case()

    assert queries.inbox(given.the("mei")).cases == [case]
    assert queries.inbox(given.the("sam")).cases == []
    assert queries.inbox(given.the("sam"), words=case.ref).cases == []
    assert queries.open_count(given.the("sam").reach) == 0


@pytest.mark.parametrize(
    "ref", ["", "0", "10000", "9", "x", "10001; drop", "１０００１"]
)
def test_what_is_no_number_of_a_case_opens_nothing(ref: str) -> None:
    given.a_case()

    with pytest.raises(queries.NoSuchCase):
        queries.case_for(given.the("marta"), ref)


def test_the_inbox_pages_by_key_without_losing_or_repeating_a_case() -> None:
    cases = [
        given.a_case(subject=f"Case of minute {m}", at=given.MONDAY + given.minutes(m))
        for m in (1, 1, 1, *range(2, 60))
    ]

    first = queries.inbox(given.the("mei"))
    second = queries.inbox(given.the("mei"), after=first.next_key)

    seen = [case.pk for case in (*first.cases, *second.cases)]
    assert len(first.cases) == queries.PAGE
    assert second.next_key == ""
    assert sorted(seen) == sorted(case.pk for case in cases)
    assert first.cases[0] == cases[-1]


@pytest.mark.parametrize("after", ["x", "2026_x", "_1", "2026-11-16T09:00:00+00:00_"])
def test_a_broken_key_gives_an_empty_page(after: str) -> None:
    given.a_case()

    assert queries.inbox(given.the("mei"), after=after).cases == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_inbox_is_one_query_however_long(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        given.a_case()
    mei = given.the("mei")
    _ = mei.reach

    with django_assert_num_queries(1):
        page = queries.inbox(mei)
        names = [(c.customer.name, c.owner, c.clock.due_at) for c in page.cases]

    assert len(names) == many


def test_words_find_a_case_by_number_subject_or_customer() -> None:
    case = given.a_case(
        customer=given.a_customer("李娜", language="zh"), subject="大衣想退货"
    )
    given.a_case(subject="Something else")
    mei = given.the("mei")

    for words in (case.ref, f"#{case.ref}", "李娜", "退货"):
        assert queries.inbox(mei, words=words).cases == [case]
