"""Files in a folder of this machine: `ab/abcd…`, each under its SHA-256."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from evenhand.channels.stores.shape import Stored

_HASH = re.compile(r"[0-9a-f]{64}")
ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A folder that outlives the process; renames within it are atomic."""

    root: Path

    @property
    def name(self) -> str:
        return str(self.root)

    def take(self, sha256: str, path: Path) -> None:
        _sync(path)
        target = self.path_of(sha256)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(target)
        _sync(target.parent)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.path_of(sha256).open("rb")
        except FileNotFoundError:
            return self._path_aside(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file()

    def kept(self) -> Iterator[Stored]:
        return _listed(self.root, "[0-9a-f][0-9a-f]/*")

    def aside(self) -> Iterator[Stored]:
        return _listed(self.root / ASIDE, "*")

    def set_aside(self, sha256: str) -> None:
        target = self._path_aside(sha256)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path_of(sha256).replace(target)
        os.utime(target)

    def take_back(self, sha256: str) -> None:
        target = self.path_of(sha256)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path_aside(sha256).replace(target)
        _sync(target.parent)

    def drop(self, sha256: str) -> None:
        self._path_aside(sha256).unlink(missing_ok=True)

    def path_of(self, sha256: str) -> Path:
        """Return where the bytes of this SHA-256 lie."""
        return self.root / sha256[:2] / sha256

    def _path_aside(self, sha256: str) -> Path:
        return self.root / ASIDE / sha256


def _listed(folder: Path, pattern: str) -> Iterator[Stored]:
    for path in folder.glob(pattern):
        if not _HASH.fullmatch(path.name):
            continue
        try:
            told = path.stat()
        except FileNotFoundError:  # moved by another process in the meantime
            continue
        yield Stored(
            sha256=path.name,
            size=told.st_size,
            since=datetime.fromtimestamp(told.st_mtime, tz=UTC),
        )


def _sync(path: Path) -> None:
    """Make bytes, or the new name in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
