"""`evenhand team set`: change a team's mailbox, zone or first-answer limit."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.ledger.actions import SYSTEM
from evenhand.staff import actions
from evenhand.staff.models import Team

CHANGES = ("mailbox", "time_zone", "first_answer_minutes")


class Command(BaseCommand):
    help = "Change a team's mailbox, time zone or first-answer limit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of the team")
        parser.add_argument(
            "--mailbox", help="the part before the @ of the address that reaches it"
        )
        parser.add_argument("--time-zone", help="such as Europe/Berlin")
        parser.add_argument(
            "--first-answer-minutes", type=int, help="working minutes to a first answer"
        )

    def handle(self, **options: Any) -> None:
        team = Team.objects.filter(name=options["name"]).first()
        if team is None:
            raise CommandError(f"there is no team {options['name']!r}", returncode=2)
        changes = {name: options[name] for name in CHANGES}
        if all(value is None for value in changes.values()):
            raise CommandError("say what to change, such as --mailbox", returncode=2)
        try:
            actions.change_team(team=team, by=SYSTEM, at=timezone.now(), **changes)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"the team {team} is changed")
