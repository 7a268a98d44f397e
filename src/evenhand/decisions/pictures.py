"""Where the parts of a replay's pictures stand; the templates draw them as SVG.

Every picture is 640 wide. What it shows stands beside it as a table too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evenhand.decisions.rules.replays import Line, Report
from evenhand.kernel.money import Money

WIDTH = 640
HEIGHT_OF_BARS = 120
GAP, LOWEST, BAND = 10, 3, 260
MOST_FLOWS = 24
WIDEST_BAR, MOST_LABELS = 48, 8
BAR_LEFT, BAR_RIGHT, THICK = 190, 450, 8


@dataclass(frozen=True, slots=True)
class Node:
    """A row of one page on its side of the flow."""

    name: str
    cases: int
    x: float
    y: float
    height: float
    label_y: float
    is_left: bool


@dataclass(frozen=True, slots=True)
class Ribbon:
    """How many cases go from one row to another; `path` is its outline."""

    path: str
    line: Line
    tone: str  # "same", "worse", "other"


@dataclass(frozen=True, slots=True)
class Flow:
    """Old rows at the left, new ones at the right, and the ribbons between them."""

    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    height: float
    left_out: int  # ribbons too many to draw


def flow_of(report: Report) -> Flow:
    """Lay out from which row to which the cases go, the largest first."""
    lines = report.moves[:MOST_FLOWS]
    old, new = _sums(lines, left=True), _sums(lines, left=False)
    total = sum(old.values()) or 1
    left, low_left = _side(old, total=total, is_left=True)
    right, low_right = _side(new, total=total, is_left=False)
    return Flow(
        nodes=(*left.values(), *right.values()),
        ribbons=tuple(_ribbons(lines, left, right, total)),
        height=max(low_left, low_right),
        left_out=len(report.moves) - len(lines),
    )


def _sums(lines: Iterable[Line], *, left: bool) -> Mapping[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        found[line.name if left else line.other] += line.cases
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _scaled(cases: int, total: int) -> float:
    return max(LOWEST, BAND * cases / total)


def _side(
    sums: Mapping[str, int], *, total: int, is_left: bool
) -> tuple[dict[str, Node], float]:
    nodes, y = {}, 4.0
    for name, cases in sums.items():
        height = _scaled(cases, total)
        nodes[name] = Node(
            name=name,
            cases=cases,
            x=BAR_LEFT if is_left else BAR_RIGHT,
            y=round(y, 1),
            height=round(height, 1),
            label_y=round(y + height / 2 + 4, 1),
            is_left=is_left,
        )
        # labels are twelve high: thin bars keep so far apart that both can be read
        y += max(height, 8.0) + GAP
    return nodes, round(y, 1)


def _ribbons(
    lines: Iterable[Line],
    left: Mapping[str, Node],
    right: Mapping[str, Node],
    total: int,
) -> Iterable[Ribbon]:
    used: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for line in lines:
        a, b = left[line.name], right[line.other]
        high = BAND * line.cases / total
        y1 = a.y + used[a.name, True]
        y2 = b.y + used[b.name, False]
        used[a.name, True] += high
        used[b.name, False] += high
        yield Ribbon(_outline(y1, y2, max(high, 1.0)), line, _tone(line))


def _outline(y1: float, y2: float, high: float) -> str:
    x1, x2 = BAR_LEFT + THICK, BAR_RIGHT
    mid = (x1 + x2) / 2
    return (
        f"M{x1} {y1:.1f}C{mid:.0f} {y1:.1f} {mid:.0f} {y2:.1f} {x2} {y2:.1f}"
        f"V{y2 + high:.1f}"
        f"C{mid:.0f} {y2 + high:.1f} {mid:.0f} {y1 + high:.1f} {x1} {y1 + high:.1f}Z"
    )


def _tone(line: Line) -> str:
    if line.worse:
        return "worse"
    return "other" if line.moved else "same"


@dataclass(frozen=True, slots=True)
class Bar:
    """A month: what the new page gives more (up) or less (down) than the old one."""

    line: Line
    change: Money
    x: float
    y: float
    width: float
    height: float
    is_more: bool
    middle: float
    is_named: bool  # its month stands beneath; not every one has room


@dataclass(frozen=True, slots=True)
class Months:
    """The change of each month in one currency; `zero` is where nothing changes."""

    currency: str
    bars: tuple[Bar, ...]
    zero: float
    top: Money


def months_of(report: Report) -> tuple[Months, ...]:
    """Lay out what each month would have cost more or less, a picture per currency."""
    codes = [money.currency for money in report.all.change]
    found = (_months(report, code) for code in codes)
    return tuple(one for one in found if one is not None)


def _months(report: Report, code: str) -> Months | None:
    changes = [(line, _of(line.change, code)) for line in report.months]
    largest = max((abs(money.minor) for _, money in changes), default=0)
    if not largest:
        return None
    zero = HEIGHT_OF_BARS / 2
    step = WIDTH / len(changes)
    width = min(step * 0.7, WIDEST_BAR)
    every = -(-len(changes) // MOST_LABELS)
    bars = []
    for place, (line, money) in enumerate(changes):
        height = abs(money.minor) * (zero - 6) / largest
        bars.append(
            Bar(
                line=line,
                change=money,
                x=round((place + 0.5) * step - width / 2, 1),
                y=round(zero - height if money.minor > 0 else zero, 1),
                width=round(width, 1),
                height=round(height, 1),
                is_more=money.minor > 0,
                middle=round((place + 0.5) * step, 1),
                is_named=place % every == 0,
            )
        )
    return Months(code, tuple(bars), zero, Money(largest, code))


def _of(amounts: Iterable[Money], code: str) -> Money:
    return next((one for one in amounts if one.currency == code), Money(0, code))


@dataclass(frozen=True, slots=True)
class Part:
    """A share of all cases, as a piece of one bar."""

    kind: str  # "same", "moved", "asks", "none", "broken"
    cases: int
    share: float
    x: float
    width: float


def parts_of(report: Report) -> tuple[Part, ...]:
    """Cut all cases into those that stay, move, would be asked, or get no answer."""
    total = report.all.cases
    if not total:
        return ()
    apart = report.asking + report.without_row + report.undecided
    moved = sum(line.moved for line in report.moves if not line.other.startswith("?"))
    counts = {
        "same": total - apart - moved,
        "moved": moved,
        "asks": report.asking,
        "none": report.without_row,
        "broken": report.undecided,
    }
    parts, x = [], 0.0
    for kind, cases in counts.items():
        if not cases:
            continue
        width = WIDTH * cases / total
        parts.append(Part(kind, cases, cases / total, round(x, 1), round(width, 1)))
        x += width
    return tuple(parts)
