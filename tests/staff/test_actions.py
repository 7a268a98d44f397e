"""Accounts, teams and limits."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from evenhand.kernel.money import Money
from evenhand.ledger.models import Entry
from evenhand.staff import actions, queries
from evenhand.staff.models import Limit, Member, Team
from evenhand.staff.rules import Role
from tests import given

pytestmark = pytest.mark.django_db


def add(email: str = "new@shop.example", password: str = given.PASSWORD) -> Member:
    return actions.add_member(
        email=email,
        name="New Person",
        role=Role.AGENT,
        password=password,
        teams=[given.a_team()],
        by=given.SYSTEM,
        at=given.MONDAY,
    )


def test_a_member_signs_in_with_an_address_whose_case_does_not_matter() -> None:
    member = add(email="New@Shop.example")

    assert member.email == "new@shop.example"
    assert member.check_password(given.PASSWORD)
    assert list(member.teams.all()) == [given.a_team()]


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("no address", "is not a mail address"),
        ("MEI@shop.example", "already has an account"),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_nobody_is_added(
    email: str, problem: str
) -> None:
    given.the("mei")
    entries = Entry.objects.count()

    with pytest.raises(actions.NotAMember, match=problem):
        add(email=email)

    assert Member.objects.count() == 1
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012"])
def test_a_weak_password_is_refused_and_nobody_is_added(password: str) -> None:
    given.a_team()
    entries = Entry.objects.count()

    with pytest.raises(ValidationError):
        add(password=password)

    assert Member.objects.count() == 0
    assert Entry.objects.count() == entries


def test_a_member_grants_up_to_the_limit_of_his_level_in_that_currency() -> None:
    given.limits("EUR")

    assert queries.limit_of(given.the("mei"), currency="EUR") == Money(5000, "EUR")
    assert queries.limit_of(given.the("oscar"), currency="EUR") == Money(20000, "EUR")
    assert queries.limit_of(given.the("ada"), currency="EUR") == Money(200000, "EUR")
    assert queries.limit_of(given.the("mei"), currency="THB") == Money(0, "THB")


def test_a_limit_is_set_once_for_each_level_and_currency() -> None:
    given.limits("EUR")

    actions.set_limit(
        level=Role.AGENT, limit=Money(100, "EUR"), by=given.SYSTEM, at=given.MONDAY
    )

    agent = Limit.objects.get(level="agent", currency="EUR")
    assert agent.amount_minor == 100


def test_a_member_chooses_the_language_of_the_desk() -> None:
    mei = given.the("mei")

    actions.choose_language(
        member=mei, language="zh-hans", by=mei.as_actor, at=given.MONDAY
    )

    assert Member.objects.get(pk=mei.pk).language == "zh-hans"
    entry = Entry.objects.get(kind="member.language_chosen")
    assert (entry.subject, entry.actor) == (mei.as_actor, mei.as_actor)
    assert entry.data == {"from": "en", "to": "zh-hans"}


def test_choosing_the_same_language_again_is_not_written_down() -> None:
    mei = given.the("mei")

    actions.choose_language(member=mei, language="en", by=mei.as_actor, at=given.MONDAY)

    assert not Entry.objects.filter(kind="member.language_chosen").exists()


def test_a_language_that_the_desk_does_not_speak_is_refused() -> None:
    mei = given.the("mei")

    with pytest.raises(actions.NotALanguage):
        actions.choose_language(
            member=mei, language="tlh", by=mei.as_actor, at=given.MONDAY
        )

    assert mei.language == Member.objects.get(pk=mei.pk).language == "en"
    assert not Entry.objects.filter(kind="member.language_chosen").exists()


def test_approvals_of_a_team_go_to_its_seniors_and_to_managers() -> None:
    for person in given.CAST:
        given.the(person)

    for_shop = queries.approvers_of(given.a_team("Shop"), level="approver")
    for_studio = queries.approvers_of(given.a_team("Studio"), level="approver")
    of_managers = queries.approvers_of(given.a_team("Shop"), level="manager")

    assert [m.name for m in for_shop] == ["Ada Okafor", "Marta Ruiz", "Oscar Lind"]
    assert [m.name for m in for_studio] == ["Ada Okafor", "Marta Ruiz"]
    assert [m.name for m in of_managers] == ["Ada Okafor", "Marta Ruiz"]


def test_mail_goes_to_the_team_whose_mailbox_it_names_else_to_the_first() -> None:
    shop, studio = given.a_team("Shop"), given.a_team("Studio")

    assert queries.team_for(["Studio+c10042.x@kite.example"]) == studio
    assert queries.team_for(["other@kite.example"]) == shop
    assert queries.team_for([]) == shop


def test_a_colleague_is_someone_whom_one_may_hand_work_to() -> None:
    mei, noi, sam = given.the("mei"), given.the("noi"), given.the("sam")

    assert queries.colleague(of=mei, pk=noi.pk) == noi
    assert queries.colleague(of=mei, pk=sam.pk) is None
    assert queries.colleague(of=given.the("marta"), pk=sam.pk) == sam


def test_the_command_makes_the_first_account_and_its_team(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{given.PASSWORD}\n"))
    said = io.StringIO()

    call_command("staff_add", "ada@kite.example", name="Ada", role="admin", stdout=said)

    assert said.getvalue() == "ada@kite.example can sign in as admin\n"
    assert [team.name for team in Team.objects.all()] == ["Desk"]


def test_the_limit_command_refuses_what_is_no_amount_and_changes_nothing() -> None:
    with pytest.raises(CommandError, match="'lots' is not an amount"):
        call_command("staff_limit", "agent", "lots", "EUR")
    with pytest.raises(CommandError, match="'Euro' is not a currency"):
        call_command("staff_limit", "agent", "20", "Euro")

    assert not Limit.objects.exists()


@pytest.mark.parametrize(
    ("zone", "hours", "problem"),
    [
        ("Mars/Olympus", None, "is no time zone"),
        ("UTC", {"0": [["18:00", "09:00"]]}, "ends before it starts"),
        ("UTC", {}, "no 480 working minutes"),
    ],
)
def test_a_team_without_a_clock_that_runs_is_refused_and_not_added(
    zone: str, hours: dict[str, list[list[str]]] | None, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        actions.add_team(
            name="Night", time_zone=zone, hours=hours, by=given.SYSTEM, at=given.MONDAY
        )

    assert not Team.objects.exists()
    assert not Entry.objects.exists()
