"""What is read once for several mails that are filed one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

# what the look has seen by name; None outside of one
_seen: ContextVar[dict[str, Any] | None] = ContextVar("seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Read what `seen` names once within this block; a look within a look is the same.

    Whoever begins one has taken the work before: what is changed after a mail was kept
    may come too late for it, what was changed before never does.
    """
    if _seen.get() is not None:
        yield
        return
    before = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(before)


def seen(name: str, read: Callable[[], Found]) -> Found:
    """Return what this look has read under the name; outside of a look, read it.

    What is empty is read again: it may be filled within the same transaction.
    """
    held = _seen.get()
    if held is None:
        return read()
    found: Found = held.get(name) or read()
    if found:
        held[name] = found
    return found


@contextmanager
def undone_together() -> Iterator[None]:
    """Forget what was seen where the block fails: its transaction never was."""
    try:
        yield
    except BaseException:
        held = _seen.get()
        if held is not None:
            held.clear()
        raise
