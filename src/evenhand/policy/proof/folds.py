"""Folds over free lists: unknowns, and what must hold between them.

A free list has one element that stands for any. What is true of it is true of each:
if a price is never below zero, no sum of prices is; if every hygiene article is an
article, there are no more of the one than of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import z3

from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import Fold
from evenhand.policy.proof.lists import Part
from evenhand.policy.proof.terms import (
    Formula,
    Term,
    Truth,
    all_of,
    compared,
    implies,
    kleene_all,
    neg,
)

_WORK = 200_000  # z3's steps for one question about the element
_RELATED = 24  # folds of a page that are compared with each other
_ASKING = ("exists", "all", "exists_one")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fold as an unknown; `counted` is where it counts the element for any."""

    fold: Fold
    term: Term
    counted: Truth
    body: Term | None


@dataclass(slots=True)
class FreeFolds:
    """The unknown folds of a page; `sides` get what always holds of them."""

    sides: list[Formula]
    found: dict[Fold, Unknown] = field(default_factory=dict)

    def add(self, fold: Fold, over: Term, part: Part, value: Formula) -> Term:
        """Note a fold as an unknown of this value, and relate it to the others."""
        known = z3.Bool(f"fold {len(self.found)} known")
        term = Term(fold.kind, value, known)
        self.sides.append(implies(known, over.known))
        unknown = Unknown(fold, term, _counted(fold, part), part.body)
        size = over.value.size
        for formula in self._alone(unknown, size):
            self.sides.append(implies(known, formula))
        if len(self.found) < _RELATED:
            for other in self.found.values():
                if other.fold.over == fold.over:
                    both = all_of((known, other.term.known))
                    for one, two in ((unknown, other), (other, unknown)):
                        relations = self._between(one, two)
                        self.sides += [
                            implies(both, relation) for relation in relations
                        ]
        self.found[fold] = unknown
        return term

    def _alone(self, one: Unknown, size: Formula) -> Iterator[Formula]:
        value, word = one.term.value, one.fold.word
        if word == "count":
            yield from (value >= 0, value <= size)
            if one.fold.where is None:
                yield value == size
        elif word == "exists":
            yield implies(value, size >= 1)
        elif word in ("sum", "min", "max") and one.body is not None:
            zero = Term(Kind.WHOLE, 0)
            taken = all_of((one.counted.yes, one.body.known))
            if self._never(all_of((taken, compared("<", one.body, zero)))):
                yield value >= 0
            if self._never(all_of((taken, compared(">", one.body, zero)))):
                yield value <= 0

    def _between(self, one: Unknown, other: Unknown) -> Iterator[Formula]:
        """Relate two folds of which every element that one counts the other counts."""
        if not self._never(all_of((one.counted.yes, other.counted.no))):
            return
        some, more = _some(one), _some(other)
        if some is not None and more is not None:
            yield implies(some, more)
        if one.fold.word == other.fold.word == "count":
            yield one.term.value <= other.term.value
        if one.fold.word == "sum" and other.fold.word == "count":
            yield implies(other.term.value == 0, one.term.value == 0)
        if one.fold.word == other.fold.word == "sum" and self._same_body(one, other):
            yield one.term.value <= other.term.value

    def _same_body(self, one: Unknown, other: Unknown) -> bool:
        """Tell whether two sums add up the same, and never anything below zero."""
        if one.body is None or other.body is None:
            return False
        known = all_of((one.body.known, other.body.known))
        unlike = neg(compared("=", one.body, other.body))
        below = compared("<", one.body, Term(Kind.WHOLE, 0))
        return all(self._never(all_of((known, bad))) for bad in (unlike, below))

    def _never(self, formula: Formula) -> bool:
        if isinstance(formula, bool):
            return not formula
        solver = z3.Solver()
        solver.set("rlimit", _WORK)
        solver.add(*self.sides, formula)
        return bool(solver.check() == z3.unsat)


def _counted(fold: Fold, part: Part) -> Truth:
    """Return where an element counts: for `all`, where it speaks against it."""
    if fold.word not in _ASKING or part.body is None:
        return part.where
    asked = part.body.truth
    return kleene_all((part.where, asked.opposite if fold.word == "all" else asked))


def _some(one: Unknown) -> Formula | None:
    """Return that at least one element counts, where the fold tells."""
    value = one.term.value
    match one.fold.word:
        case "exists":
            return value
        case "all":
            return neg(value)
        case "count":
            return value >= 1
        case _:
            return None
