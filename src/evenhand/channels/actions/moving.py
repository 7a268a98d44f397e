"""Copy all files from one store to another, each checked by its hash on the way."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evenhand.channels.stores.shape import Store, Stored

PIECE = 2**20


class Outcome(StrEnum):
    COPIED = "copied"
    # it lay in the other store already: an earlier run copied it
    THERE = "there"
    # its bytes do not have its hash: a disk or a hand changed them
    SPOILT = "spoilt"
    # another process removed it while the copy ran
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one file."""

    sha256: str
    size: int
    outcome: Outcome


def copy(*, source: Store, target: Store, drafts: Path) -> Iterator[Step]:
    """Copy every file that `target` has not got, one step at a time.

    What was copied before is left, so a run that was broken off is begun again and goes
    on. Nothing is taken from `source`. `drafts` is a folder of this machine.
    """
    drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {one.sha256: one.size for one in target.kept()}
    for file in source.kept():
        if there.get(file.sha256) == file.size:
            yield Step(file.sha256, file.size, Outcome.THERE)
        else:
            yield Step(file.sha256, file.size, _copied(file, source, target, drafts))


def _copied(file: Stored, source: Store, target: Store, drafts: Path) -> Outcome:
    """Read the bytes into a draft, and hand it over only if they have their hash."""
    draft = drafts / secrets.token_hex(16)
    hashed = hashlib.sha256()
    try:
        with source.open(file.sha256) as reading, draft.open("xb") as writing:
            while piece := reading.read(PIECE):
                hashed.update(piece)
                writing.write(piece)
        if hashed.hexdigest() != file.sha256:
            return Outcome.SPOILT
        target.take(file.sha256, draft)
    except FileNotFoundError:
        return Outcome.GONE
    finally:
        draft.unlink(missing_ok=True)
    return Outcome.COPIED
