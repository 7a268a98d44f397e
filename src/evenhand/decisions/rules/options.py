"""What may be granted: the policy's outcome as options, each with the level it needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from evenhand.decisions.rules.limits import (
    Authority,
    Grant,
    level_needed,
    stated_level,
    who_may_grant,
)
from evenhand.decisions.rules.words import (
    STEPS,
    Basis,
    Verdict,
    basis_of,
    in_language,
    verdict_of,
    with_goodwill,
)
from evenhand.kernel.money import Money
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault

ENTITLEMENT = "entitlement"
# Fifteen digits, as many as a page may write.
MOST_MINOR = 10**15
OFFERS = "offers"
DUTIES = "duties"
EXCEPTION = "exception"


class NoSuchOption(Exception):
    """The policy's answer holds no option of this key."""


class WrongAmount(DecisionFault):
    """The page computes a sum that nobody can pay out: below nothing, or beyond all."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a member may grant on an issue, or may ask to be granted.

    `key` is "entitlement" or "offer:ROW"; `give` the page's code (refund, deny …).
    `amount` is the money that the customer receives (None: none), `goodwill` what of it
    is beyond right, or the worth of what is waived where no money is paid. `price` is
    what the customer pays for it (a part at cost, a change order); it never counts
    against a limit. `remedies` are what the customer may choose between. `by` is the
    last day for doing it, where the page names one. `level` is the lowest level that may grant it now and `within`
    says that this member may. `says` maps a language to the sentence to the customer,
    `say` is the one in the case's language. `seen` stands for all that a decision
    would rest on: if it is another one when the member grants, the answer has changed
    in between.
    """

    key: str
    kind: str
    title: str
    give: str
    verdict: Verdict
    basis: Basis
    amount: Money | None
    goodwill: Money
    price: Money | None
    by: date | None
    level: str
    within: bool
    because: str
    says: Mapping[str, str]
    rule: str
    seen: str
    say: str = ""
    remedies: tuple[str, ...] = ()
    stated: str = field(default="", repr=False)

    @property
    def grant(self) -> Grant:
        """The option as limits judge it."""
        return Grant(self.basis, self.amount, self.goodwill, self.stated)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that the desk must do whatever the verdict is, by the page's `duties`."""

    code: str
    title: str
    level: str
    because: str


def duties_of(answer: Decision) -> tuple[Duty, ...]:
    """Return what the page tells the desk to do."""
    rows = answer.outcome.get(DUTIES)
    return tuple(
        Duty(
            code=_text(row, "duty"),
            title=words(_text(row, "duty")),
            level=_text(row, "level"),
            because=_text(row, "because"),
        )
        for row in (rows if isinstance(rows, list) else ())
    )


def is_step(answer: Decision) -> bool:
    """Whether the row names a step to take first (hear, diagnose) and no verdict."""
    steps = "verdict" not in answer.outcome and answer.outcome.get("give") in STEPS
    return answer.status is Status.HIT and steps


def options_of(answer: Decision, *, authority: Authority) -> tuple[Option, ...]:
    """Return the entitlement and then the offers; nothing unless a row decided.

    The verdict on the issue stays the entitlement's whichever option is chosen.
    Raises WrongAmount for money below nothing, or goodwill above the whole.
    """
    if answer.status is not Status.HIT:
        return ()
    entitlement = _entitlement(answer, authority=authority)
    rows = answer.outcome.get(OFFERS)
    offers = [
        _offer(row, entitlement, answer, authority=authority)
        for row in (rows if isinstance(rows, list) else ())
    ]
    return (entitlement, *offers)


def spoken(options: tuple[Option, ...], *, language: str) -> tuple[Option, ...]:
    """Return the options with `say` in the customer's language."""
    return tuple(replace(o, say=in_language(o.says, language)) for o in options)


def option_of(options: tuple[Option, ...], key: str) -> Option:
    """Return the option of this key; NoSuchOption if the answer has none."""
    for option in options:
        if option.key == key:
            return option
    raise NoSuchOption(key)


def _entitlement(answer: Decision, *, authority: Authority) -> Option:
    outcome = answer.outcome
    give = _text(outcome, "give")
    option = Option(
        key=ENTITLEMENT,
        kind=ENTITLEMENT,
        title=_text(outcome, "title") or words(give),
        give=give,
        remedies=_words_in(outcome, "remedies"),
        verdict=verdict_of(verdict=outcome.get("verdict"), give=give),
        basis=basis_of(outcome.get("basis"), otherwise=Basis.POLICY),
        amount=_money(outcome, "amount", authority=authority),
        goodwill=_money(outcome, "goodwill", authority=authority) or _zero(authority),
        price=_money(outcome, "charge", authority=authority),
        by=_day(outcome, "by"),
        level="",
        within=False,
        because="; ".join(c.because for c in answer.citations if c.because),
        says=answer.say,
        rule=answer.rule or "",
        seen="",
        stated=_stated(outcome),
    )
    if option.basis is Basis.GOODWILL and option.amount and not option.goodwill:
        option = replace(option, goodwill=option.amount)
    return _judged(option, answer, authority=authority)


