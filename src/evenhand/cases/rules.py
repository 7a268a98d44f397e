"""A case's number, what state it is in, what its history leaves, how its clock runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from evenhand.kernel.working_time import Schedule

# A desk that opens does not tell its first customer that they are case number one.
FIRST = 10_000


class NotAReference(ValueError):
    """The text is not a case's number."""


def reference(key: int) -> str:
    """Return the number that people see for a stored case's key: 10042."""
    return str(FIRST + key)


def key_of(text: str) -> int:
    """Return the stored key behind "10042" or "#10042"; NotAReference otherwise."""
    digits = text.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        key = int(digits) - FIRST
        if key > 0:
            return key
    raise NotAReference(f"{text!r} is not a case's number, such as 10042")


class Standing(StrEnum):
    """What a case waits for, as the inbox says it."""

    NEW = "new"
    WAITING_ON_US = "waiting_on_us"
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    CLOSED = "closed"


def standing(
    *,
    closed_at: datetime | None,
    first_answered_at: datetime | None,
    waiting_since: datetime | None,
) -> Standing:
    """Return what a case waits for: nobody answered yet, us, the customer, nothing."""
    if closed_at is not None:
        return Standing.CLOSED
    if first_answered_at is None:
        return Standing.NEW
    return Standing.WAITING_ON_US if waiting_since else Standing.WAITING_ON_CUSTOMER


@dataclass(frozen=True, slots=True)
class Course:
    """Where a case stands: last moved, waiting for us since, closed."""

    moved_at: datetime
    waiting_since: datetime | None
    closed_at: datetime | None


class What(StrEnum):
    """What changes where a case stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    # said before the desk was there to hear it
    EARLIER = "earlier"
    JOINED = "joined"
    CLOSED = "closed"
    OPENED = "opened"


# of one instant: what was said, in its own order, then what was done with it
_RANK = {
    What.ASKED: 0,
    What.ANSWERED: 0,
    What.EARLIER: 0,
    What.JOINED: 1,
    What.CLOSED: 2,
}
_LAST = 3


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened in a case; `joined` is where a merged case stood.

    `key` tells apart what was said at one instant: the lower came first.
    """

    at: datetime
    what: What
    joined: Course | None = None
    key: int = 0

    @property
    def order(self) -> tuple[datetime, int, int]:
        return self.at, _RANK.get(self.what, _LAST), self.key


def course(
    *,
    opened_at: datetime,
    waits: bool,
    happened: Iterable[Happened],
    earlier: bool = False,
) -> Course:
    """Return where a case stands after its history.

    `waits`: whether it waited for us from its opening. `earlier`: it was opened by mail
    from before the desk, and stood closed. A case that is merged counts for the living
    one from that moment, with what it waited for until then.
    """
    now = Course(opened_at, opened_at if waits else None, None)
    if earlier:
        now = Course(opened_at, None, opened_at)
    for each in sorted(happened, key=lambda each: each.order):
        now = _after(now, each)
    return now


def _after(now: Course, happened: Happened) -> Course:
    at = happened.at
    match happened.what:
        case What.ASKED:
            waiting = now.waiting_since or at
            return Course(max(now.moved_at, at), waiting, None)
        case What.ANSWERED:
            moved = max(now.moved_at, at)
            return replace(now, moved_at=moved, waiting_since=None)
        case What.EARLIER:
            closed = now.closed_at and max(now.closed_at, at)
            return replace(now, moved_at=max(now.moved_at, at), closed_at=closed)
        case What.CLOSED:
            return replace(now, closed_at=at, waiting_since=None)
        case What.OPENED:
            return replace(now, closed_at=None)
        case What.JOINED:
            return together(now, happened.joined) if happened.joined else now


def together(living: Course, merged: Course) -> Course:
    """Return where two cases stand as one: open if either is, waiting as the longer."""
    waits = [each for each in (living.waiting_since, merged.waiting_since) if each]
    is_open = living.closed_at is None or merged.closed_at is None
    return Course(
        moved_at=max(living.moved_at, merged.moved_at),
        waiting_since=min(waits, default=None),
        closed_at=None if is_open else living.closed_at,
    )


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A running or stopped limit; minutes are working minutes of the team's schedule."""

    used_minutes: int
    limit_minutes: int
    due_at: datetime
    stopped: bool

    @property
    def left_minutes(self) -> int:
        """Minutes left; negative once the limit has passed."""
        return self.limit_minutes - self.used_minutes

    @property
    def late(self) -> bool:
        return self.used_minutes > self.limit_minutes

    @property
    def used_percent(self) -> int:
        return min(100, 100 * self.used_minutes // self.limit_minutes)


def read_clock(
    *,
    started_at: datetime,
    limit_minutes: int,
    due_at: datetime,
    stopped_at: datetime | None,
    schedule: Schedule,
    at: datetime,
) -> ClockReading:
    """Return how much of a limit is used at an instant, or was when it stopped."""
    return ClockReading(
        used_minutes=schedule.minutes_between(start=started_at, end=stopped_at or at),
        limit_minutes=limit_minutes,
        due_at=due_at,
        stopped=stopped_at is not None,
    )
