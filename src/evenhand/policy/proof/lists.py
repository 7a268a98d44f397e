"""Lists as formulas: free, or written out to a few elements.

Free, a list is what is known of any list: which values are in it, and nothing of how
many or in which order; a fold over it may be anything of its kind. What holds then
holds for every list. Written out it has up to three elements, so that a fold has its
exact value: the place to look for a case that shows a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import z3

from evenhand.policy.kinds import Kind
from evenhand.policy.nodes import FoldWord
from evenhand.policy.proof.terms import (
    Formula,
    Term,
    Truth,
    added,
    all_of,
    any_of,
    chosen,
    compared,
    either,
    from_truth,
    implies,
    kleene_all,
    kleene_any,
    neg,
    surely,
)

WRITTEN_OUT = 3  # elements of a list in the search for a case
Element = Mapping[str, Term]  # by field; "" is the element of a plain list


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: `size` of its `elements` count, or none are written out.

    `holds` tells of a free list whether a value is in it; `any_one` stands for each
    of its elements.
    """

    elements: Sequence[Element] | None
    size: Formula
    holds: Callable[[Term], Formula] | None = None
    any_one: Element = field(default_factory=dict)

    def has(self, value: Term) -> Formula:
        """Return whether a value is in the list, both taken as known."""
        if self.elements is None:
            return self.holds(value) if self.holds else False
        return any_of(
            all_of((self.present(place), compared("=", element[""], value)))
            for place, element in enumerate(self.elements)
        )

    def present(self, place: int) -> Formula:
        """Return whether the list reaches this element."""
        return place < self.size


@dataclass(frozen=True, slots=True)
class Part:
    """What a fold sees of one element: whether it is there, `where`, and the body."""

    present: Formula
    where: Truth
    body: Term | None


def folded(word: FoldWord, kind: Kind, parts: Sequence[Part], known: Formula) -> Term:
    """Take the elements of a known list together, three-valued."""
    if word in ("all", "exists", "exists_one"):
        truth = _ASKED[word](parts)
        yes, no = (all_of((known, side)) for side in (truth.yes, truth.no))
        return from_truth(Truth(yes, no))
    amount = _gathered(word, kind, parts)
    return Term(kind, amount.value, all_of((known, amount.known)), den=amount.den)


def _exists(parts: Sequence[Part]) -> Truth:
    return kleene_any(_counts(part) for part in parts)


def _all(parts: Sequence[Part]) -> Truth:
    def holds(part: Part) -> Truth:
        out = surely(neg(part.present))
        return kleene_any((out, part.where.opposite, _asked(part)))

    return kleene_all(holds(part) for part in parts)


def _exists_one(parts: Sequence[Part]) -> Truth:
    truths = [_counts(part) for part in parts]
    count = sum(either(truth.yes, 1, 0) for truth in truths)
    sure = all_of(neg(truth.unknown) for truth in truths)
    if isinstance(count, int):
        count = z3.IntVal(count)
    return Truth(
        all_of((sure, count == 1)), any_of((count > 1, all_of((sure, count == 0))))
    )


_ASKED: dict[str, Callable[[Sequence[Part]], Truth]] = {
    "exists": _exists,
    "all": _all,
    "exists_one": _exists_one,
}


def _asked(part: Part) -> Truth:
    return part.body.truth if part.body else surely(formula=True)


def _counts(part: Part) -> Truth:
    return kleene_all((surely(part.present), part.where, _asked(part)))


def _gathered(word: FoldWord, kind: Kind, parts: Sequence[Part]) -> Term:
    """Count, add up, or take the smallest or largest."""
    taken = [all_of((part.present, part.where.yes)) for part in parts]
    known = all_of(_settled(part) for part in parts)
    nothing = Term(kind, 0, known=word in ("count", "sum"))
    if word == "count":
        count = sum(either(one, 1, 0) for one in taken)
        return Term(kind, count, known)
    bodies = [part.body or nothing for part in parts]
    pairs = zip(taken, bodies, strict=True)
    if word == "sum":
        zero = Term(kind, 0)
        total = reduce(
            lambda sofar, pair: added(sofar, chosen(pair[0], pair[1], zero), 1, kind),
            pairs,
            nothing,
        )
        return Term(kind, total.value, known, den=total.den)
    best = nothing
    order = "<" if word == "min" else ">"
    for counts, body in pairs:
        better = any_of((neg(best.known), compared(order, body, best)))
        held = Term(kind, body.value, counts, den=body.den)
        best = chosen(all_of((counts, better)), held, best)
    return Term(kind, best.value, all_of((known, best.known)), den=best.den)


def _settled(part: Part) -> Formula:
    """Whether this element leaves no doubt: out, or in with a known body."""
    body = part.body.known if part.body else True
    sure = all_of((neg(part.where.unknown), implies(part.where.yes, body)))
    return implies(part.present, sure)
