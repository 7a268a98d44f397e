"""`evenhand staff limit`: set what a level may grant of its own accord."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.kernel.money import Money
from evenhand.ledger.actions import SYSTEM
from evenhand.staff import actions
from evenhand.staff.rules import LEVELS, Role


class Command(BaseCommand):
    help = "Set the most that a level grants of its own accord on one case."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("level", choices=[level.value for level in LEVELS])
        parser.add_argument("amount", help="in major units, such as 120.00")
        parser.add_argument("currency", help="three letters, such as EUR")

    def handle(self, **options: str) -> None:
        currency = options["currency"]
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            raise CommandError(
                f"{currency!r} is not a currency, such as EUR", returncode=2
            )
        try:
            limit = Money.of(options["amount"], currency)
            actions.set_limit(
                level=Role(options["level"]),
                limit=limit,
                by=SYSTEM,
                at=timezone.now(),
            )
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{options['level']}: up to {limit}")
