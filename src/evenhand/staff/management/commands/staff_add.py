"""`evenhand staff add`: give someone an account, from the shell."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.ledger.actions import SYSTEM
from evenhand.staff import actions
from evenhand.staff.models import Team
from evenhand.staff.rules import Role


class Command(BaseCommand):
    help = "Give someone an account; the first one of a new desk is made like this."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address to sign in with")
        parser.add_argument("--name", required=True, help="as customers read it")
        parser.add_argument("--role", required=True, choices=[r.value for r in Role])
        parser.add_argument(
            "--team", default="Desk", help="made if it does not exist (Desk)"
        )
        parser.add_argument("--language", default="en", help="of the pages (en)")

    def handle(self, **options: str) -> None:
        at = timezone.now()
        team = Team.objects.filter(name=options["team"]).first()
        try:
            member = actions.add_member(
                email=options["email"],
                name=options["name"],
                role=Role(options["role"]),
                language=options["language"],
                password=self._password(),
                teams=[
                    team or actions.add_team(name=options["team"], by=SYSTEM, at=at)
                ],
                by=SYSTEM,
                at=at,
            )
        except actions.NotAMember as error:
            raise CommandError(str(error), returncode=2) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        self.stdout.write(f"{member.email} can sign in as {member.role}")

    def _password(self) -> str:
        """Ask for it twice at a terminal; read one line where the input is piped."""
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password (12 characters or more): ")
        if getpass.getpass("Once more: ") != password:
            raise CommandError("the two were not the same; nothing was made")
        return password
