"""`evenhand staff list`: who works here, in which teams, and what each level may give."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from evenhand.kernel.money import Money
from evenhand.staff import queries
from evenhand.staff.models import Limit, Member, Team


class Command(BaseCommand):
    help = "List members, teams and limits, one a line, with tabs between."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for member in queries.everybody():
            self._line("member", *_of_member(member))
        for team in queries.all_teams():
            self._line("team", *_of_team(team))
        for limit in queries.all_limits():
            self._line("limit", *_of_limit(limit))

    def _line(self, *cells: str) -> None:
        self.stdout.write("\t".join(cells))


def _of_member(member: Member) -> tuple[str, ...]:
    teams = ", ".join(sorted(team.name for team in member.teams.all()))
    role = member.role if member.is_active else f"{member.role}, ended"
    return member.email, member.name, role, teams


def _of_team(team: Team) -> tuple[str, ...]:
    first = f"first answer within {team.first_answer_minutes} minutes"
    return team.name, team.mailbox or "no mailbox", team.time_zone, first


def _of_limit(limit: Limit) -> tuple[str, ...]:
    return limit.level, str(Money(limit.amount_minor, limit.currency)), limit.currency
