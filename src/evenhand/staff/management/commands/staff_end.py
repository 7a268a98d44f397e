"""`evenhand staff end`: end an account and its sessions, from the shell."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.ledger.actions import SYSTEM
from evenhand.staff import actions, queries


class Command(BaseCommand):
    help = "End an account: nobody signs in with it any more, and open sessions end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of the account")

    def handle(self, **options: str) -> None:
        member = queries.member_with(options["email"])
        if member is None:
            raise CommandError(f"{options['email']} has no account", returncode=2)
        actions.end_account(member=member, by=SYSTEM, at=timezone.now())
        self.stdout.write(f"{member.email} can no longer sign in")
