"""The rows of a page as sets of bits, for reading its tables a thousand times over.

Trying answers means reading the same tables again with one fact changed. So each table
keeps, for each value of each fact, which rows that value rules out and which it leaves
open: one number each, with a bit for every row. A table is then read by joining as many
numbers as it has facts, however many rows it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from evenhand.policy.compiled.checks import Check
from evenhand.policy.nodes import Condition
from evenhand.policy.program import Deck, Program, Rule
from evenhand.policy.sheet import Sheet

_KEPT = 500  # values remembered by a table, of each fact

Masks = tuple[int, int]  # rows that fail, rows that are open


class Grid:
    """One table: cells that read one name, by name; and those that read several."""

    __slots__ = (
        "_cells",
        "_excepted",
        "_kept",
        "_mixed",
        "_others",
        "_rows",
        "deck",
    )

    def __init__(self, program: Program, deck: Deck) -> None:
        self.deck = deck
        self._rows = (1 << len(deck.rules)) - 1
        self._excepted = 0
        cells: dict[Condition, int] = {}
        for place, rule in enumerate(deck.rules):
            if rule.unless:
                self._excepted |= 1 << place
            for cell in rule.row.conditions:
                cells[cell] = cells.get(cell, 0) | 1 << place
        checks = program.functions.checks(cells)
        self._cells: dict[str, list[tuple[Check, int]]] = {}
        self._mixed: list[tuple[Check, int]] = []
        for check, (cell, rows) in zip(checks, cells.items(), strict=True):
            alone = len(cell.names) == 1
            kept = self._cells.setdefault(cell.fact.name, []) if alone else self._mixed
            kept.append((check, rows))
        self._kept: dict[str, dict[Any, Masks]] = {name: {} for name in self._cells}
        self._others = [one for one in cells.items() if len(one[0].names) > 1]
        for place, rule in enumerate(deck.rules):
            excepted = (cell for group in rule.row.unless for cell in group)
            self._others += [(cell, 1 << place) for cell in excepted]

    def masks(self, name: str, value: Any) -> Masks:
        """Return which rows a value of one name rules out, and which it leaves open."""
        kept = self._kept.get(name)
        if kept is None:
            return 0, 0  # no cell reads it alone
        found = kept.get(value)
        if found is None:
            if len(kept) >= _KEPT:
                kept.clear()
            found = _masks(self._cells[name], {name: value}, self._rows)
            kept[value] = found
        return found

    def standing(self, sheet: Sheet) -> Masks:
        """Return which rows the sheet rules out, and which it leaves open."""
        failed = unsure = 0
        for name, kept in self._kept.items():
            value = sheet[name]
            masks = kept.get(value) or self.masks(name, value)
            failed |= masks[0]
            unsure |= masks[1]
        if self._mixed:
            more = _masks(self._mixed, sheet, self._rows & ~failed)
            failed |= more[0]
            unsure |= more[1]
        return failed, unsure & ~failed

    def unknown(self, sheet: Sheet) -> Iterator[str]:
        """Give each unknown name that rows read which may match.

        Rows below one that is sure to match are not read in a table `first`.
        """
        failed, unsure = self.standing(sheet)
        alive = self._rows & ~failed
        sure = alive & ~unsure & ~self._excepted
        if sure and self.deck.is_first:
            alive &= (sure & -sure) - 1
        for name in self._cells:
            if sheet[name] is None and self.masks(name, None)[1] & alive:
                yield name
        more = [cell.names for cell, rows in self._others if rows & alive]
        yield from (name for names in more for name in names if sheet[name] is None)

    def rows(self, sheet: Sheet) -> Iterator[tuple[Rule, bool | None]]:
        """Give the rows that are not ruled out by their conditions, top down.

        With each: True if it matches, None if that is open. A row with exceptions
        gives True or None for its conditions alone.
        """
        failed, unsure = self.standing(sheet)
        alive = self._rows & ~failed
        while alive:
            lowest = alive & -alive
            rule = self.deck.rules[lowest.bit_length() - 1]
            yield rule, None if unsure & lowest else True
            alive ^= lowest


def _masks(cells: Iterable[tuple[Check, int]], sheet: Sheet, rows: int) -> Masks:
    failed = unsure = 0
    for check, holding in cells:
        if holding & rows & ~failed:
            held = check(sheet)
            if held is None:
                unsure |= holding
            elif not held:
                failed |= holding
    return failed, unsure


class Board:
    """All tables of a page as bits, and what tells the answers to a fact apart."""

    __slots__ = ("_elsewhere", "grids")

    def __init__(self, program: Program, elsewhere: frozenset[str]) -> None:
        self.grids = {id(deck): Grid(program, deck) for deck in program.decks}
        self._elsewhere = elsewhere

    def rows(self, deck: Deck, sheet: Sheet) -> Iterator[tuple[Rule, bool | None]]:
        """Give the rows of a table that may match."""
        return self.grids[id(deck)].rows(sheet)

    def told_apart(self, name: str, values: Iterable[Any]) -> dict[Any, int]:
        """Return one of each kind of value that all tables take alike, with how many.

        A name that is read elsewhere too (in an expression, beside another name)
        keeps all its values.
        """
        if name in self._elsewhere:
            return dict.fromkeys(values, 1)
        first: dict[tuple[Masks, ...], Any] = {}
        many: dict[Any, int] = {}
        for value in values:
            masks = tuple(grid.masks(name, value) for grid in self.grids.values())
            kept = first.setdefault(masks, value)
            many[kept] = many.get(kept, 0) + 1
        return many
