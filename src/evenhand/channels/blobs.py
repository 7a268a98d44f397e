"""The blob store: bytes under their own hash, written before the row that names them.

They lie in a folder or in a bucket, as EVENHAND_BLOBS says. Whoever writes keeps a
draft on this machine's disk, so that a file of any size passes through in pieces.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from django.conf import settings

from evenhand.channels.stores.choice import store_named
from evenhand.channels.stores.shape import Store, StoreDown

__all__ = ["Draft", "StoreDown", "has", "keep", "keep_pieces", "open_blob", "read"]

DRAFTS = "drafts"


class Draft:
    """Bytes on their way into the store; leaving the block without `keep` drops them."""

    def __init__(self) -> None:
        folder = drafts_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / secrets.token_hex(16)
        self._file = self._path.open("xb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def keep(self) -> str:
        """Store what was written and return its SHA-256; the same bytes are kept once."""
        self._file.close()
        sha256 = self._hash.hexdigest()
        if not store().has(sha256):
            store().take(sha256, self._path)
        self._path.unlink(missing_ok=True)
        return sha256

    def drop(self) -> None:
        """Forget what was written, unless it was kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()


def store() -> Store:
    """Return the store that the settings name."""
    return store_named(settings.BLOBS, folder=Path(settings.MEDIA_ROOT))


def drafts_folder() -> Path:
    """Return where bytes lie until they are whole."""
    return Path(settings.MEDIA_ROOT) / DRAFTS


def keep(content: bytes) -> str:
    """Store the bytes durably and return their SHA-256; the same bytes are kept once.

    Called before the transaction that names them: a crash between leaves a file that
    nothing points to, never a row without its file.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    return sha256 if store().has(sha256) else keep_pieces([content])


def keep_pieces(pieces: Iterable[bytes]) -> str:
    """Store bytes that come in pieces, as `keep` does."""
    with Draft() as draft:
        for piece in pieces:
            draft.write(piece)
        return draft.keep()


def open_blob(sha256: str) -> BinaryIO:
    """Return the bytes as an open file; FileNotFoundError, or StoreDown, otherwise."""
    return store().open(sha256)


def read(sha256: str) -> bytes:
    """Return all the bytes; for files whose size is known to be bounded."""
    with open_blob(sha256) as file:
        return file.read()


def has(sha256: str) -> bool:
    """Whether the store holds these bytes."""
    return store().has(sha256)


def is_there(sha256: str) -> bool:
    """Whether the bytes can be read, also those that a sweep has set aside."""
    try:
        open_blob(sha256).close()
    except FileNotFoundError:
        return False
    return True
