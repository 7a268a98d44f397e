"""Moves between two versions over past cases, as lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from evenhand.kernel.money import Money

Amounts = Mapping[str, int]


class Move(Protocol):
    """Cases that go from one row to another (`policy.sql.replaying.Move`)."""

    old: str
    new: str
    cases: int
    worse: int

    @property
    def before(self) -> Amounts: ...
    @property
    def after(self) -> Amounts: ...
    @property
    def lost(self) -> Amounts: ...


def move_lines(
    moves: Iterable[Move], parts: Mapping[str, Iterable[Move]]
) -> Iterator[str]:
    """Tell which cases move from row to row, with the money; then part by part."""
    every = list(moves)
    yield f"  {_standing(every)}"
    yield from _moves(every)
    for part, of_part in parts.items():
        inside = list(of_part)
        cases = sum(move.cases for move in inside)
        yield ""
        yield f"{part or 'unknown'}, {_counted(cases)}: {_standing(inside)}"
        yield from _moves(inside)


def _standing(moves: Iterable[Move]) -> str:
    """Say whether anybody is worse off, and by how much in all."""
    worse, lost = 0, Counter[str]()
    for move in moves:
        worse += move.worse
        lost.update(move.lost)
    if not worse:
        return "nobody is worse off"
    less = " and ".join(_amount(minor, code) for code, minor in sorted(lost.items()))
    told = f", by {less} in all" if less else ", by the verdict alone"
    return f"{_counted(worse)} worse off{told}"


def _moves(moves: Iterable[Move]) -> Iterator[str]:
    """Rows that keep their cases and their money are summed up in one line."""
    kept = 0
    for move in moves:
        if move.old == move.new and move.before == move.after and not move.worse:
            kept += move.cases
        else:
            yield _move(move)
    if kept:
        yield f"    {_counted(kept)} stay as they are"


def _move(move: Move) -> str:
    worse = f", {move.worse} worse off" if move.worse else ""
    money = _money(move.before, move.after)
    return f"    {move.old} -> {move.new}: {_counted(move.cases)}{money}{worse}"


def _counted(cases: int) -> str:
    return f"{cases:,} case{'s' * (cases != 1)}"


def _money(before: Amounts, after: Amounts) -> str:
    if before == after:
        return ""
    codes = dict.fromkeys((*before, *after))
    told = (
        f"{_amount(before.get(code, 0), code)} -> {_amount(after.get(code, 0), code)}"
        for code in codes
    )
    return f", {', '.join(told)}"


def _amount(minor: int, code: str) -> str:
    if not code:
        return f"{minor:,}"
    told = str(Money(minor, code))
    return f"{told} {code}" if "¥" in told else told  # yuan or yen
