"""Which facts are missing in the cases that need one, counted in the same pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import ibis.expr.types as ir

from evenhand.policy.sql.answers import WHY, Decided, Why
from evenhand.policy.sql.engines import is_any
from evenhand.policy.sql.sheet import OWN
from evenhand.policy.tree import Policy

_BITS = 60  # facts to a column of 64 bits


class Gaps:
    """The unknown facts of a case that needs one, as the bits of a number.

    `columns` are grouped by: one bit for each fact that the case waits for, and 0 for
    all cases that wait for none.
    """

    def __init__(self, policy: Policy, found: Decided) -> None:
        bases = _bases(policy)
        self._waiting: dict[str, list[int]] = {}  # fact -> what waits for it, by WHY
        for number, why in enumerate(found.needs, 1):
            for name in sorted(_under(why, bases)):
                self._waiting.setdefault(name, []).append(number)
        names = list(self._waiting)
        self._names = [names[n : n + _BITS] for n in range(0, len(names), _BITS)]
        self.columns = {
            f"{OWN}gaps{place}": self._bits(found.table, some)
            for place, some in enumerate(self._names)
        }

    def missing(self, line: Mapping[str, Any]) -> Iterator[str]:
        """Give the unknown facts of a group of cases."""
        for column, names in zip(self.columns, self._names, strict=True):
            for bit, name in enumerate(names):
                if line[column] >> bit & 1:
                    yield name

    def _bits(self, table: ir.Table, names: Sequence[str]) -> ir.Value:
        bits = [
            (table[name].isnull() & is_any(table[WHY], self._waiting[name])).ifelse(
                1 << bit, 0
            )
            for bit, name in enumerate(names)
        ]
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
