from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from evenhand.promises import actions, queries
from evenhand.promises.models import Promise
from evenhand.promises.rules import State
from evenhand.staff.models import Member
from tests import given
from tests.given_promises import DUE, a_promise

pytestmark = pytest.mark.django_db

BEFORE = DUE - timedelta(days=1)
AFTER = DUE + timedelta(hours=3)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def what(cards: list[queries.Card]) -> list[str]:
    return [card.promise.what for card in cards]


def test_the_board_tells_late_due_today_and_coming_apart() -> None:
    a_promise(what="Call back", due_at=DUE - timedelta(days=1))
    a_promise(what="Refund", due_at=DUE + timedelta(hours=1))
    a_promise(what="Hem the dress", due_at=DUE + timedelta(days=2))
    kept = a_promise(what="Send the label", due_at=DUE)
    actions.keep(promise=kept, by=given.the("mei"), at=BEFORE)

    board = queries.board(given.the("noi"), at=DUE)

    assert what(board.late) == ["Call back"]
    assert what(board.due_today) == ["Refund"]
    assert what(board.coming) == ["Hem the dress"]
    assert (board.more_late, board.next_key) == (False, "")


def test_the_board_shows_only_what_is_within_reach_and_mine_only_mine() -> None:
    a_promise(what="Mei's")
    a_promise(what="Noi's", owner=given.the("noi"))

    assert what(queries.board(given.the("mei"), at=BEFORE).coming) == ["Mei's", "Noi's"]
    assert what(queries.board(given.the("noi"), at=BEFORE, mine=True).coming) == [
        "Noi's"
    ]
    assert queries.board(given.the("sam"), at=BEFORE).is_empty


def test_the_board_goes_on_after_its_key_and_loses_nothing() -> None:
    case = given.a_case()
    for day in range(3):
        a_promise(case, what=f"Day {day}", due_at=DUE + timedelta(days=day + 1))
    a_promise(case, what="The same hour", due_at=DUE + timedelta(days=2))

    first = queries.board(given.the("mei"), at=DUE, most=2)
    second = queries.board(given.the("mei"), at=DUE, after=first.next_key, most=2)

    assert what(first.coming) == ["Day 0", "Day 1"]
    assert what(second.coming) == ["The same hour", "Day 2"]
    assert second.next_key == ""


@pytest.mark.parametrize("many", [1, 3])
def test_the_board_asks_the_database_the_same_few_questions_for_any_length(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        a_promise()
    mei = given.the("mei")
    assert mei.reach.teams

    with django_assert_num_queries(2):
        queries.board(mei, at=BEFORE)


@pytest.mark.parametrize("many", [1, 3])
def test_the_boards_page_adds_no_question_for_each_promise(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(many):
        a_promise(due_at=AFTER)
    client = signed_in(given.the("mei"))

    # one of them is the rail's count of answers that came back
    with time_machine.travel(BEFORE), django_assert_max_num_queries(9):
        response = client.get(reverse("promises:board"))

    assert response.status_code == 200
    assert response.content.decode().count("Refund 129.00 to your card</p>") == many


def test_an_empty_board_says_that_nothing_is_owed() -> None:
    response = signed_in(given.the("mei")).get(reverse("promises:board"))

    assert "Nothing is owed" in response.content.decode()


def test_the_live_part_of_the_board_is_the_board_alone() -> None:
    a_promise()
    client = signed_in(given.the("mei"))

    with time_machine.travel(BEFORE):
        part = client.get(reverse("promises:board"), {"part": "board"}).content.decode()

    assert part.strip().startswith('<div id="promise-board"')
    assert "Refund 129.00 to your card" in part
    assert "<html" not in part


def test_a_promise_is_made_on_the_case_by_its_form() -> None:
    case = given.a_case()
    client = signed_in(given.the("mei"))

    with time_machine.travel(given.MONDAY):
        response = client.post(
            reverse("promises:make", args=[case.ref]),
            {
                "what": "Refund 129.00",
                "due_on": "2026-11-20",
                "due_time": "17:00",
                "amount": "129.00",
                "currency": "EUR",
                "owner": given.the("mei").pk,
            },
        )

    assert response.status_code == 303
    assert response.headers["Location"] == f"/cases/{case.ref}/#promises"
    promise = Promise.objects.get()
    assert (promise.case, promise.what, str(promise.amount)) == (
        case,
        "Refund 129.00",
        "€129.00",
    )
    assert promise.due_at.isoformat() == "2026-11-20T17:00:00+00:00"


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": " "},
        {"due_on": "2026-11-01"},
        {"due_on": "Friday"},
        {"amount": "1.999"},
        {"owner": "999999"},
    ],
)
def test_a_wrong_promise_comes_back_with_what_was_typed(wrong: dict[str, str]) -> None:
    case = given.a_case()
    client = signed_in(given.the("mei"))
    sent = {
        "what": "Refund",
        "due_on": "2026-11-20",
        "amount": "129.00",
        "currency": "EUR",
        "owner": str(given.the("mei").pk),
    }

    with time_machine.travel(given.MONDAY):
        response = client.post(
            reverse("promises:make", args=[case.ref]), {**sent, **wrong}
        )

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Promise.objects.exists()


