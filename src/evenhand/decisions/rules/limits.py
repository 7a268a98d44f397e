"""Who may grant what: the level a grant needs, and whether a member has it.

Two things are kept apart on purpose. What law or policy gives by right needs the
level that the page names for it, and never counts against anybody's limit. What is
given beyond right counts, all of it on one case and in one currency, against the
limit of whoever gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evenhand.decisions.rules.words import Basis
from evenhand.kernel.money import Money
from evenhand.staff.rules import LEVELS, RANK, Role, level_for, reaches_level


@dataclass(frozen=True, slots=True)
class Authority:
    """What one member may grant on one case, in one currency.

    `limit` is the member's own limit for goodwill; `limits` maps each level to its
    limit; `used` is the goodwill of the live decisions on the case's other issues.
    """

    role: str
    limit: Money
    limits: Mapping[str, Money]
    used: Money

    @property
    def left(self) -> Money:
        """The goodwill that the member may still give here; never below zero."""
        return Money(max(0, self.limit.minor - self.used.minor), self.limit.currency)


@dataclass(frozen=True, slots=True)
class Grant:
    """What is to be granted: by right on this basis, and goodwill beside or within it.

    `amount` is all the money that the customer receives (None: none) and `goodwill`
    what of it is beyond right, or the worth of what is waived where no money is paid.
    `stated` is the level that the page names.
    """

    basis: Basis
    amount: Money | None
    goodwill: Money
    stated: str = ""

    @property
    def by_right(self) -> Money:
        """The money that is not goodwill."""
        paid = self.amount.minor if self.amount else 0
        rest = max(0, paid - self.goodwill.minor)
        return Money(rest, self.goodwill.currency)


def level_needed(grant: Grant, *, limits: Mapping[str, Money], used: Money) -> str:
    """Return the lowest level that may make the grant.

    It is the higher of two: of the part by right the level that the page states, else
    agent where the law gives it and the level whose limit covers it where only the
    policy does; of the goodwill the level whose limit covers all goodwill on the case.
    """
    levels = [_of_right(grant, limits=limits)]
    if grant.goodwill:
        levels.append(level_for(amount=used + grant.goodwill, limits=limits))
    return highest(levels)


def _of_right(grant: Grant, *, limits: Mapping[str, Money]) -> str:
    if grant.stated:
        return grant.stated
    if grant.basis is Basis.POLICY and grant.by_right:
        return level_for(amount=grant.by_right, limits=limits)
    return Role.AGENT


def stated_level(*stated: str) -> str:
    """Return the highest of the levels that a page states; an empty text if none.

    A word that is no level is one that only managers can answer for.
    """
    named = [word for word in stated if word]
    known = [word if word in set(LEVELS) else Role.MANAGER for word in named]
    return highest(known) if known else ""


def highest(levels: Iterable[str]) -> str:
    """Return the highest of the levels; agent if there are none."""
    return max(levels, key=lambda level: RANK[level], default=Role.AGENT)


def who_may_grant(grant: Grant, *, authority: Authority) -> bool:
    """Whether the member may make the grant alone, with one click.

    Nobody passes his own limit of goodwill: beyond a manager's, a second one answers.
    """
    level = level_needed(grant, limits=authority.limits, used=authority.used)
    within = not grant.goodwill or authority.used + grant.goodwill <= authority.limit
    return within and reaches_level(role=authority.role, level=level)


def goodwill_used(goodwill: Iterable[Money], *, currency: str) -> Money:
    """Return the sum of goodwill in one currency; other currencies do not count."""
    return Money(sum(g.minor for g in goodwill if g.currency == currency), currency)
