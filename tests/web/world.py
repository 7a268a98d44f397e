"""One case of the shop's team with one of everything that an address can name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db.models import QuerySet

from evenhand.cases.models import Case, Issue, Message
from evenhand.promises.models import Promise
from evenhand.staff import actions as staff
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Role
from tests import given
from tests.given_promises import a_promise

SIDES = ("own", "other")
# What a visit leaves behind without anybody having done anything.
NOT_LOOKED_AT = {"sessions.session"}


@dataclass(frozen=True, slots=True)
class World:
    """The shop's case, and a member of each role in its team and in the other team."""

    case: Case
    message: Message
    issue: Issue
    promise: Promise
    members: Mapping[tuple[Role, str], Member]


def build() -> World:
    shop, studio = given.a_team("Shop"), given.a_team("Studio")
    members = {
        (role, side): _member(role, side=side, team=team)
        for role in Role
        for side, team in (("own", shop), ("other", studio))
    }
    given.limits()
    customer = given.a_customer()
    case = given.a_case(customer=customer, order=given.an_order(customer))
    agent = members[Role.AGENT, "own"]
    return World(
        case=case,
        message=given.a_message(case),
        issue=given.an_issue(case),
        promise=a_promise(case, by=agent),
        members=members,
    )


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, so that nothing can change unseen."""
    return {
        model._meta.label_lower: list(QuerySet(model).order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.label_lower not in NOT_LOOKED_AT
    }


def _member(role: Role, *, side: str, team: Team) -> Member:
    return staff.add_member(
        email=f"{role.value}-{side}@shop.example",
        name=f"{role.value} of {team}",
        role=role,
        password=given.PASSWORD,
        teams=[team],
        by=given.SYSTEM,
        at=given.MONDAY,
    )
