"""What every store of files can do, and what can go wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol


class StoreDown(Exception):
    """The store cannot be reached or refuses us; the text says why. Try again later."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as the store lists it: its hash, its size in bytes, since when it is there."""

    sha256: str
    size: int
    since: datetime


class Store(Protocol):
    """Files under their own SHA-256. What is set aside is still read until it is dropped."""

    @property
    def name(self) -> str: ...

    def take(self, sha256: str, path: Path) -> None:
        """Store the bytes of this local file, which may be moved away; durable after."""

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes as an open file; FileNotFoundError where there is none."""

    def has(self, sha256: str) -> bool: ...

    def kept(self) -> Iterator[Stored]:
        """Return every file that is not set aside, in no order."""

    def aside(self) -> Iterator[Stored]:
        """Return every file that was set aside, `since` when."""

    def set_aside(self, sha256: str) -> None: ...

    def take_back(self, sha256: str) -> None: ...

    def drop(self, sha256: str) -> None:
        """Remove a file that was set aside."""
