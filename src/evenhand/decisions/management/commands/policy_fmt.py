"""`evenhand policy fmt PAGE…`: put policy pages into their standard form."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from evenhand.decisions.speaking import add_language, language_of
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
        add_language(parser)

    def handle(
        self,
        *,
        pages: list[Path],
        check: bool,
        language: str | None,
        **_options: object,
    ) -> None:
        """Read every page before one is written; exit code 2 if one cannot be read."""
        with override(language_of(pages[0], language)):
            read = [(path, *_read(path)) for path in pages]
            differing = [(path, new) for path, old, new in read if old != new]
            if check:
                self._tell([path for path, _new in differing], of=len(pages))
                return
            for path, new in differing:
                path.write_text(new, encoding="utf-8", newline="\n")
                self.stdout.write(_("{path} written").format(path=path))

    def _tell(self, differing: list[Path], *, of: int) -> None:
        for path in differing:
            told = _("{path} is not in the standard form")
            self.stdout.write(told.format(path=path))
        if differing:
            told = _("{n} of {of} pages differ").format(n=len(differing), of=of)
            raise CommandError(told, returncode=1)


def _read(path: Path) -> tuple[str, str]:
    """Return the text of a page as it is and as it should be."""
    try:
        old = path.read_bytes().decode("utf-8")
        return old, formatted(old)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(unreadable(path, error), returncode=2) from error
    except PolicyError as error:
        told = "\n".join(f"{path}: {fault.said(_)}" for fault in error.faults)
        raise CommandError(told, returncode=2) from error
