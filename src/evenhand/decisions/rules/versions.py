"""When a version of a policy page holds, and what it may be called."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from evenhand.policy.errors import Fault, PolicyError
from evenhand.policy.saying import _

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# an address of the policies page of its own
_TAKEN = frozenset({"publish", "new", "drafts", "publishing", "drift", "differing"})
LONGEST_VERSION = 40


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a version holds, both ends in; no end means until further."""

    begins: date
    ends: date | None

    @property
    def last(self) -> date:
        return self.ends or date.max


def overlap(one: Window, other: Window) -> bool:
    """Whether some day lies in both windows."""
    return one.begins <= other.last and other.begins <= one.last


def next_version(taken: Collection[str], *, on: date) -> str:
    """Return a version that no other has: the day, else the day and a number."""
    day = on.isoformat()
    if day not in taken:
        return day
    return next(name for n in count(2) if (name := f"{day}.{n}") not in taken)


def first_free_day(windows: Iterable[Window], *, today: date) -> date:
    """Return the first day from which a version without an end may hold.

    A version that begins later has to be over, or begun at least a day before.
    """
    return max(
        (
            today,
            *(
                (w.ends or w.begins) + timedelta(days=1)
                for w in windows
                if _late(w, today)
            ),
        )
    )


def _late(window: Window, today: date) -> bool:
    return window.begins >= today or (window.ends is not None and window.ends >= today)


def check_name(policy: str, version: str) -> None:
    """Raise PolicyError where a page's name or version cannot stand in an address."""
    faults = []
    if not _NAME.fullmatch(policy) or policy in _TAKEN:
        what = _("{name} cannot be a page's name", name=repr(policy))
        form = _("write small letters, digits, - and _, such as returns")
        faults.append(Fault(2, 1, what, form))
    if len(version) > LONGEST_VERSION or not version.strip() or "/" in version:
        what = _("{name} cannot be a version", name=repr(version))
        form = _(
            "write at most {most} characters without /, such as 2026-11-01",
            most=LONGEST_VERSION,
        )
        faults.append(Fault(2, 1, what, form))
    if faults:
        raise PolicyError(tuple(faults))
