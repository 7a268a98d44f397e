"""Whether an answer may leave: what blocks it, what its writer must first confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from evenhand.coach.rules.context import FoundFault, Severity
from evenhand.kernel.money import Money
from evenhand.kernel.working_time import Schedule
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


def times_to_leave(now: datetime, schedule: Schedule) -> tuple[datetime, ...]:
    """Return when somebody is there again: next opening, next day's, next week's.

    In UTC, each once, the soonest first; of a desk that never opens none.
    """
    today = now.astimezone(schedule.time_zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    opens = [start for start, _ in schedule.open_spans(now, days=21) if start > now]
    days = [start.astimezone(schedule.time_zone).date() for start in opens]
    found = [
        next(iter(opens), None),
        next((at for at, day in zip(opens, days, strict=True) if day > today), None),
        next((at for at, day in zip(opens, days, strict=True) if day >= monday), None),
    ]
    return tuple(sorted({at for at in found if at is not None}))


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


def kept_proposal(one: Proposal) -> dict[str, Any]:
    """Return a proposal in the words of JSON."""
    amount = [one.amount.minor, one.amount.currency] if one.amount else None
    due = one.due.isoformat() if one.due else None
    return {"what": one.what, "due": due, "amount": amount}


def proposal_of(kept: Mapping[str, Any]) -> Proposal:
    """Return the proposal that was kept so."""
    due, amount = kept["due"], kept["amount"]
    # a day is written without a time
    read = datetime if due and "T" in due else date
    return Proposal(
        what=kept["what"],
        due=read.fromisoformat(due) if due else None,
        amount=Money(*amount) if amount else None,
    )


@dataclass(frozen=True, slots=True)
class Recipients:
    """Where an answer goes: `to` the customer; `others` may be given a copy, if chosen.

    Nobody is copied by default: whoever once wrote into a case must not receive what we
    tell its customer. `in_place_of` is the customer's own address where a colleague
    corrected it to that in `to`.
    """

    to: tuple[str, ...]
    others: tuple[str, ...]
    in_place_of: str = ""

    def copied(
        self, chosen: Collection[str], *, added: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Return those of the others who were chosen, then who is added; nobody else."""
        wanted = {*chosen, *added}
        return (
            *(address for address in self.others if address in wanted),
            *(address for address in added if address not in self.others),
        )
