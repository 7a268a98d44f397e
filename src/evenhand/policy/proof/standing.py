"""Who is better off: one answer to a customer set against another.

What is given counts first, by rank; of equal rank the money, less what is charged;
then the verdict. Words without a rank cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from evenhand.policy.kinds import Kind, exact
from evenhand.policy.proof.terms import (
    Formula,
    Term,
    added,
    all_of,
    any_of,
    chosen,
    neg,
)
from evenhand.policy.proof.terms import compared as in_order
from evenhand.policy.proof.words import Words

GIVE = {
    **dict.fromkeys(("refund", "replace", "repair", "redo", "choice"), 3),
    **dict.fromkeys(("price_reduction", "store_credit", "sign"), 2),
    **dict.fromkeys(("apology", "explain", "hear"), 1),
    "deny": 0,
}
VERDICT = {
    "upheld": 3,
    "partly_upheld": 2,
    "redress_already_offered": 1,
    "not_upheld": 0,
}
COLUMNS = frozenset({"give", "amount", "charge", "verdict"})


class Standing(StrEnum):
    """How a customer stands under the new version."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    OTHER = "other"  # different, and not to be compared


def standing(old: Mapping[str, object], new: Mapping[str, object]) -> Standing:
    """Set the outcomes of two versions against each other."""
    by_rank = _ranked(GIVE, old.get("give"), new.get("give"))
    if by_rank is not Standing.SAME:
        return by_rank
    money = _net(new) - _net(old)
    if money:
        return Standing.BETTER if money > 0 else Standing.WORSE
    return _ranked(VERDICT, old.get("verdict"), new.get("verdict"))


def _ranked(ranks: Mapping[str, int], old: object, new: object) -> Standing:
    if old == new:
        return Standing.SAME
    before, after = ranks.get(str(old)), ranks.get(str(new))
    if before is None or after is None:
        return Standing.OTHER
    if before == after:
        return Standing.SAME
    return Standing.BETTER if after > before else Standing.WORSE


def _net(outcome: Mapping[str, object]) -> float:
    amount, charge = outcome.get("amount"), outcome.get("charge")
    return float(exact(_number(amount)) - exact(_number(charge)))


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0


Names = Mapping[str, Term]


def worse(old: Names, new: Names, words: Words) -> Formula:
    """Return where a customer is worse off under the new version."""
    same_give = _same(GIVE, old.get("give"), new.get("give"), words)
    before, after = _net_term(old), _net_term(new)
    less = in_order("<", after, before)
    level = all_of((same_give, in_order("=", after, before)))
    return any_of(
        (
            _lower(GIVE, old.get("give"), new.get("give"), words),
            all_of((same_give, less)),
            all_of(
                (level, _lower(VERDICT, old.get("verdict"), new.get("verdict"), words))
            ),
        )
    )


def _pairs(ranks: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    for before, rank in ranks.items():
        for after, other in ranks.items():
            yield before, after, other - rank


def _lower(
    ranks: Mapping[str, int], old: Term | None, new: Term | None, words: Words
) -> Formula:
    falls = ((a, b) for a, b, step in _pairs(ranks) if step < 0)
    return _given_pair(falls, old, new, words)


def _same(
    ranks: Mapping[str, int], old: Term | None, new: Term | None, words: Words
) -> Formula:
    if old is None or new is None:
        given = old or new
        return True if given is None else neg(given.known)
    level = ((a, b) for a, b, step in _pairs(ranks) if step == 0)
    equal = all_of((old.known, new.known, in_order("=", old, new)))
    neither = all_of((neg(old.known), neg(new.known)))
    return any_of((equal, neither, _given_pair(level, old, new, words)))


def _given_pair(
    pairs: Iterable[tuple[str, str]], old: Term | None, new: Term | None, words: Words
) -> Formula:
    if old is None or new is None:
        return False
    given = any_of(
        all_of((old.value == words.code(a), new.value == words.code(b)))
        for a, b in pairs
    )
    return all_of((old.known, new.known, given))


def _net_term(names: Names) -> Term:
    zero = Term(Kind.MONEY, 0)
    parts = []
    for name in ("amount", "charge"):
        term = names.get(name)
        if term is None or term.known is False:
            parts.append(zero)
        else:
            parts.append(
                chosen(term.known, Term(term.kind, term.value, den=term.den), zero)
            )
    return added(parts[0], parts[1], -1, zero.kind)
