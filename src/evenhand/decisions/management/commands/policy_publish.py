"""`evenhand policy publish FILE`: check a page and put it in force."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.decisions import actions
from evenhand.policy.errors import PolicyError


class Command(BaseCommand):
    help = "Check a policy page and publish it; a faulty one changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the page, Markdown in UTF-8")

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            version = actions.publish(text=_text(file), by=None, at=timezone.now())
        except PolicyError as error:
            lines = "\n".join(f"{file}: {fault}" for fault in error.faults)
            raise _refused(lines) from error
        except (actions.AlreadyPublished, actions.WindowsOverlap) as error:
            raise _refused(str(error)) from error
        ends = version.effective_to or "further"
        self.stdout.write(
            f"{version.policy} {version.version} holds from"
            f" {version.effective_from} until {ends}"
        )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(f"{file} cannot be read: {error}") from error


def _refused(why: str) -> CommandError:
    return CommandError(f"{why}\nnothing was published", returncode=2)
