"""Where the points of a figure's pictures lie, in the units of their view box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.insight.rules.figures import ENOUGH, Figure, Measure, Week
from evenhand.kernel.statistics import Interval

WIDTH = 320.0
BAR_EDGE = 6.0
TREND_HEIGHT = 72.0
TREND_EDGE = 8.0
# of the room above the highest point, so that it does not touch the frame
SMALLEST = 1e-9
HEADROOM = 1.08


def _text(number: float) -> str:
    """Write a coordinate so that no language puts a comma into it."""
    return f"{number:.1f}"


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on a line from 0 to `top`; `before` is empty without a period before."""

    low: str
    width: str
    value: str
    before: str
    top: float


def bar(figure: Figure) -> Bar | None:
    """Return the picture of a figure's interval; None where there is no figure."""
    now, before = figure.now, figure.before
    if now is None:
        return None
    top = _top(figure.measure, [now, before])
    room = WIDTH - 2 * BAR_EDGE

    def across(value: float) -> float:
        return BAR_EDGE + room * min(value / top, 1.0)

    return Bar(
        low=_text(across(now.low)),
        width=_text(max(across(now.high) - across(now.low), 1.0)),
        value=_text(across(now.value)),
        before=_text(across(before.value)) if before else "",
        top=top,
    )


@dataclass(frozen=True, slots=True)
class Point:
    """One week: its dot and the whisker of its interval."""

    week: Week
    x: str
    y: str
    low: str
    high: str
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Weeks from left to right; `lines` join neighbours that both have a value."""

    points: tuple[Point, ...]
    lines: tuple[str, ...]
    top: float


def trend(figure: Figure) -> Trend | None:
    """Return the picture of a figure's weeks; None where no week has a value."""
    known = [week.interval for week in figure.weeks if week.interval]
    if not known:
        return None
    top = _top(figure.measure, known)
    points = [
        _point(week, place=place, of=len(figure.weeks), top=top)
        for place, week in enumerate(figure.weeks)
    ]
    return Trend(
        points=tuple(point for point in points if point is not None),
        lines=_lines(points),
        top=top,
    )


def _point(week: Week, *, place: int, of: int, top: float) -> Point | None:
    found = week.interval
    if found is None:
        return None
    step = (WIDTH - 2 * TREND_EDGE) / max(of - 1, 1)
    room = TREND_HEIGHT - 2 * TREND_EDGE

    def down(value: float) -> str:
        return _text(TREND_EDGE + room * (1 - min(value / top, 1.0)))

    return Point(
        week=week,
        x=_text(TREND_EDGE + step * place),
        y=down(found.value),
        low=down(found.low),
        high=down(found.high),
        is_enough=found.n >= ENOUGH,
    )


def _lines(points: Sequence[Point | None]) -> tuple[str, ...]:
    lines: list[list[str]] = [[]]
    for point in points:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(f"{point.x},{point.y}")
    return tuple(" ".join(line) for line in lines if len(line) > 1)


def _top(measure: Measure, intervals: Sequence[Interval | None]) -> float:
    """Return the end of the scale: the whole for shares, else above the highest."""
    if measure == Measure.SHARE:
        return 1.0
    highest = max((found.high for found in intervals if found), default=0.0)
    # below this the headroom itself would vanish in the arithmetic
    return highest * HEADROOM if highest > SMALLEST else 1.0
