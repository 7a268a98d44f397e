"""Accounts end, roles and teams change, each with its entry in the ledger."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from evenhand.ledger.models import Entry
from evenhand.staff import actions
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Role
from tests import given

pytestmark = pytest.mark.django_db


def said(*words: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def told(kind: str) -> list[tuple[str, dict[str, object]]]:
    return list(Entry.objects.filter(kind=kind).values_list("subject", "data"))


def test_an_account_that_ends_ends_its_sessions_and_signs_in_no_more() -> None:
    mei, browser = given.the("mei"), Client()
    browser.force_login(mei)
    assert browser.get("/").status_code == 200

    actions.end_account(member=mei, by=given.SYSTEM, at=given.MONDAY)

    assert browser.get("/").status_code == 302
    assert not Client().login(email=mei.email, password=given.PASSWORD)
    assert told("member.ended") == [(mei.as_actor, {})]


def test_a_session_of_an_ended_account_stays_ended_whatever_comes() -> None:
    mei, browser = given.the("mei"), Client()
    browser.force_login(mei)
    actions.end_account(member=mei, by=given.SYSTEM, at=given.MONDAY)

    Member.objects.filter(pk=mei.pk).update(is_active=True)

    assert browser.get("/").status_code == 302


def test_an_account_ends_once() -> None:
    mei = given.the("mei")

    actions.end_account(member=mei, by=given.SYSTEM, at=given.MONDAY)
    actions.end_account(member=mei, by=given.SYSTEM, at=given.MONDAY)

    assert len(told("member.ended")) == 1


def test_another_role_is_written_down_once() -> None:
    mei = given.the("mei")

    for _ in range(2):
        actions.change_role(
            member=mei, role=Role.APPROVER, by=given.SYSTEM, at=given.MONDAY
        )

    assert Member.objects.get(pk=mei.pk).role == "approver"
    assert told("member.role_changed") == [
        (mei.as_actor, {"from": "agent", "to": "approver"})
    ]


def test_an_ended_account_gets_no_other_role() -> None:
    mei = given.the("mei")
    actions.end_account(member=mei, by=given.SYSTEM, at=given.MONDAY)

    with pytest.raises(actions.NotAMember, match=r"mei@shop\.example has ended"):
        actions.change_role(
            member=mei, role=Role.ADMIN, by=given.SYSTEM, at=given.MONDAY
        )

    assert Member.objects.get(pk=mei.pk).role == "agent"
    assert told("member.role_changed") == []


def test_a_team_changes_in_what_is_given_and_in_nothing_else() -> None:
    team = given.a_team()

    actions.change_team(
        team=team,
        mailbox="Returns",
        first_answer_minutes=60,
        time_zone=team.time_zone,
        by=given.SYSTEM,
        at=given.MONDAY,
    )

    kept = Team.objects.get(pk=team.pk)
    assert (kept.mailbox, kept.first_answer_minutes) == ("returns", 60)
    assert (kept.time_zone, kept.hours) == (team.time_zone, team.hours)
    assert told("team.changed") == [
        (f"team:{team.pk}", {"mailbox": "returns", "first_answer_minutes": 60})
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"mailbox": "help@shop.example"}, "is not the part before the @"),
        ({"mailbox": "help+tag"}, "is not the part before the @"),
        ({"mailbox": "studio"}, "is the team Studio's"),
        ({"time_zone": "Mars/Olympus"}, "is no time zone"),
        ({"first_answer_minutes": 0}, "first answer"),
        ({"first_answer_minutes": -5}, "first answer"),
    ],
)
def test_a_change_that_makes_no_sense_leaves_the_team_as_it_was(
    changes: dict[str, Any], problem: str
) -> None:
    team = given.a_team()
    given.a_team("Studio")
    before = Team.objects.filter(pk=team.pk).values().get()

    with pytest.raises(CommandError, match=problem):
        call_command("team_set", "Shop", **{"mailbox": "new", **changes})

    assert Team.objects.filter(pk=team.pk).values().get() == before
    assert told("team.changed") == []


def test_the_commands_change_what_they_say_and_list_it() -> None:
    given.the("mei"), given.the("noi")
    given.limits("EUR")
    call_command("team_set", "Shop", mailbox="", stdout=io.StringIO())

    ended = said("staff_end", "NOI@shop.example")
    role = said("staff_role", "mei@shop.example", "manager")

    assert ended == "noi@shop.example can no longer sign in\n"
    assert role == "mei@shop.example is manager\n"
    assert said("staff_list").splitlines() == [
        "member\tmei@shop.example\tMei Chen\tmanager\tShop",
        "member\tnoi@shop.example\tNoi Prasert\tagent, ended\tShop",
        "team\tShop\tno mailbox\tUTC\tfirst answer within 480 minutes",
        "limit\tagent\t€50.00\tEUR",
        "limit\tapprover\t€200.00\tEUR",
        "limit\tmanager\t€2,000.00\tEUR",
    ]


def test_the_commands_name_what_is_not_there() -> None:
    given.a_team()

    with pytest.raises(CommandError, match=r"who@shop\.example has no account"):
        call_command("staff_end", "who@shop.example")
    with pytest.raises(CommandError, match=r"who@shop\.example has no account"):
        call_command("staff_role", "who@shop.example", "agent")
    with pytest.raises(CommandError, match="there is no team 'Night'"):
        call_command("team_set", "Night", mailbox="night")
    with pytest.raises(CommandError, match="say what to change"):
        call_command("team_set", "Shop")