def _offer(
    row: Mapping[str, object],
    entitlement: Option,
    answer: Decision,
    *,
    authority: Authority,
) -> Option:
    give = _text(row, "give") or _text(row, "offer")
    says = row.get("say")
    amount = _money(row, "amount", authority=authority)
    goodwill = _goodwill(row, amount, authority=authority)
    option = Option(
        key=f"offer:{row['id']}",
        kind="offer",
        title=_text(row, "title") or words(_text(row, "offer") or give),
        give=give,
        verdict=entitlement.verdict,
        basis=basis_of(
            row.get("basis"), otherwise=_basis(amount, goodwill, entitlement)
        ),
        amount=amount,
        goodwill=goodwill,
        price=_money(row, "charge", authority=authority),
        by=_day(row, "by") or entitlement.by,
        level="",
        within=False,
        because=_text(row, "because"),
        says=says if isinstance(says, dict) else {},
        rule=entitlement.rule,
        seen="",
        stated=_stated(row),
    )
    if option.grant.by_right:
        # what is due by right stays reserved for whom the page reserves it
        floor = stated_level(option.stated, entitlement.level)
        option = replace(option, stated=floor)
    return _judged(option, answer, authority=authority)


def _basis(amount: Money | None, goodwill: Money, entitlement: Option) -> Basis:
    """Return by what an offer is made that does not say so itself.

    Nothing but goodwill is goodwill; goodwill on top of a sum leaves the sum's own
    basis; without any money it is ours to offer.
    """
    if goodwill and amount in (None, goodwill):
        return Basis.GOODWILL
    return entitlement.basis if amount is not None else Basis.POLICY


def _goodwill(
    row: Mapping[str, object], amount: Money | None, *, authority: Authority
) -> Money:
    """Return the part of an offer beyond right: stated, else by its basis, else all.

    All, because an offer that does not say by what right it is made has none. Without
    an amount it is the worth of what is waived.
    """
    stated = _money(row, "goodwill", authority=authority)
    if stated is not None:
        if amount is not None and amount < stated:
            raise WrongAmount(f"goodwill {stated} is more than the whole amount")
        return stated
    by_right = row.get("basis") in (Basis.LAW, Basis.POLICY)
    return _zero(authority) if amount is None or by_right else amount


def _judged(option: Option, answer: Decision, *, authority: Authority) -> Option:
    """Say which level it needs, and whether this member has it."""
    grant = option.grant
    return replace(
        option,
        level=level_needed(grant, limits=authority.limits, used=authority.used),
        within=who_may_grant(grant, authority=authority),
        seen=_seen(option, answer),
    )


def with_more_goodwill(
    option: Option, more: Money | None, *, authority: Authority
) -> Option:
    """Return the option with goodwill on top: a higher amount, perhaps a higher level.

    82.35 by law and 20.00 of goodwill become 102.35, of which 20.00 is goodwill.
    """
    if not more:
        return option
    amount = more if option.amount is None else option.amount + more
    total = amount if option.amount else None
    grown = replace(
        option,
        amount=amount,
        goodwill=option.goodwill + more,
        says=with_goodwill(option.says, goodwill=more, total=total),
    )
    grant = grown.grant
    return replace(
        grown,
        level=level_needed(grant, limits=authority.limits, used=authority.used),
        within=who_may_grant(grant, authority=authority),
    )


def _seen(option: Option, answer: Decision) -> str:
    """Fingerprint what the option gives and by what, not the facts that do not matter."""
    told = [
        answer.page_hash,
        option.rule,
        option.key,
        option.give,
        option.verdict,
        option.basis,
        option.amount.minor if option.amount else None,
        option.goodwill.minor,
        option.price.minor if option.price else None,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _zero(authority: Authority) -> Money:
    return Money(0, authority.limit.currency)


def _money(
    row: Mapping[str, object], name: str, *, authority: Authority
) -> Money | None:
    minor = row.get(name)
    if isinstance(minor, bool) or not isinstance(minor, int):
        return None
    if not 0 <= minor <= MOST_MINOR:
        raise WrongAmount(f"{name} comes to {minor} minor units")
    return Money(minor, authority.limit.currency)


def _stated(row: Mapping[str, object]) -> str:
    """Return the higher of the row's own `grant` and the authority table's `level`."""
    return stated_level(_text(row, "grant"), _text(row, "level"))


def _day(row: Mapping[str, object], name: str) -> date | None:
    value = row.get(name)
    return value if isinstance(value, date) else None


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _words_in(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = row.get(name)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def words(code: str) -> str:
    """Write a code as words: store_credit is "Store credit"."""
    return code.replace("_", " ").replace("-", " ").strip().capitalize()
