"""Moves between two versions over past cases, as lines of text."""

from __future__ import annotations

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


def move_lines(
    moves: Iterable[Move], parts: Mapping[str, Iterable[Move]]
) -> Iterator[str]:
    """Tell which cases move from row to row, with the money; then part by part."""
    yield from _moves(moves)
    for part, of_part in parts.items():
        yield ""
        yield f"{part or 'unknown'}:"
        yield from _moves(of_part)


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
        f"{Money(before.get(code, 0), code)} -> {Money(after.get(code, 0), code)}"
        if code
        else f"{before.get(code, 0):,} -> {after.get(code, 0):,}"
        for code in codes
    )
    return f", {', '.join(told)}"
