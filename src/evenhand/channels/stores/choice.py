"""Which store a setting names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from evenhand.channels.stores.folder import FolderStore
from evenhand.channels.stores.shape import Store

EXTRA = "pip install 'evenhand[s3]'"


class NoSuchStore(ValueError):
    """The words name no store that can be used; the text says why."""


@lru_cache(maxsize=8)
def store_named(words: str, *, folder: Path) -> Store:
    """Return the store for `folder`, a path, or `s3://bucket/prefix?endpoint=…&region=…`.

    `folder` is the one meant by that word alone. NoSuchStore where it is none of them.
    """
    if words == "folder":
        return FolderStore(folder)
    parts = urlsplit(words)
    if parts.scheme == "s3":
        return _s3(words)
    if parts.scheme or not words:
        raise NoSuchStore(f"{words!r} is neither a folder nor an s3: address")
    return FolderStore(Path(words).expanduser().resolve())


def _s3(words: str) -> Store:
    parts = urlsplit(words)
    bucket = unquote(parts.netloc)
    if not bucket:
        raise NoSuchStore(f"{words!r} names no bucket after s3://")
    try:
        from evenhand.channels.stores.s3 import S3Store  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NoSuchStore(f"an s3: store needs a further package: {EXTRA}") from error
    options = dict(parse_qsl(parts.query))
    return S3Store(
        bucket=bucket,
        prefix=unquote(parts.path).strip("/"),
        endpoint=options.get("endpoint", ""),
        region=options.get("region", ""),
    )