@pytest.mark.parametrize(
    ("verb", "sent", "state"),
    [
        ("keep", {}, State.KEPT),
        (
            "move",
            {"move-due_on": "2026-11-25", "move-consent": "By phone"},
            State.MOVED,
        ),
        ("break", {"break-reason": "The bank refused"}, State.BROKEN),
        ("release", {"release-reason": "No longer wanted"}, State.RELEASED),
    ],
)
def test_each_verb_of_the_page_ends_the_promise_and_returns_to_the_board(
    verb: str, sent: dict[str, str], state: State
) -> None:
    promise = a_promise()
    client = signed_in(given.the("mei"))

    with time_machine.travel(BEFORE):
        response = client.post(
            reverse(f"promises:{verb}", args=[promise.pk]), {**sent, "back": "board"}
        )

    assert (response.status_code, response.headers["Location"]) == (303, "/promises/")
    promise.refresh_from_db()
    assert promise.state == state


def test_a_promise_is_handed_over_only_within_the_team() -> None:
    promise = a_promise()
    client = signed_in(given.the("mei"))
    url = reverse("promises:hand_over", args=[promise.pk])

    with time_machine.travel(BEFORE):
        refused = client.post(url, {"hand-to": given.the("sam").pk})
        given.the("noi")
        handed = client.post(url, {"hand-to": given.the("noi").pk})

    promise.refresh_from_db()
    assert (refused.status_code, handed.status_code) == (422, 303)
    assert promise.owner == given.the("noi")


def test_a_move_after_the_day_is_refused_on_the_page_with_the_reason() -> None:
    promise = a_promise()
    client = signed_in(given.the("mei"))

    with time_machine.travel(AFTER):
        response = client.post(
            reverse("promises:move", args=[promise.pk]),
            {"move-due_on": "2026-11-25", "move-consent": "By phone"},
        )

    assert response.status_code == 422
    promise.refresh_from_db()
    assert promise.state == State.DUE
    assert Promise.objects.count() == 1


def test_a_missing_reason_is_asked_for_and_nothing_changes() -> None:
    promise = a_promise()
    client = signed_in(given.the("mei"))

    with time_machine.travel(BEFORE):
        response = client.post(reverse("promises:break", args=[promise.pk]), {})

    assert response.status_code == 422
    assert '<details class="panel group" open>' in response.content.decode()
    promise.refresh_from_db()
    assert promise.state == State.DUE


def test_whoever_comes_second_is_told_so() -> None:
    promise = a_promise()
    actions.keep(promise=promise, by=given.the("noi"), at=BEFORE)
    client = signed_in(given.the("mei"))

    response = client.post(
        reverse("promises:break", args=[promise.pk]), {"break-reason": "No stock"}
    )

    assert response.status_code == 409
    promise.refresh_from_db()
    assert (promise.state, promise.reason) == (State.KEPT, "")


@pytest.mark.parametrize("verb", ["keep", "move", "break", "release", "hand_over"])
def test_another_teams_promise_is_not_there(verb: str) -> None:
    promise = a_promise()
    client = signed_in(given.the("sam"))

    response = client.post(reverse(f"promises:{verb}", args=[promise.pk]))

    assert response.status_code == 404
    promise.refresh_from_db()
    assert promise.state == State.DUE


@pytest.mark.parametrize("verb", ["promise", "make"])
def test_another_teams_pages_are_not_there(verb: str) -> None:
    promise = a_promise()
    argument = {"promise": promise.pk, "make": promise.case.ref}[verb]
    client = signed_in(given.the("sam"))

    response = client.get(reverse(f"promises:{verb}", args=[argument]))

    assert response.status_code == 404


def test_nobody_keeps_a_promise_without_signing_in() -> None:
    promise = a_promise()

    response = Client().post(reverse("promises:keep", args=[promise.pk]))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")
    promise.refresh_from_db()
    assert promise.state == State.DUE


def test_the_page_of_an_ended_promise_offers_nothing_more_to_do() -> None:
    promise = a_promise()
    actions.move(
        promise=promise,
        new_due_at=AFTER + timedelta(days=3),
        consent="Agreed on the phone",
        by=given.the("mei"),
        at=BEFORE,
    )
    client = signed_in(given.the("mei"))

    page = client.get(reverse("promises:promise", args=[promise.pk])).content.decode()

    assert "Agreed on the phone" in page
    assert f'action="/promises/{promise.pk}/' not in page
