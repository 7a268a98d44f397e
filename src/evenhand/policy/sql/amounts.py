"""The money that the rows of a page give, summed by row instead of case by case.

Where a row gives a whole multiple of a fact, the fact is summed over the cases of the
row and multiplied once: nothing is rounded there. Only the other rows are computed case
by case. This holds for an outcome that the first table alone gives, from declared facts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from evenhand.policy.kinds import LISTS, Kind, exact
from evenhand.policy.nodes import Binary, Expression, Literal, Name, Node
from evenhand.policy.sql.deciding import sheet_of
from evenhand.policy.sql.engines import LAST_BIT, is_any_code
from evenhand.policy.sql.expressions import computed
from evenhand.policy.sql.integers import constant, of_column, sql
from evenhand.policy.sql.outcomes import by_row
from evenhand.policy.sql.reach import ahead_of, names_below
from evenhand.policy.sql.refusals import placed
from evenhand.policy.sql.values import NOT_KNOWN, Held, Number
from evenhand.policy.tree import Hit, Policy

CASES = "#"  # the column that counts the cases of a group
Share = tuple[str, int]  # a fact, or "" for a fixed amount, and how many times
_ZERO = Number(constant(0))
_WHOLE = frozenset({Kind.MONEY, Kind.WHOLE})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the rows of the first table give in a column, by their number from 1.

    `shares` are the rows that give a whole multiple of a fact or a fixed amount,
    `others` those that do not; `multiples` are the same with any part of a fact.
    """

    policy: Policy
    name: str
    given: Mapping[int, Expression]
    shares: Mapping[int, Share]
    others: frozenset[int]
    multiples: Mapping[int, tuple[str, Fraction]]

    @property
    def sums(self) -> dict[str, str]:
        """Return the columns of facts that are summed, under the names of their sums."""
        return {f"*{fact}": fact for fact, _ in self.shares.values() if fact}

    def apart(
        self, table: ir.Table, rule: ir.Value, known: Collection[str]
    ) -> ir.Value:
        """Return the amount of each case that takes one of the others; NULL elsewhere.

        The table has the facts of the page, `rule` the number of the row taken.
        """
        rows = sorted(self.others)
        if max(rows) > LAST_BIT:
            found = dict.fromkeys(range(1, self.rows + 1), NOT_KNOWN)
            return self._by_row(found | self._numbers(table, rows, known), rule)
        column = self._by_row(self._numbers(table, rows, known), rule)
        return ibis.cases((is_any_code(rule, rows), column), else_=ibis.null())

    def every(
        self, table: ir.Table, rule: ir.Value, known: Collection[str]
    ) -> ir.Value:
        """Return the amount of each case, 0 where its row gives none; as for `apart`."""
        nothing = dict.fromkeys(range(1, self.rows + 1), _ZERO)
        return self._by_row(nothing | self._numbers(table, self.given, known), rule)

    @property
    def rows(self) -> int:
        """How many rows the first table has."""
        return len(self.policy.tables[0].rows)

    def _numbers(
        self, table: ir.Table, rows: Collection[int], known: Collection[str]
    ) -> dict[int, Number]:
        sheet = sheet_of(self.policy, table, {}, lambda same: same, known)
        values: dict[object, Held] = {}
        found = {}
        for row in rows:
            same = self.shares.get(row, self.given[row])
            if same not in values:
                no_money = row in self.shares and not self.shares[row][1]
                with placed(f"table {self.policy.tables[0].name}"):
                    values[same] = (
                        _ZERO if no_money else computed(self.given[row], sheet)
                    )
            found[row] = values[same]
        return {row: one for row, one in found.items() if isinstance(one, Number)}

    def _by_row(self, values: Mapping[int, Number], rule: ir.Value) -> ir.Value:
        """Choose by the row; those between two take what the one before them takes."""
        filled = dict(values)
        for row in range(min(values), self.rows):
            filled.setdefault(row + 1, filled[row])
        pick = Number(of_column(rule, 0, self.rows))
        chosen = by_row(filled, filled[min(values)], pick)
        if not isinstance(chosen, Number):
            raise TypeError(chosen)
        return sql(chosen.above)

    def total(self, line: Mapping[str, Any], row: int) -> tuple[int, int]:
        """Return the money of a group of cases that take a row, and how many give any."""
        if row in self.shares:
            fact, factor = self.shares[row]
            return factor * line[f"*{fact}" if fact else CASES], line[CASES]
        if row in self.others:
            return line[f"+{self.name}"], line[CASES]
        return 0, 0


def amounts_of(policy: Policy, name: str) -> Amounts | None:
    """Return how the rows of a page give an outcome, where the row taken tells it all."""
    giving = [
        table
        for table in policy.tables
        if any(name in dict(row.results) for row in table.rows)
    ]
    if not giving:
        return Amounts(policy, name, {}, {}, frozenset(), {})
    if giving != [*policy.tables[:1]] or giving[0].hit is not Hit.FIRST:
        return None
    results = enumerate((dict(row.results) for row in giving[0].rows), 1)
    given = {number: found[name] for number, found in results if name in found}
    plain = _plain(policy)
    if name in plain or not all(_is_plain(one, plain) for one in given.values()):
        return None
    whole = {"", *(fact.name for fact in policy.facts if fact.kind in _WHOLE)}
    found = {number: _share(one.root) for number, one in given.items()}
    multiples = {row: one for row, one in found.items() if one and one[0] in whole}
    shares = {
        row: (fact, int(share))
        for row, (fact, share) in multiples.items()
        if share.denominator == 1
    }
    others = frozenset(given.keys() - shares.keys())
    return Amounts(policy, name, given, shares, others, multiples)


def _plain(policy: Policy) -> frozenset[str]:
    """Return the facts and values that are there in each case that is decided."""
    derived = {one.name for one in policy.derived}
    facts = {f.name for f in policy.facts if not f.optional and f.kind not in LISTS}
    return frozenset(facts | {one.name for one in policy.values} - derived)


def _is_plain(expression: Expression, plain: Collection[str]) -> bool:
    root = expression.root
    return set(names_below(root)) <= set(plain) and not ahead_of(root)


def _share(node: Node) -> tuple[str, Fraction] | None:
    """Return the fact that a node is a multiple of, "" for none, and how many times."""
    match node:
        case Literal(int() | float() as value):
            return "", Fraction(exact(value))
        case Name(name):
            return name, Fraction(1)
        case Binary("*" | "/" as sign, inner, Literal(int() | float() as value)):
            found, factor = _share(inner), Fraction(exact(value))
            if found is None or (sign == "/" and not factor):
                return None
            return found[0], found[1] * (factor if sign == "*" else 1 / factor)
        case Binary("*", Literal(int() | float() as value), inner):
            found = _share(inner)
            return found and (found[0], found[1] * Fraction(exact(value)))
        case _:
            return None
