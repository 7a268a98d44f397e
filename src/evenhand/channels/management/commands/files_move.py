"""`evenhand files move --to …`: copy all files to another store, each one checked."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evenhand.channels import blobs
from evenhand.channels.actions.moving import Outcome, copy
from evenhand.channels.stores.choice import NoSuchStore, store_named
from evenhand.channels.stores.shape import Store, StoreDown


class Command(BaseCommand):
    help = (
        "Copy all files to another store, each checked by its hash."
        " A run that was broken off goes on where it was; nothing is removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            required=True,
            metavar="STORE",
            help="`folder`, a path, or s3://bucket/prefix?endpoint=…&region=…",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        source, target = blobs.store(), _store(options["to"])
        if source.name == target.name:
            raise CommandError(f"the files lie in {source.name} already", returncode=2)
        counted: Counter[Outcome] = Counter()
        try:
            for step in copy(
                source=source, target=target, drafts=blobs.drafts_folder()
            ):
                counted[step.outcome] += 1
                if step.outcome is Outcome.SPOILT:
                    self.stderr.write(f"{step.sha256}: its bytes are not its hash")
        except StoreDown as error:
            raise CommandError(f"a store does not answer: {error}") from error
        self.stdout.write(
            f"{counted[Outcome.COPIED]} copied, {counted[Outcome.THERE]} there already,"
            f" {counted[Outcome.SPOILT]} spoilt: {source.name} to {target.name}"
        )
        if counted[Outcome.SPOILT]:
            raise CommandError("spoilt files were not copied; look in a backup")


def _store(words: str) -> Store:
    try:
        return store_named(words, folder=Path(settings.MEDIA_ROOT))
    except NoSuchStore as error:
        raise CommandError(str(error), returncode=2) from error
