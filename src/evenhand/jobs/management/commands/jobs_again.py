"""`evenhand jobs again KEY…|all`: put dead letters back on the queue."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.jobs import actions, queries
from evenhand.jobs.models import Job


class Command(BaseCommand):
    help = "Put jobs that had all their tries back on the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "keys", nargs="+", metavar="KEY", help="as `jobs dead` lists them, or all"
        )

    def handle(self, *, keys: list[str], **_options: object) -> None:
        jobs = list(queries.dead()) if keys == ["all"] else _named(keys)
        for job in jobs:
            actions.run_again(job=job, at=timezone.now())
        self.stdout.write(f"{len(jobs)} on the queue again")


def _named(keys: list[str]) -> list[Job]:
    numbers = {int(key) for key in keys if key.isascii() and key.isdigit()}
    found = {str(job.pk): job for job in queries.dead().filter(pk__in=numbers)}
    missing = [key for key in keys if key not in found]
    if missing:
        raise CommandError(
            f"no dead job has the key {', '.join(missing)}; nothing was changed",
            returncode=2,
        )
    return list(found.values())
