"""How a promise stands at an instant, what counts as kept, when a day's end is due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# A promise of a day holds until the day is over.
END_OF_DAY = time(23, 59, 59)
# So long before it falls due a promise is announced.
NOTICE = timedelta(hours=1)


class State(StrEnum):
    """What became of a promise, as stored; DUE is the only state that can change."""

    DUE = "due"
    KEPT = "kept"
    MOVED = "moved"
    BROKEN = "broken"
    RELEASED = "released"


class Standing(StrEnum):
    """How a promise stands at an instant, as people read it."""

    COMING = "coming"
    DUE_TODAY = "due_today"
    LATE = "late"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    MOVED = "moved"
    BROKEN = "broken"
    RELEASED = "released"


class Score(StrEnum):
    KEPT = "kept"
    NOT_KEPT = "not_kept"
    OUT_OF_COUNT = "out_of_count"


def standing(
    *,
    state: str,
    due_at: datetime,
    ended_at: datetime | None,
    zone: ZoneInfo,
    at: datetime,
) -> Standing:
    """Return how a promise stands; "today" is the day of the team's time zone.

    A promise holds through the very instant that it is due at, and is late after it.
    """
    if state == State.KEPT:
        late = ended_at is not None and ended_at > due_at
        return Standing.KEPT_LATE if late else Standing.KEPT
    if state != State.DUE:
        return Standing(state)
    if at > due_at:
        return Standing.LATE
    today = due_at.astimezone(zone).date() == at.astimezone(zone).date()
    return Standing.DUE_TODAY if today else Standing.COMING


def score(
    *, state: str, due_at: datetime, ended_at: datetime | None, at: datetime
) -> Score:
    """Return whether a promise counts as kept, as not kept, or not at all.

    Kept late, broken, and late without an end count as not kept. Out of count are
    promises whose instant has not passed, those moved (only ever before they were due,
    with consent), and those that the customer released in time; a release after the
    instant does not undo that it passed.
    """
    if due_at >= at or state == State.MOVED:
        return Score.OUT_OF_COUNT
    in_time = ended_at is not None and ended_at <= due_at
    if state == State.RELEASED and in_time:
        return Score.OUT_OF_COUNT
    return Score.KEPT if state == State.KEPT and in_time else Score.NOT_KEPT


def may_move(*, due_at: datetime, at: datetime) -> bool:
    """Whether a promise can still be moved: until it is due, never afterwards."""
    return at <= due_at


def due_on(*, day: date, zone: ZoneInfo, by: time | None = None) -> datetime:
    """Return the instant of a promised day: the given local time, else the day's end."""
    return datetime.combine(day, by or END_OF_DAY, zone)
