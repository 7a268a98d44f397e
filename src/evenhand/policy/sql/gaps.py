"""Which facts are missing in the cases that need one, counted in the same pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from evenhand.policy.sql.answers import WHY, Decided, Why
from evenhand.policy.sql.engines import is_any
from evenhand.policy.sql.sheet import OWN
from evenhand.policy.tree import Policy

_BITS = 60  # facts to a column of 64 bits


class Gaps:
    """The unknown facts of a case that needs one, as the bits of a number.

    `columns` are grouped by: one bit for each fact that the case waits for, and 0 for
    all cases that wait for none. So cases that need nothing cost one comparison.
    """

    def __init__(self, policy: Policy, found: Decided) -> None:
        bases = _bases(policy)
        self._names = [sorted(_under(why, bases)) for why in found.needs]
        most = max(map(len, self._names), default=0)
        starts = range(0, most, _BITS)
        self.columns = {
            f"{OWN}gaps{start}": self._bits(found.table, start) for start in starts
        }

    def missing(self, line: Mapping[str, Any]) -> Iterator[str]:
        """Give the unknown facts of a group of cases."""
        if line.get(WHY, 0) <= 0:
            return
        names = self._names[line[WHY] - 1]
        for place, column in enumerate(self.columns):
            for bit, name in enumerate(names[place * _BITS : (place + 1) * _BITS]):
                if line[column] >> bit & 1:
                    yield name

    def _bits(self, table: ir.Table, start: int) -> ir.Value:
        waiting: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, names in enumerate(self._names, 1):
            waiting[tuple(names[start : start + _BITS])].append(number)
        branches = [
            (is_any(table[WHY], numbers), _unknown(table, names))
            for names, numbers in waiting.items()
            if names
        ]
        return (table[WHY] > 0).ifelse(ibis.cases(*branches, else_=0), 0)


def _unknown(table: ir.Table, names: tuple[str, ...]) -> ir.Value:
    bits = [table[n].isnull().ifelse(1 << bit, 0) for bit, n in enumerate(names)]
    return reduce(lambda one, other: one + other, bits)


def _bases(policy: Policy) -> dict[str, frozenset[str]]:
    """Return the declared facts that each name stands on."""
    found = {fact.name: frozenset((fact.name,)) for fact in policy.facts}
    for one in policy.derived:
        below = (found.get(name, frozenset()) for name in one.expression.names)
        found[one.name] = frozenset[str]().union(*below)
    return found


def _under(why: Why, bases: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(bases.get(name, frozenset()) for name in why.names))
