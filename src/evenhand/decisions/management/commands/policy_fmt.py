"""`evenhand policy fmt PAGE…`: put policy pages into their standard form."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evenhand.decisions.unreadable import unreadable
from evenhand.policy.errors import PolicyError
from evenhand.policy.printing import formatted


class Command(BaseCommand):
    """Writes each page back in place where it differs; with --check it only tells."""

    help = "Put policy pages into their standard form."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the pages and whether to write them."""
        parser.add_argument("pages", type=Path, nargs="+", help="Markdown files")
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; exit with 1 and name the pages that differ",
        )

    def handle(self, *, pages: list[Path], check: bool, **_options: object) -> None:
        """Read every page before one is written; exit code 2 if one cannot be read."""
        read = [(path, *_read(path)) for path in pages]
        differing = [(path, new) for path, old, new in read if old != new]
        if check:
            for path, _ in differing:
                self.stdout.write(f"{path} is not in the standard form")
            if differing:
                told = f"{len(differing)} of {len(pages)} pages differ"
                raise CommandError(told, returncode=1)
            return
        for path, new in differing:
            path.write_text(new, encoding="utf-8", newline="\n")
            self.stdout.write(f"{path} written")


def _read(path: Path) -> tuple[str, str]:
    """Return the text of a page as it is and as it should be."""
    try:
        old = path.read_bytes().decode("utf-8")
        return old, formatted(old)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(unreadable(path, error), returncode=2) from error
    except PolicyError as error:
        told = "\n".join(f"{path}: {fault}" for fault in error.faults)
        raise CommandError(told, returncode=2) from error
