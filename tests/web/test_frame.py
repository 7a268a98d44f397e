"""What stands around every page: places of the rail, the theme, designed errors."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evenhand.cases import actions as cases
from evenhand.web.errors import broken
from tests.given import MONDAY, a_case, the

pytestmark = pytest.mark.django_db


def rail(person: str) -> list[tuple[str, str]]:
    client = Client()
    client.force_login(the(person))
    return [(place.label, place.count) for place in client.get("/").context["places"]]


def test_the_rail_shows_what_one_may_open_and_what_waits_there() -> None:
    a_case()
    a_case(team="Studio")
    closed = a_case()
    cases.close_case(case=closed, by=the("mei"), at=MONDAY)

    assert rail("mei") == [
        ("Inbox", "1"),
        ("Promises", ""),
        ("Later", ""),
        ("Scorecard", ""),
        ("Policies", ""),
    ]
    assert rail("oscar")[2] == ("Approvals", "")
    assert rail("marta") == [
        ("Inbox", "2"),
        ("Promises", ""),
        ("Approvals", ""),
        ("Later", ""),
        ("Scorecard", ""),
        ("Policies", ""),
        ("Outbox", ""),
        ("Set aside", ""),
    ]


@pytest.mark.parametrize("bar", ["rail", "phone"])
def test_the_places_are_fetched_alone_as_they_stand_on_the_page(
    client: Client, bar: str
) -> None:
    a_case()
    client.force_login(the("mei"))

    page = client.get("/promises/")
    alone = client.get("/rail/", {"bar": bar, "on": "/promises/"})

    assert alone.text.strip() in page.text
    assert [p.label for p in alone.context["places"] if p.current] == ["Promises"]
    assert "<nav" not in alone.text


def test_the_places_ask_as_many_questions_for_ten_cases_as_for_one(
    client: Client,
) -> None:
    client.force_login(the("marta"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/rail/").status_code == 200
        return len(asked)

    a_case()
    for_one = queries()
    for _ in range(9):
        a_case()

    assert queries() == for_one


def test_the_rail_marks_where_one_is() -> None:
    client = Client()
    client.force_login(the("mei"))

    def here(url: str) -> list[str]:
        return [p.label for p in client.get(url).context["places"] if p.current]

    assert here("/") == ["Inbox"]
    assert here(f"/cases/{a_case().ref}/") == ["Inbox"]
    assert here(reverse("promises:board")) == ["Promises"]


@pytest.mark.parametrize(
    ("chosen", "theme"), [("dark", "evenhand-dark"), ("light", "evenhand")]
)
def test_the_theme_is_remembered_and_drawn_by_the_server(
    client: Client, chosen: str, theme: str
) -> None:
    answer = client.post("/theme/", {"theme": chosen, "next": "/accounts/login/"})

    assert (answer.status_code, answer["Location"]) == (303, "/accounts/login/")
    assert f'data-theme="{theme}"' in client.get("/accounts/login/").text


def test_auto_forgets_the_theme(client: Client) -> None:
    client.post("/theme/", {"theme": "dark", "next": "/"})

    client.post("/theme/", {"theme": "auto", "next": "/"})

    assert "data-theme=" not in client.get("/accounts/login/").text


def test_an_unknown_theme_is_refused_and_nothing_is_remembered(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "neon", "next": "/"})

    assert answer.status_code == 400
    assert "evenhand_theme" not in client.cookies


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "javascript:x"]
)
def test_the_theme_switch_sends_nobody_away(client: Client, away: str) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": away})

    assert answer["Location"] == "/"


def test_what_is_not_there_is_said_on_a_designed_page(client: Client) -> None:
    client.force_login(the("mei"))

    page = client.get("/no/such/address/")

    assert page.status_code == 404
    assert "Nothing is here" in page.text


def test_a_broken_page_says_so_without_telling_its_insides(
    rf: RequestFactory,
) -> None:
    page = broken(rf.get("/"))

    assert page.status_code == 500
    assert "Something broke on our side" in page.content.decode()
