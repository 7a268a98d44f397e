"""A decision other than the policy's: what it may not do, and the level it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evenhand.decisions.rules.limits import (
    Authority,
    Grant,
    highest,
    level_needed,
    who_may_grant,
)
from evenhand.decisions.rules.options import EXCEPTION, Option
from evenhand.decisions.rules.words import Basis, Verdict
from evenhand.kernel.money import Money
from evenhand.staff.rules import Role, reaches_level


class BelowTheLaw(Exception):
    """The exception would give less than the law gives; no level may do that."""


class WorthNeeded(ValueError):
    """Something is given, so its worth must be said, 0.00 if it costs nothing."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is done instead of the policy's answer.

    `title` says what the customer gets, in words; `amount` is all that it is worth,
    the part due by right included; `say` maps a language to the sentence.
    """

    verdict: Verdict
    title: str
    give: str = ""
    amount: Money | None = None
    says: Mapping[str, str] = field(default_factory=dict)


_HEIGHT = {Verdict.UPHELD: 2, Verdict.PARTLY_UPHELD: 1}


def exception_of(
    otherwise: Otherwise, *, entitlement: Option | None, authority: Authority
) -> Option:
    """Return the exception as an option with its level; BelowTheLaw, WorthNeeded.

    What it gives above the entitlement is goodwill and counts against limits; without
    an entitlement all of it is. Less than the shop's own policy needs a manager.
    """
    _check(otherwise, entitlement=entitlement)
    amount = otherwise.amount
    right = _right(entitlement, currency=authority.limit.currency)
    over = max(0, (amount.minor if amount else 0) - right.minor)
    goodwill = Money(over, authority.limit.currency)
    grant = Grant(Basis.GOODWILL, amount, goodwill)
    level = highest(
        (
            level_needed(grant, limits=authority.limits, used=authority.used),
            _floor(otherwise, entitlement=entitlement),
        )
    )
    return Option(
        key=EXCEPTION,
        kind=EXCEPTION,
        title=otherwise.title,
        give=otherwise.give,
        verdict=otherwise.verdict,
        basis=Basis.GOODWILL,
        amount=amount,
        goodwill=goodwill,
        price=None,
        by=None,
        level=level,
        within=who_may_grant(grant, authority=authority)
        and reaches_level(role=authority.role, level=level),
        because="",
        says=otherwise.says,
        rule=entitlement.rule if entitlement else "",
        seen="",
    )


def _check(otherwise: Otherwise, *, entitlement: Option | None) -> None:
    if otherwise.amount is None and otherwise.verdict in _HEIGHT:
        raise WorthNeeded("say what it is worth to the customer, 0.00 if nothing")
    by_law = entitlement is not None and entitlement.basis is Basis.LAW
    if by_law and gives_less(otherwise, than=entitlement):
        raise BelowTheLaw("the law gives the customer more than this")


def gives_less(otherwise: Otherwise, *, than: Option | None) -> bool:
    """Whether the customer gets a lower verdict or a smaller sum than by the page.

    A customer who withdraws the point gives it up; that is not less.
    """
    if than is None or otherwise.verdict is Verdict.WITHDRAWN:
        return False
    lower = _HEIGHT.get(otherwise.verdict, 0) < _HEIGHT.get(than.verdict, 0)
    paid = otherwise.amount.minor if otherwise.amount else 0
    return lower or paid < (than.amount.minor if than.amount else 0)


def _right(entitlement: Option | None, *, currency: str) -> Money:
    return entitlement.grant.by_right if entitlement else Money(0, currency)


def _floor(otherwise: Otherwise, *, entitlement: Option | None) -> str:
    """The level that the page's own answer needs is the least for going beyond it."""
    if entitlement is None:
        return Role.AGENT
    if gives_less(otherwise, than=entitlement):
        return Role.MANAGER
    return entitlement.level
