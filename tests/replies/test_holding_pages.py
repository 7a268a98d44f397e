"""Undo and send later from the case's page, as a person presses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.channels.models import Outgoing
from evenhand.kernel.working_time import Schedule
from evenhand.replies import queries
from evenhand.replies.actions import holding
from evenhand.replies.models import HeldAnswer, HeldState
from evenhand.replies.rules import times_to_leave
from tests.given import a_message, the
from tests.replies.test_sending import CALM, an_open_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_seconds(settings: Settings) -> None:
    settings.UNDO_SECONDS = 10


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


def send(client: Client, case: Case, **form: str) -> HeldAnswer:
    """Press the button and return what waits."""
    answer = client.post(
        reverse("desk:send", args=[case.ref]),
        {"text": CALM, "token": "one-form", **form},
    )
    held = HeldAnswer.objects.latest("pk")
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"#held-{held.pk}")
    return held


def page(client: Client, case: Case) -> str:
    return client.get(reverse("desk:case", args=[case.ref])).text


def undo(client: Client, case: Case, held: HeldAnswer) -> None:
    answer = client.post(reverse("desk:take_back", args=[case.ref, held.pk]))
    assert answer.status_code == 303


def test_a_sent_answer_waits_ten_seconds_with_its_undo(mei: Client) -> None:
    case = an_open_case()

    held = send(mei, case)

    shown = page(mei, case)
    assert held.leave_at - held.held_at == timedelta(seconds=10)
    assert not Outgoing.objects.exists()
    assert "Leaves in a moment" in shown
    assert "data-undo" in shown
    assert f'id="held-{held.pk}"' in shown


def test_undo_lays_the_words_into_the_box_with_every_choice(mei: Client) -> None:
    case = an_open_case()
    held = send(mei, case, then_close="on")

    undo(mei, case, held)

    shown = page(mei, case)
    assert "decide today.\n\nMei Chen</textarea>" in shown.replace("\r\n", "\n")
    assert "data-undo" not in shown
    then_close = shown[shown.index('name="then_close"') :][:120]
    assert "checked" in then_close
    assert not Outgoing.objects.exists()


def test_undo_too_late_says_so(mei: Client) -> None:
    case = an_open_case()
    held = send(mei, case)
    holding.let_leave(held_pk=held.pk, at=held.leave_at)

    answer = mei.post(reverse("desk:take_back", args=[case.ref, held.pk]), follow=True)

    assert "Too late: the answer has left." in answer.text
    assert Outgoing.objects.count() == 1


def test_an_answer_is_sent_later_at_a_time_that_was_offered(mei: Client) -> None:
    case = an_open_case()
    offered = times_to_leave(timezone.now(), case.team.schedule)[0]

    held = send(mei, case, later="1", leave=offered.isoformat())

    assert (held.leave_at, held.later) == (offered, True)
    shown = page(mei, case)
    assert "Change the time" in shown
    assert "Take back" in shown
    assert case.subject in mei.get(reverse("desk:later")).text


def test_a_time_of_one_s_own_is_read_in_the_desk_s_zone(
    mei: Client, settings: Settings
) -> None:
    settings.TIME_ZONE = "Asia/Bangkok"
    case = an_open_case()
    day = (timezone.now() + timedelta(days=3)).date().isoformat()

    held = send(mei, case, later="1", leave="", leave_on=f"{day}T09:00")

    there = held.leave_at.astimezone(ZoneInfo("Asia/Bangkok"))
    assert f"{there:%Y-%m-%dT%H:%M}" == f"{day}T09:00"


@pytest.mark.parametrize(
    "leave_on", ["", "soon", "2020-01-01T09:00", "2999-01-01T09:00", "2026-99-99T09:00"]
)
def test_a_time_that_is_none_keeps_every_word_and_says_so(
    mei: Client, leave_on: str
) -> None:
    case = an_open_case()

    answer = mei.post(
        reverse("desk:send", args=[case.ref]),
        {"text": CALM, "token": "one-form", "later": "1", "leave_on": leave_on},
    )

    assert answer.status_code == 422
    assert "Choose a time that is still to come, within a year." in answer.text
    assert "the hem came undone" in answer.text
    assert not HeldAnswer.objects.exists()


def test_another_time_and_now_are_one_press_each(mei: Client) -> None:
    case = an_open_case()
    tomorrow = timezone.now() + timedelta(days=1)
    held = send(mei, case, later="1", leave=tomorrow.isoformat())
    change = reverse("desk:change_time", args=[case.ref, held.pk])

    mei.post(change, {"leave": (tomorrow + timedelta(hours=1)).isoformat()})
    held.refresh_from_db()
    assert held.leave_at == tomorrow + timedelta(hours=1)
    mei.post(change, {"now": "1"})

    held.refresh_from_db()
    assert held.leave_at <= timezone.now()
    assert holding.let_leave(held_pk=held.pk, at=timezone.now()) is not None


def test_a_second_answer_is_refused_with_its_words_kept(mei: Client) -> None:
    case = an_open_case()
    send(mei, case)

    answer = mei.post(
        reverse("desk:send", args=[case.ref]),
        {"text": f"{CALM} And the bill.", "token": "another-form"},
    )

    assert answer.status_code == 422
    assert "an answer of this case waits to leave" in answer.text
    assert "And the bill." in answer.text
    assert HeldAnswer.objects.count() == 1


def test_its_author_reads_why_it_did_not_leave_until_they_know(mei: Client) -> None:
    case = an_open_case()
    held = send(mei, case)
    a_message(case, text="Stop", at=timezone.now())
    holding.let_leave(held_pk=held.pk, at=held.leave_at)

    shown, listed = page(mei, case), mei.get(reverse("desk:later")).text

    assert "did not leave" in shown
    assert "The customer wrote meanwhile. Read it first." in shown
    assert "The customer wrote meanwhile. Read it first." in listed
    assert queries.returned_count(the("mei")) == 1
    mei.post(reverse("desk:seen", args=[case.ref, held.pk]))
    assert "The customer wrote meanwhile" not in page(mei, case)
    assert queries.returned_count(the("mei")) == 0


def test_a_held_answer_of_another_case_is_not_found(mei: Client) -> None:
    case, other = an_open_case(), an_open_case()
    held = send(mei, case)

    answer = mei.post(reverse("desk:take_back", args=[other.ref, held.pk]))

    assert answer.status_code == 404
    held.refresh_from_db()
    assert held.state == HeldState.HELD


def test_who_gets_a_copy_is_named_with_why_before_sending(mei: Client) -> None:
    case = an_open_case()
    cases.join_participant(
        case=case,
        address="bo@mail.example",
        name="Bo Lindqvist",
        by="system",
        at=case.opened_at,
    )

    shown = page(mei, case)

    assert "Bo Lindqvist · bo@mail.example" in shown
    assert "not an address of the customer" in shown
    assert "Eva Novak · " in shown


def test_one_who_looks_like_the_customer_is_warned_of(mei: Client) -> None:
    case = an_open_case()
    own = case.customer.identities.get().value
    local, _, domain = own.partition("@")
    cases.join_participant(
        case=case,
        address=f"{local}@{domain.replace('mail', 'rnail')}",
        name="Eva Novak",
        by="system",
        at=case.opened_at,
    )

    assert "looks like" in page(mei, case)


WEEK = Schedule.weekly(
    time_zone="Europe/Berlin",
    hours={str(day): [["09:00", "12:00"], ["13:00", "17:00"]] for day in range(5)},
)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        # Thursday morning: after lunch, tomorrow, Monday
        (
            "2026-11-19T10:00",
            ["2026-11-19T12:00", "2026-11-20T08:00", "2026-11-23T08:00"],
        ),
        # Friday evening: Monday is all three
        ("2026-11-20T20:00", ["2026-11-23T08:00"]),
        # Monday before opening
        (
            "2026-11-23T05:00",
            ["2026-11-23T08:00", "2026-11-24T08:00", "2026-11-30T08:00"],
        ),
    ],
)
def test_the_offered_times_are_when_somebody_is_there_again(
    now: str, offered: list[str]
) -> None:
    found = times_to_leave(datetime.fromisoformat(now).replace(tzinfo=UTC), WEEK)

    assert [f"{at:%Y-%m-%dT%H:%M}" for at in found] == offered


def test_a_desk_that_never_opens_offers_no_time() -> None:
    closed = Schedule.weekly(time_zone="UTC", hours={})

    assert times_to_leave(datetime(2026, 11, 19, tzinfo=UTC), closed) == ()
