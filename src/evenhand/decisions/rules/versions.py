"""When a version of a policy page holds, and what it may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from evenhand.policy.errors import Fault, PolicyError

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# an address of the policies page of its own
_TAKEN = frozenset({"publish"})
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


def check_name(policy: str, version: str) -> None:
    """Raise PolicyError where a page's name or version cannot stand in an address."""
    faults = []
    if not _NAME.fullmatch(policy) or policy in _TAKEN:
        form = "write small letters, digits, - and _, such as returns"
        faults.append(Fault(2, 1, f"{policy!r} cannot be a page's name", form))
    if len(version) > LONGEST_VERSION or not version.strip() or "/" in version:
        form = f"write at most {LONGEST_VERSION} characters, such as 2026-11-01"
        faults.append(Fault(2, 1, f"{version!r} cannot be a version", form))
    if faults:
        raise PolicyError(tuple(faults))
