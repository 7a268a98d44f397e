"""`evenhand jobs dead`: the jobs that had all their tries, with what went wrong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from evenhand.jobs import queries
from evenhand.jobs.models import Job


class Command(BaseCommand):
    help = "List the jobs that had all their tries, the latest first."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for job in queries.dead()[: queries.MOST_SHOWN]:
            self.stdout.write(_line(job))


def _line(job: Job) -> str:
    """Write key, end, task, arguments and error with tabs between, on one line."""
    ended = job.finished_at.isoformat(timespec="seconds") if job.finished_at else ""
    arguments = ", ".join(f"{name}={value}" for name, value in job.arguments.items())
    error = " ".join(job.error.split())
    return "\t".join((str(job.pk), ended, f"{job.task}({arguments})", error))
