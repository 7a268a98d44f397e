"""`evenhand policy publish FILE`: check and prove a page, and put it in force."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.decisions import actions, checking
from evenhand.decisions.models import PolicyDraft, PolicyVersion
from evenhand.decisions.rules.reports import CheckReport, Found
from evenhand.decisions.unreadable import unreadable
from evenhand.policy.errors import PolicyError


class Command(BaseCommand):
    help = "Check and prove a policy page and publish it; a faulty one changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the page, Markdown in UTF-8")
        parser.add_argument(
            "--why", default="published by a command", help="kept with the version"
        )
        parser.add_argument(
            "--meant",
            action="store_true",
            help="say that every warning and every other answer is meant",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        text = _text(file)
        try:
            report = checking.checked(text)
            _refuse_faults(report)
            draft = actions.bring(
                text=text,
                report=report,
                why=options["why"],
                meant=options["meant"],
                by=None,
                at=timezone.now(),
            )
        except PolicyError as error:
            lines = "\n".join(f"{file}: {fault}" for fault in error.faults)
            raise _refused(lines) from error
        except actions.NotAcknowledged as error:
            lines = "\n".join(f"- {point.what}" for point in error.points)
            raise _refused(f"say that this is meant, with --meant:\n{lines}") from error
        except (
            actions.AlreadyPublished,
            actions.NotAPage,
            actions.WhyNeeded,
            actions.WindowsOverlap,
            checking.ExtraMissing,
        ) as error:
            raise _refused(str(error) or type(error).__name__) from error
        self.stdout.write(_told(draft))


def _refuse_faults(report: CheckReport) -> None:
    if report.faults:
        raise _refused("\n".join(_line(found) for found in report.faults))


def _line(found: Found) -> str:
    place = f"line {found.line}: " if found.line else ""
    return f"{place}{found.what} {found.instead}".strip()


def _told(draft: PolicyDraft) -> str:
    if draft.version is None:
        return (
            f"{draft.policy} needs a second person: it waits under Policies,"
            f" at /policies/drafts/{draft.pk}/publish/"
        )
    return _holds(draft.version)


def _holds(version: PolicyVersion) -> str:
    ends = version.effective_to or "further"
    return (
        f"{version.policy} {version.version} holds from"
        f" {version.effective_from} until {ends}"
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(unreadable(file, error)) from error


def _refused(why: str) -> CommandError:
    return CommandError(f"{why}\nnothing was published", returncode=2)
