"""The list of cases: whose, which, in what order, by how many questions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evenhand.cases import actions as cases
from tests.given import MONDAY, a_case, a_customer, minutes, the

pytestmark = pytest.mark.django_db
INBOX = "/"


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


def subjects(page: object) -> list[str]:
    return [case.subject for case in page.context["page"].cases]  # type: ignore[attr-defined]  # a test response


def test_shows_the_cases_of_ones_teams_last_moved_first(mei: Client) -> None:
    a_case(subject="Old", at=MONDAY)
    a_case(subject="New", at=MONDAY + minutes(5))
    a_case(subject="Theirs", team="Studio")

    page = mei.get(INBOX)

    assert page.status_code == 200
    assert subjects(page) == ["New", "Old"]


def test_mine_unowned_and_closed_are_told_apart(mei: Client) -> None:
    mine, closed = a_case(subject="Mine"), a_case(subject="Closed")
    a_case(subject="Unowned")
    cases.hand_over(case=mine, to=the("mei"), by=the("mei"), at=MONDAY)
    cases.close_case(case=closed, by=the("mei"), at=MONDAY)

    shown = {
        which: subjects(mei.get(INBOX, {"which": which}))
        for which in ("mine", "unowned", "closed")
    }

    assert shown == {"mine": ["Mine"], "unowned": ["Unowned"], "closed": ["Closed"]}


def test_words_narrow_the_list_and_stay_in_the_box(mei: Client) -> None:
    a_case(subject="大衣想退货", customer=a_customer("李娜"))
    a_case(subject="A dress")

    page = mei.get(INBOX, {"q": "李娜"})

    assert subjects(page) == ["大衣想退货"]
    assert 'value="李娜"' in page.text


def test_a_word_that_no_inbox_has_shows_the_open_ones(mei: Client) -> None:
    a_case(subject="Open")

    page = mei.get(INBOX, {"which": "everything", "after": "nonsense"})

    assert page.context["which"] == "open"


def test_asks_as_many_questions_for_three_cases_as_for_one(mei: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert mei.get(INBOX).status_code == 200
        return len(asked)

    a_case()
    mei.get(INBOX)
    for_one = queries()
    a_case()
    a_case()

    assert queries() == for_one


def test_the_fragment_is_the_list_without_the_frame(mei: Client) -> None:
    a_case(subject="In the list")

    fragment = mei.get(reverse("desk:list"))

    assert fragment.status_code == 200
    assert "In the list" in fragment.text
    assert "<html" not in fragment.text


def test_whoever_is_not_signed_in_is_asked_to(client: Client) -> None:
    page = client.get(INBOX)

    assert page.status_code == 302
    assert page["Location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize(
    "query",
    [
        {"after": "0001-01-01T00:00:00+23:59_1"},
        {"after": "2026-11-16T09:00:00_1"},
        {"after": f"2026-11-16T09:00:00+00:00_{'9' * 30}"},
    ],
)
def test_after_a_place_that_no_list_has_comes_nothing(
    mei: Client, query: dict[str, str]
) -> None:
    a_case()

    assert subjects(mei.get(INBOX, query)) == []


def test_a_sign_that_no_text_holds_is_passed_over(mei: Client) -> None:
    a_case(subject="A dress")

    assert subjects(mei.get(INBOX, {"q": "a\0 dress"})) == ["A dress"]
