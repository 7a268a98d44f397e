"""Money that is a share of one fact in every row of two pages: who gets less, by row.

Rounding keeps the order. So where one row gives a larger share than another, no case
gets less of it; and it gets more as soon as the shares differ by more than one unit.
Only cases with a smaller fact are looked at by its value, which are few and alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from evenhand.policy.kinds import Rounding, whole
from evenhand.policy.sql.amounts import Amounts
from evenhand.policy.tree import Policy

_FEW = 200  # values of the fact that are told apart


@dataclass(frozen=True, slots=True)
class Scale:
    """The shares of a fact by row, of the earlier and of the later page.

    From `enough` of the fact on, another share is another amount.
    """

    fact: str
    shares: tuple[Mapping[int, Fraction], Mapping[int, Fraction]]
    enough: int
    rounding: Rounding

    def less(
        self, rows: tuple[int, int], small: int | None, sums: tuple[int, int, int]
    ) -> tuple[int, int, int]:
        """Return how many of some cases get less and more, and how much less in all.

        They go from one row to another; `small` is the fact where it is not enough.
        `sums` are how many they are, and what they get of each row.
        """
        before, after = (
            shares.get(row, Fraction(0))
            for shares, row in zip(self.shares, rows, strict=True)
        )
        if small is not None:
            before, after = (
                Fraction(whole(share * small, self.rounding))
                for share in (before, after)
            )
        cases, paid, pays = sums
        if before > after:
            return cases, 0, paid - pays
        return 0, (cases if before < after else 0), 0


def scale_of(policy: Policy, before: Amounts, after: Amounts) -> Scale | None:
    """Return the shares by row, where all are of one fact that is never below zero."""
    found = (before.multiples, after.multiples)
    if len(found[0]) < len(before.given) or len(found[1]) < len(after.given):
        return None
    facts = {name for side in found for name, share in side.values() if share}
    lows = {fact.name: fact.domain.low for fact in policy.facts if fact.name in facts}
    if len(facts) != 1 or any(not _from_zero(low) for low in lows.values()):
        return None
    shares = [{row: share for row, (_, share) in side.items()} for side in found]
    sides = [{Fraction(0), *side.values()} for side in shares]
    steps = {abs(one - other) for one in sides[0] for other in sides[1]} - {0}
    enough = floor(1 / min(steps)) + 1 if steps else 0
    if enough > _FEW:
        return None
    return Scale(facts.pop(), (shares[0], shares[1]), enough, policy.head.rounding)


def _from_zero(low: object) -> bool:
    return isinstance(low, int | float) and low >= 0
