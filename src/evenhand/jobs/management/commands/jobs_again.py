"""`evenhand jobs again KEY…`: put dead letters back on the queue."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evenhand.jobs import actions, queries


class Command(BaseCommand):
    help = "Put jobs that had all their tries back on the queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "keys", nargs="+", type=int, metavar="KEY", help="as `jobs dead` lists them"
        )

    def handle(self, *, keys: list[int], **_options: object) -> None:
        found = {job.pk: job for job in queries.dead().filter(pk__in=keys)}
        missing = [str(key) for key in keys if key not in found]
        if missing:
            raise CommandError(
                f"no dead job has the key {', '.join(missing)}; nothing was changed",
                returncode=2,
            )
        for job in found.values():
            actions.run_again(job=job, at=timezone.now())
        self.stdout.write(f"{len(found)} on the queue again")
