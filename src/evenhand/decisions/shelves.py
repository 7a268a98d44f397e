"""The published pages as a list: each with its versions on a line of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from evenhand.decisions.models import PolicyVersion

WIDTH = 640
THINNEST = GAP = 2
# How much of the line lies before today and after it, at least.
BEFORE, AFTER = timedelta(days=180), timedelta(days=90)
LONGEST = timedelta(days=1500)

IN_FORCE, SCHEDULED, ENDED, CALLED_OFF = "in_force", "scheduled", "ended", "called_off"


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """A version and whether it holds today, will, has, or never did."""

    version: PolicyVersion
    state: str


@dataclass(frozen=True, slots=True)
class Span:
    """A version as a piece of the line of time."""

    version: str
    state: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page with all its versions, the latest first."""

    name: str
    shown: PolicyVersion  # the one in force, else the latest: it names the page
    in_force: PolicyVersion | None
    lines: tuple[ShelfLine, ...]
    spans: tuple[Span, ...]
    today_x: float


def shelves_of(versions: Iterable[PolicyVersion], *, today: date) -> list[Shelf]:
    """Group versions that are ordered by page, the latest first, into shelves."""
    return [
        _shelf(name, list(found), today)
        for name, found in groupby(versions, key=lambda version: version.policy)
    ]


def state_of(version: PolicyVersion, *, today: date) -> str:
    """Return whether a version holds today, will, has, or was called off."""
    if version.is_called_off:
        return CALLED_OFF
    if version.effective_from > today:
        return SCHEDULED
    if version.effective_to is not None and version.effective_to < today:
        return ENDED
    return IN_FORCE


def _shelf(name: str, versions: list[PolicyVersion], today: date) -> Shelf:
    lines = tuple(ShelfLine(v, state_of(v, today=today)) for v in versions)
    holding = [line.version for line in lines if line.state == IN_FORCE]
    live = [line for line in lines if line.state != CALLED_OFF]
    first = min((line.version.effective_from for line in live), default=today)
    last = max((line.version.effective_from for line in live), default=today)
    begin = max(min(first, today - BEFORE), today - LONGEST)
    end = min(max(last, today) + AFTER, today + LONGEST)
    scale = WIDTH / (end - begin).days

    def x_of(day: date) -> float:
        return round((min(max(day, begin), end) - begin).days * scale, 1)

    return Shelf(
        name=name,
        shown=(holding or versions)[0],
        in_force=holding[0] if holding else None,
        lines=lines,
        spans=tuple(
            _span(
                line,
                x_of(line.version.effective_from),
                x_of(_after(line.version, end)),
            )
            for line in live
        ),
        today_x=x_of(today),
    )


def _span(line: ShelfLine, begins: float, ends: float) -> Span:
    """Draw a version from one end to the other, never too thin to see nor outside."""
    x = min(begins, WIDTH - THINNEST)
    width = max(round(ends - x - GAP, 1), THINNEST)
    return Span(line.version.version, line.state, x, width)


def _after(version: PolicyVersion, end: date) -> date:
    """Return the first day on which the version holds no more, for the picture."""
    ends = version.effective_to
    return end if ends is None or ends >= end else ends + timedelta(days=1)
