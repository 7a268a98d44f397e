"""`evenhand policy publish FILE`: check and prove a page, and put it in force."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from evenhand.decisions import actions, checking
from evenhand.decisions.models import PolicyDraft, PolicyVersion
from evenhand.decisions.rules.reports import CheckReport, Found
from evenhand.decisions.speaking import add_language, language_of
from evenhand.decisions.unreadable import unreadable
from evenhand.policy.errors import PolicyError
from evenhand.policy.saying import said_in


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
        add_language(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        file: Path = options["file"]
        with override(language_of(file, options["language"])):
            self._publish(file, why=options["why"], meant=options["meant"])

    def _publish(self, file: Path, *, why: str, meant: bool) -> None:
        text = _text(file)
        try:
            report = checking.checked(text)
            _refuse_faults(report)
            draft = actions.bring(
                text=text,
                report=report,
                why=why,
                meant=meant,
                by=None,
                at=timezone.now(),
            )
        except PolicyError as error:
            lines = "\n".join(f"{file}: {fault.said(_)}" for fault in error.faults)
            raise _refused(lines) from error
        except actions.NotAcknowledged as error:
            lines = "\n".join(f"- {said_in(point.what, _)}" for point in error.points)
            ask = _("say that this is meant, with {option}:").format(option="--meant")
            raise _refused(f"{ask}\n{lines}") from error
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
    told = " ".join(said_in(one, _) for one in (found.what, found.instead) if one)
    if not found.line:
        return told
    return _("line {line}: {told}").format(line=found.line, told=told)


def _told(draft: PolicyDraft) -> str:
    if draft.version is None:
        told = _("{policy} needs a second person: it waits under Policies, at {place}")
        place = f"/policies/drafts/{draft.pk}/publish/"
        return told.format(policy=draft.policy, place=place)
    return _holds(draft.version)


def _holds(version: PolicyVersion) -> str:
    values = {
        "page": f"{version.policy} {version.version}",
        "begin": version.effective_from,
        "end": version.effective_to,
    }
    if version.effective_to is None:
        return _("{page} holds from {begin} until further").format(**values)
    return _("{page} holds from {begin} until {end}").format(**values)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(unreadable(file, error)) from error


def _refused(why: str) -> CommandError:
    return CommandError(f"{why}\n{_('nothing was published')}", returncode=2)
