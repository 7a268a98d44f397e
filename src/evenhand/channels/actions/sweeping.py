"""Clear the store of files that nothing names: a crash, or a refused upload, left them.

In two nights, because whoever stores a file names it a moment later: what nothing
names is set aside first, where it can still be read, and what something names by then
is taken back. Only what lay aside for a day is removed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from evenhand.channels import blobs
from evenhand.channels.queries.files import BATCH, named
from evenhand.channels.stores.shape import Stored

# Longer than any transaction that will name the file, an upload's page included.
SAFE_AGE = timedelta(days=2)
ASIDE_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files were set aside, taken back and removed; and broken-off drafts."""

    set_aside: int
    taken_back: int
    removed: int
    drafts: int


def sweep(*, at: datetime) -> Swept:
    """Look through the whole store once; safe beside running writers."""
    taken_back = removed = set_aside = 0
    store = blobs.store()
    for batch in _batches(store.aside()):
        wanted = named([one.sha256 for one in batch])
        for one in batch:
            if one.sha256 in wanted:
                store.take_back(one.sha256)
                taken_back += 1
            elif one.since < at - ASIDE_FOR:
                store.drop(one.sha256)
                removed += 1
    old = (one for one in store.kept() if one.since < at - SAFE_AGE)
    for batch in _batches(old):
        wanted = named([one.sha256 for one in batch])
        for one in batch:
            if one.sha256 not in wanted:
                with contextlib.suppress(FileNotFoundError):
                    store.set_aside(one.sha256)
                    set_aside += 1
    return Swept(set_aside, taken_back, removed, _clear_drafts(at=at))


def _clear_drafts(*, at: datetime) -> int:
    """Remove what was being written when its process died."""
    folder, cleared = blobs.drafts_folder(), 0
    for path in folder.glob("*") if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            since = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
            if since < at - SAFE_AGE:
                path.unlink()
                cleared += 1
    return cleared


def _batches(files: Iterable[Stored]) -> Iterator[list[Stored]]:
    left = iter(files)
    while batch := list(islice(left, BATCH)):
        yield batch
