"""`evenhand policy check PAGE`: prove a page, or find what is wrong with it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext, override

from evenhand.decisions import queries
from evenhand.decisions.speaking import add_language, language_of
from evenhand.decisions.unreadable import unreadable
from evenhand.policy.errors import PolicyError
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.proof import SECONDS, NeedsProver, check
from evenhand.policy.proof.telling import report_lines, summary
from evenhand.policy.saying import said_in

UNREADABLE = 2


class Command(BaseCommand):
    """Tells findings on standard output; ends with 1 if there are any but notes."""

    help = "Check a policy page: gaps, overlaps, dead rows, invariants, examples."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the page, its earlier versions and the time."""
        parser.add_argument("page", type=Path, help="the policy, a Markdown file")
        parser.add_argument(
            "--earlier",
            type=Path,
            nargs="+",
            default=[],
            metavar="FILE",
            help="earlier versions, oldest first: their examples are decided too;"
            " those published in this desk always are",
        )
        parser.add_argument(
            "--seconds",
            type=float,
            default=SECONDS,
            help=f"time for the proofs, {SECONDS:g} if not said",
        )
        parser.add_argument(
            "--sql",
            action="store_true",
            default=None,
            help="set Python against SQL by all rows also where the page has more than 200",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        add_language(parser)

    def handle(
        self,
        *,
        page: Path,
        earlier: list[Path],
        seconds: float,
        sql: bool | None,
        json: bool,
        language: str | None,
        **_options: object,
    ) -> None:
        """Check the page and print what is found."""
        with override(language_of(page, language)):
            self._check(page, earlier=earlier, seconds=seconds, sql=sql, json=json)

    def _check(
        self,
        page: Path,
        *,
        earlier: list[Path],
        seconds: float,
        sql: bool | None,
        json: bool,
    ) -> None:
        loaded = page_of(page)
        texts = [text_of(file) for file in earlier]
        texts = [*_published(loaded.policy.head.policy), *texts]
        try:
            report = check(loaded, earlier=texts, seconds=seconds, sql=sql)
        except NeedsProver as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        if json:
            self.stdout.write(_as_json(report.as_json()))
        else:
            self.stdout.write("\n".join(report_lines(report, gettext)))
        if not report.clean:
            raise CommandError(said_in(summary(report), gettext), returncode=1)
        self.stderr.write(said_in(summary(report), gettext))


def _as_json(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _published(policy: str) -> list[str]:
    """Return the texts that this desk published; none where there is no desk."""
    try:
        return queries.published_texts(policy)
    except DatabaseError:
        return []


def page_of(file: Path) -> Page:
    """Read a page without deciding its examples; ends with 2 if that cannot be."""
    try:
        return read(text_of(file))
    except PolicyError as error:
        lines = "\n".join(f"{file}: {fault.said(gettext)}" for fault in error.faults)
        raise CommandError(lines, returncode=UNREADABLE) from error


def text_of(file: Path) -> str:
    """Read a file; ends with 2 if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(unreadable(file, error), returncode=UNREADABLE) from error
