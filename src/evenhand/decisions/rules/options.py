"""What may be granted: the policy's outcome as options, each with the level it needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from evenhand.decisions.rules.limits import (
    Authority,
    Grant,
    level_needed,
    who_may_grant,
)
from evenhand.decisions.rules.words import (
    Basis,
    Verdict,
    basis_of,
    verdict_of,
    with_goodwill,
)
from evenhand.kernel.money import Money
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault

ENTITLEMENT = "entitlement"
OFFERS = "offers"
EXCEPTION = "exception"


class NoSuchOption(Exception):
    """The policy's answer holds no option of this key."""


class WrongAmount(DecisionFault):
    """The page computes an amount below nothing, which nobody can pay out."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a member may grant on an issue, or may ask to be granted.

    `key` is "entitlement" or "offer:ROW"; `give` the page's code (refund, deny …).
    `amount` is what the customer receives (None: no money), `goodwill` the part of it
    beyond right, `price` what the customer pays for it (a part at cost, a change
    order) and never counts against a limit. `level` is the lowest level that may
    grant it now and `within` says that this member may. `says` maps a language to the
    sentence to the customer. `seen` stands for all that a decision would rest on: if
    it is another one when the member grants, the answer has changed in between.
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
    level: str
    within: bool
    because: str
    says: Mapping[str, str]
    rule: str
    seen: str
    say: str = ""
    stated: str = field(default="", repr=False)

    @property
    def grant(self) -> Grant:
        """The option as limits judge it."""
        return Grant(self.basis, self.amount, self.goodwill, self.stated)

    @property
    def is_entitlement(self) -> bool:
        return self.key == ENTITLEMENT


def options_of(answer: Decision, *, authority: Authority) -> tuple[Option, ...]:
    """Return the entitlement and then the offers; nothing unless a row decided.

    An offer is goodwill unless its row says `law` or `policy`; the verdict on the
    issue stays the entitlement's whichever option is chosen.
    """
    if answer.status is not Status.HIT:
        return ()
    entitlement = _entitlement(answer, authority=authority)
    offers = _offers(answer, verdict=entitlement.verdict, authority=authority)
    return (entitlement, *offers)


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
        verdict=verdict_of(verdict=outcome.get("verdict"), give=give),
        basis=basis_of(outcome.get("basis"), otherwise=Basis.POLICY),
        amount=_money(outcome, "amount", authority=authority),
        goodwill=_zero(authority),
        price=_money(outcome, "price", authority=authority),
        level="",
        within=False,
        because="; ".join(c.because for c in answer.citations if c.because),
        says=answer.say,
        rule=answer.rule or "",
        seen="",
        stated=_text(outcome, "grant") or _text(outcome, "level"),
    )
    return _judged(option, answer, authority=authority)


def _offers(
    answer: Decision, *, verdict: Verdict, authority: Authority
) -> Iterator[Option]:
    rows = answer.outcome.get(OFFERS)
    for row in rows if isinstance(rows, list) else ():
        give = _text(row, "give") or _text(row, "offer")
        says = row.get("say")
        option = Option(
            key=f"offer:{row['id']}",
            kind="offer",
            title=_text(row, "title") or words(_text(row, "offer") or give),
            give=give,
            verdict=verdict,
            basis=basis_of(row.get("basis"), otherwise=Basis.GOODWILL),
            amount=_money(row, "amount", authority=authority),
            goodwill=_zero(authority),
            price=_money(row, "price", authority=authority),
            level="",
            within=False,
            because=_text(row, "because"),
            says=says if isinstance(says, dict) else {},
            rule=answer.rule or "",
            seen="",
            stated=_text(row, "grant") or _text(row, "level"),
        )
        yield _judged(option, answer, authority=authority)


def _judged(option: Option, answer: Decision, *, authority: Authority) -> Option:
    """Say which part is goodwill, which level it needs, whether this member has it."""
    if option.basis is Basis.GOODWILL and option.amount is not None:
        option = replace(option, goodwill=option.amount)
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
    grown = replace(
        option,
        amount=amount,
        goodwill=option.goodwill + more,
        says=with_goodwill(option.says, goodwill=more, total=amount),
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
    if minor < 0:
        raise WrongAmount(f"{name} comes to {minor} minor units, less than nothing")
    return Money(minor, authority.limit.currency)


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def words(code: str) -> str:
    """Write a code as words: store_credit is "Store credit"."""
    return code.replace("_", " ").replace("-", " ").strip().capitalize()
