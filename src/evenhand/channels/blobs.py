"""The blob folder: bytes under their own hash, written before the row that names them."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings


def keep(content: bytes) -> str:
    """Store the bytes durably and return their SHA-256; the same bytes are kept once.

    Called before the transaction that names them: a crash between leaves a file that
    nothing points to, never a row without its file.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(digest)
    if path.exists():
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{digest}.{secrets.token_hex(6)}")
    with draft.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _sync_folder(path.parent)
    return digest


def path_of(digest: str) -> Path:
    """Return where the bytes of this SHA-256 lie."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
