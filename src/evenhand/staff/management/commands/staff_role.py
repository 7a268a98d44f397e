"""`evenhand staff role`: give somebody another role, from the shell."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.ledger.actions import SYSTEM
from evenhand.staff import actions, queries
from evenhand.staff.rules import Role


class Command(BaseCommand):
    help = "Give a member another role, from the next page on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of the account")
        parser.add_argument("role", choices=[role.value for role in Role])

    def handle(self, **options: str) -> None:
        member = queries.member_with(options["email"])
        if member is None:
            raise CommandError(f"{options['email']} has no account", returncode=2)
        try:
            actions.change_role(
                member=member, role=Role(options["role"]), by=SYSTEM, at=timezone.now()
            )
        except actions.NotAMember as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{member.email} is {options['role']}")
