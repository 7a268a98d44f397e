"""What an approver is asked to grant, kept as it stood when he was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from evenhand.decisions.rules.options import EXCEPTION, Option
from evenhand.decisions.rules.otherwise import Otherwise
from evenhand.decisions.rules.words import Basis, Verdict
from evenhand.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Proposal:
    """The decision that an approval would make; `extra` is goodwill put on top."""

    option: str
    title: str
    verdict: Verdict
    give: str
    basis: Basis
    rule: str
    amount: Money | None
    goodwill: Money
    extra: Money
    says: Mapping[str, str]
    seen: str

    @classmethod
    def of(cls, option: Option, *, extra: Money) -> Self:
        """Return the proposal that stands for an option with goodwill on top."""
        return cls(
            option=option.key,
            title=option.title,
            verdict=option.verdict,
            give=option.give,
            basis=option.basis,
            rule=option.rule,
            amount=option.amount,
            goodwill=option.goodwill,
            extra=extra,
            says=option.says,
            seen=option.seen,
        )

    @property
    def is_exception(self) -> bool:
        return self.option == EXCEPTION

    @property
    def otherwise(self) -> Otherwise:
        """The exception that is proposed."""
        return Otherwise(
            verdict=self.verdict,
            title=self.title,
            give=self.give,
            amount=self.amount,
            says=self.says,
        )

    def to_keep(self) -> dict[str, object]:
        """Return the proposal as JSON holds it."""
        return {
            "option": self.option,
            "title": self.title,
            "verdict": str(self.verdict),
            "give": self.give,
            "basis": str(self.basis),
            "rule": self.rule,
            "amount_minor": None if self.amount is None else self.amount.minor,
            "goodwill_minor": self.goodwill.minor,
            "extra_minor": self.extra.minor,
            "currency": self.goodwill.currency,
            "says": dict(self.says),
            "seen": self.seen,
        }

    @classmethod
    def kept(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `to_keep` wrote."""
        currency = kept["currency"]
        minor = kept["amount_minor"]
        return cls(
            option=kept["option"],
            title=kept["title"],
            verdict=Verdict(kept["verdict"]),
            give=kept["give"],
            basis=Basis(kept["basis"]),
            rule=kept["rule"],
            amount=None if minor is None else Money(minor, currency),
            goodwill=Money(kept["goodwill_minor"], currency),
            extra=Money(kept["extra_minor"], currency),
            says=kept["says"],
            seen=kept["seen"],
        )
