"""Whether an answer may leave: what blocks it, what its writer must first confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from evenhand.coach.rules.context import FoundFault, Severity
from evenhand.kernel.money import Money
from evenhand.promises.rules import due_on


@dataclass(frozen=True, slots=True)
class Judgement:
    """The faults of an answer by what each does to sending it."""

    blocking: tuple[FoundFault, ...]
    unconfirmed: tuple[FoundFault, ...]
    accepted: tuple[FoundFault, ...]

    @property
    def found(self) -> dict[str, str]:
        """Rule -> severity of everything found, as a sending keeps it."""
        every = (*self.blocking, *self.unconfirmed, *self.accepted)
        return {fault.rule: fault.severity.value for fault in every}


def key_of(fault: FoundFault) -> str:
    """Stand for a fault in a form: the rule, and the words that it speaks of.

    A tick for one rude sentence does not cover another one. A rule that speaks of the
    whole answer has no words of its own: its tick holds while the answer changes.
    """
    if not fault.params:
        return fault.rule
    told = "|".join(fault.params[name] for name in sorted(fault.params))
    return f"{fault.rule}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def judge(
    faults: Iterable[FoundFault], *, confirmed: Collection[str], overridden: bool
) -> Judgement:
    """Part the faults: a block stays unless overridden, an error until confirmed.

    `confirmed` holds keys of faults that the writer has looked at. Warnings and hints are advice:
    they never hold an answer back.
    """
    blocking: list[FoundFault] = []
    unconfirmed: list[FoundFault] = []
    accepted: list[FoundFault] = []
    for fault in faults:
        if fault.severity is Severity.BLOCK and not overridden:
            blocking.append(fault)
        elif fault.severity is Severity.ERROR and key_of(fault) not in confirmed:
            unconfirmed.append(fault)
        else:
            accepted.append(fault)
    return Judgement(tuple(blocking), tuple(unconfirmed), tuple(accepted))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A commitment found in a draft, which becomes a promise if its writer says so.

    `due` is a day, an instant, or None where the sentence names none.
    """

    what: str
    due: date | datetime | None
    amount: Money | None

    @property
    def key(self) -> str:
        """Stands for the proposal in a form: the same words and day, the same key."""
        told = f"{self.what}|{self.due}|{self.amount}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def due_at(self, zone: ZoneInfo) -> datetime | None:
        """Return when it falls due: a day without a time holds until its end."""
        if self.due is None:
            return None
        if isinstance(self.due, datetime):
            return self.due if self.due.tzinfo else self.due.replace(tzinfo=zone)
        return due_on(day=self.due, zone=zone)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Where an answer goes: `to` the customer; `others` may be given a copy, if chosen.

    Nobody is copied by default: whoever once wrote into a case must not receive what we
    tell its customer.
    """

    to: tuple[str, ...]
    others: tuple[str, ...]

    def copied(self, chosen: Collection[str]) -> tuple[str, ...]:
        """Return those of the others who were chosen; anybody else is left out."""
        return tuple(address for address in self.others if address in chosen)
