"""`evenhand policy export PAGE --as dmn`: write a policy page as a DMN model."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evenhand.decisions.unreadable import unreadable
from evenhand.policy.errors import PolicyError
from evenhand.policy.exchange.dmn_write import write_dmn
from evenhand.policy.loading import load


class Command(BaseCommand):
    """Prints the model, or writes it to a file; lists what DMN has no place for."""

    help = "Write a policy page as a DMN 1.5 model."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the page and where the model goes."""
        parser.add_argument("page", type=Path, help="the policy, a Markdown file")
        parser.add_argument(
            "--as", dest="form", required=True, choices=["dmn"], help="the form"
        )
        parser.add_argument(
            "--to", type=Path, help="a file; standard output if not said"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the model; what is left out goes to standard error."""
        page: Path = options["page"]
        target: Path | None = options["to"]
        try:
            xml, left = write_dmn(load(page.read_text(encoding="utf-8")))
            if target is not None:
                target.write_text(xml, encoding="utf-8")
        except PolicyError as error:
            told = "\n".join(f"{page}: {fault}" for fault in error.faults)
            raise CommandError(told, returncode=2) from error
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(unreadable(page, error), returncode=2) from error
        if target is None:
            self.stdout.write(xml)
        for one in left:
            self.stderr.write(f"left out: {one}")
