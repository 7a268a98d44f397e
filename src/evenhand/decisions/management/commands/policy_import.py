"""`evenhand policy import FILE --as zen|dmn`: make policy pages of decision tables."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from evenhand.decisions.unreadable import unreadable
from evenhand.policy.exchange.dmn import read_dmn
from evenhand.policy.exchange.imported import (
    Imported,
    ImportedPage,
    ImportFault,
    LeftOut,
)
from evenhand.policy.exchange.zen import read_zen

_READERS = {"zen": read_zen, "dmn": read_dmn}


class Command(BaseCommand):
    """Writes pages into a folder and lists what did not come over."""

    help = "Make policy pages of a GoRules ZEN or DMN file."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, its language and the folder of the pages."""
        parser.add_argument("file", type=Path, help="a ZEN JDM graph or a DMN model")
        parser.add_argument(
            "--as",
            dest="form",
            required=True,
            choices=sorted(_READERS),
            help="its form",
        )
        parser.add_argument(
            "--to", type=Path, default=Path(), help="the folder for the pages"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the pages; none is written over a file that is there."""
        file: Path = options["file"]
        folder: Path = options["to"]
        found = _read(file, options["form"])
        written = [(folder / f"{page.name}.md", page) for page in found.pages]
        _refuse_taken([path for path, _page in written])
        for path, page in written:
            path.write_text(page.text, encoding="utf-8")
            self._tell_page(path, page)
        for line in _listed("left out", found.left_out):
            self.stdout.write(line)
        if not written:
            raise CommandError(f"{file}: no page came of it", returncode=1)

    def _tell_page(self, path: Path, page: ImportedPage) -> None:
        rows = sum(len(table.rows) for table in page.page.policy.tables)
        self.stdout.write(f"{path}: {rows} rows")
        for line in _listed("left out", page.left_out):
            self.stdout.write(f"  {line}")
        for line in _listed("in other words", page.changed):
            self.stdout.write(f"  {line}")


def _read(file: Path, form: str) -> Imported:
    try:
        return _READERS[form](file.read_text(encoding="utf-8"), name=file.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(unreadable(file, error), returncode=2) from error
    except ImportFault as error:
        raise CommandError(f"{file}: {error}", returncode=2) from error


def _refuse_taken(paths: Iterable[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        if path.exists() or path in seen:
            why = f"{path} is there already; nothing was written"
            raise CommandError(why, returncode=2)
        if not path.parent.is_dir():
            raise CommandError(f"{path.parent} is not a folder", returncode=2)
        seen.add(path)


def _listed(word: str, entries: Iterable[LeftOut]) -> Iterator[str]:
    return (f"{word}: {one}" for one in entries)
