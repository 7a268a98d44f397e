"""`evenhand policy decide PAGE --facts FILE.jsonl`: decide many cases by a page."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError

from evenhand.decisions.unreadable import unreadable
from evenhand.kernel.text import is_text
from evenhand.policy.errors import PolicyError
from evenhand.policy.loading import load
from evenhand.policy.program import Page
from evenhand.policy.stream import BadLine, Ignored, decide_lines

LANGUAGES = ("en", "zh", "ja", "th")


class Command(BaseCommand):
    """Answers JSON lines of facts with JSON lines of decisions."""

    help = "Decide cases, one JSON line each, by a policy page."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the page and the file of facts."""
        parser.add_argument("page", type=Path, help="the policy, a Markdown file")
        parser.add_argument(
            "--facts",
            required=True,
            help='a file of lines {"id": …, "facts": {…}}; - reads standard input',
        )
        parser.add_argument(
            "--explain",
            nargs="?",
            const="en",
            default="",
            choices=LANGUAGES,
            metavar="LANGUAGE",
            help="tell why too, and what would give more: en (if none is said), zh,"
            " ja or th",
        )

    def handle(
        self, *, page: Path, facts: str, explain: str, **_options: object
    ) -> None:
        """Print an answer a line; a bad line ends the run with exit code 2."""
        loaded = _loaded(page)
        ignored = Ignored()
        with _opened(facts) as lines:
            try:
                for answer in decide_lines(
                    loaded, lines, ignored=ignored, explain=explain
                ):
                    self.stdout.write(_line(answer))
            except BadLine as error:
                raise CommandError(f"{facts}: {error}", returncode=2) from error
            except UnicodeDecodeError as error:
                why = f"{facts}: not UTF-8: {error}"
                raise CommandError(why, returncode=2) from error
        self._tell_ignored(ignored)

    def _tell_ignored(self, ignored: Ignored) -> None:
        if ignored.total:
            names = ", ".join(f"{n} ({c})" for n, c in sorted(ignored.counts.items()))
            self.stderr.write(f"{ignored.total} facts are not on the page: {names}")


def _line(answer: Mapping[str, object]) -> str:
    """Return the answer as JSON in its own script; escaped where no UTF-8 holds it.

    An id may be half a surrogate pair: JSON can say so, an output cannot.
    """
    line = json.dumps(answer, ensure_ascii=False)
    return line if is_text(line) else json.dumps(answer)


def _loaded(path: Path) -> Page:
    try:
        return load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(unreadable(path, error), returncode=2) from error
    except PolicyError as error:
        told = "\n".join(f"{path}: {fault}" for fault in error.faults)
        raise CommandError(told, returncode=2) from error


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin
        return
    try:
        lines = Path(name).open(encoding="utf-8")  # noqa: SIM115  # closed below
    except OSError as error:
        raise CommandError(unreadable(name, error), returncode=2) from error
    with lines:
        yield lines
