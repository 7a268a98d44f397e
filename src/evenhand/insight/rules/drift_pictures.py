"""Where the pieces of the drift's pictures lie, in the units of their view box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.insight.rules.drift import Way, Ways
from evenhand.insight.rules.periods import Period

WIDTH, HEIGHT, FLOOR = 640.0, 120.0, 116.0
GAP = 6.0
BAR = 160.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column or bar: which way it stands for, where it lies."""

    way: Way
    at: str
    length: str


@dataclass(frozen=True, slots=True)
class Column:
    """One week: its pieces from the floor up."""

    period: Period
    ways: Ways
    x: str
    width: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Weeks from left to right; `top` is how many decisions the height stands for."""

    columns: tuple[Column, ...]
    top: int


def columns(weeks: Sequence[tuple[Period, Ways]]) -> Columns | None:
    """Return the weeks as columns; None where no week has a decision."""
    top = max((ways.n for _, ways in weeks), default=0)
    if not top:
        return None
    step = WIDTH / len(weeks)
    return Columns(
        columns=tuple(
            Column(
                period=period,
                ways=ways,
                x=_text(place * step + GAP / 2),
                width=_text(step - GAP),
                pieces=_stacked(ways, scale=(FLOOR - GAP) / top),
            )
            for place, (period, ways) in enumerate(weeks)
        ),
        top=top,
    )


def _stacked(ways: Ways, *, scale: float) -> tuple[Piece, ...]:
    """Stack from the floor up; `at` is the upper edge of a piece."""
    pieces, upper = [], FLOOR
    for way, count in parts(ways):
        upper -= count * scale
        pieces.append(Piece(way, _text(upper), _text(count * scale)))
    return tuple(pieces)


SPARK_WIDTH, SPARK_HEIGHT = 96.0, 20.0


@dataclass(frozen=True, slots=True)
class Stalk:
    """A week in small: all decisions, and of them those otherwise, from the floor up."""

    ways: Ways
    x: str
    width: str
    top: str
    height: str
    otherwise_top: str
    otherwise_height: str


def spark(weeks: Sequence[Ways]) -> tuple[Stalk, ...]:
    """Return the weeks of one row or person in small; a week without any is left out."""
    most = max((ways.n for ways in weeks), default=0)
    step = SPARK_WIDTH / max(len(weeks), 1)
    return tuple(
        _stalk(ways, x=place * step, width=step - 2, scale=SPARK_HEIGHT / most)
        for place, ways in enumerate(weeks)
        if ways.n
    )


def _stalk(ways: Ways, *, x: float, width: float, scale: float) -> Stalk:
    height, otherwise = ways.n * scale, ways.otherwise * scale
    return Stalk(
        ways=ways,
        x=_text(x),
        width=_text(width),
        top=_text(SPARK_HEIGHT - height),
        height=_text(height),
        otherwise_top=_text(SPARK_HEIGHT - otherwise),
        otherwise_height=_text(otherwise),
    )


def bar(ways: Ways) -> tuple[Piece, ...]:
    """Return the pieces of a row's bar from left to right; its length is the whole."""
    pieces, left = [], 0.0
    for way, count in parts(ways):
        length = BAR * count / ways.n
        pieces.append(Piece(way, _text(left), _text(length)))
        left += length
    return tuple(pieces)


def parts(ways: Ways) -> list[tuple[Way, int]]:
    """Return the ways that occur, with their counts, in one order everywhere."""
    counted = (ways.followed, ways.more, ways.less, ways.other)
    return [(way, n) for way, n in zip(Way, counted, strict=True) if n]


def _text(number: float) -> str:
    """Write a coordinate so that no language puts a comma into it."""
    return f"{number:.1f}"
