"""Moves between two versions over past cases, as lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from evenhand.kernel.money import Money
from evenhand.policy.proof.wording import joined
from evenhand.policy.saying import Translate, _, in_turn, said_in

Amounts = Mapping[str, int]
_INDENT = "    "


class Move(Protocol):
    """Cases that go from one row to another (`policy.sql.comparing.Move`)."""

    old: str
    new: str
    cases: int
    worse: int
    otherwise: int

    @property
    def before(self) -> Amounts: ...
    @property
    def after(self) -> Amounts: ...
    @property
    def lost(self) -> Amounts: ...


def move_lines(
    moves: Iterable[Move],
    parts: Mapping[str, Iterable[Move]],
    translate: Translate = str,
) -> Iterator[str]:
    """Tell which cases move from row to row, with the money; then part by part."""
    every = list(moves)
    yield f"  {said_in(_standing(every), translate)}"
    yield from (said_in(line, translate) for line in _moves(every))
    for part, of_part in parts.items():
        inside = list(of_part)
        yield ""
        cases = _counted(sum(move.cases for move in inside))
        head = in_turn([part or _("unknown"), cases], ", ")
        yield said_in(in_turn([head, _standing(inside)], ": "), translate)
        yield from (said_in(line, translate) for line in _moves(inside))


def _standing(moves: Iterable[Move]) -> str:
    """Say whether anybody is worse off, and by how much in all."""
    worse, lost = 0, Counter[str]()
    for move in moves:
        worse += move.worse
        lost.update(move.lost)
    if not worse:
        return _("nobody is worse off")
    cases = _counted(worse)
    less = joined([_amount(minor, code) for code, minor in sorted(lost.items())])
    if less:
        return _("{cases} worse off, by {less} in all", cases=cases, less=less)
    return _("{cases} worse off, by the verdict alone", cases=cases)


def _moves(moves: Iterable[Move]) -> Iterator[str]:
    """Rows whose cases keep what they get are summed up in one line."""
    kept = 0
    for move in moves:
        alike = move.old == move.new and move.before == move.after
        if alike and not move.worse and not move.otherwise:
            kept += move.cases
        else:
            yield _move(move)
    if kept:
        stay = _("{cases} stay as they are", cases=_counted(kept))
        if kept == 1:
            stay = _("{n} case stays as it is", n="1")
        yield in_turn([_INDENT, stay], "")


def _move(move: Move) -> str:
    told = [_counted(move.cases)]
    if move.before != move.after:
        told.append(_money(move.before, move.after))
    if move.worse:
        told.append(_("{n} worse off", n=f"{move.worse}"))
    if move.otherwise:
        told.append(_("{n} with another answer", n=f"{move.otherwise:,}"))
    rows = f"{_INDENT}{move.old} -> {move.new}: "
    return in_turn([rows, in_turn(told, ", ")], "")


def _counted(cases: int) -> str:
    if cases == 1:
        return _("{n} case", n="1")
    return _("{n} cases", n=f"{cases:,}")


def _money(before: Amounts, after: Amounts) -> str:
    codes = dict.fromkeys((*before, *after))
    return ", ".join(
        f"{_amount(before.get(code, 0), code)} -> {_amount(after.get(code, 0), code)}"
        for code in codes
    )


def _amount(minor: int, code: str) -> str:
    if not code:
        return f"{minor:,}"
    told = str(Money(minor, code))
    return f"{told} {code}" if "¥" in told else told  # yuan or yen
