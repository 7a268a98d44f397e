"""The fact sheet of an issue: what is known, from where, and what is still to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as column

from evenhand.decisions.rules.words import FindingStatus
from evenhand.policy.kinds import Kind, Value


@dataclass(frozen=True, slots=True)
class SheetFact:
    """One fact as the page declares it and as the case has it.

    `value` is typed as the policy wants it (money in minor units, days as date, lists
    as tuple; None while unknown), `shown` is for people ("€129.00", "yes"). `entered`
    is what a form field holds for it ("129.00", "2026-06-01", "yes", "a, b").
    `source` says where it comes from ("Order A-20417", a member's name). `matters`:
    another value would lead to another outcome. `place` is the order in which to ask
    (1 first; 0: not to be asked). `fault` says why a value on record cannot be used.
    """

    name: str
    label: str
    kind: Kind
    choices: tuple[str, ...]
    value: Value | None
    shown: str
    entered: str
    status: FindingStatus
    source: str
    ask: str
    matters: bool
    place: int = 0
    fault: str = ""
    # what people read instead of a choice, where the page says so
    said: Mapping[str, str] = column(default_factory=dict)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Each choice with what people read instead; "" where the page does not say."""
        return tuple((one, self.said.get(one, "")) for one in self.choices)

    @property
    def field(self) -> str:
        """The name of its field in the findings form."""
        return f"fact-{self.name}"

    @property
    def is_open(self) -> bool:
        return self.value is None


@dataclass(frozen=True, slots=True)
class FactSheet:
    """All facts that the page in force declares, in the page's order."""

    issue_pk: int
    facts: tuple[SheetFact, ...]

    @property
    def questions(self) -> tuple[SheetFact, ...]:
        """The facts to ask for, the one that settles most first."""
        asked = [fact for fact in self.facts if fact.place]
        return tuple(sorted(asked, key=lambda fact: fact.place))

    @property
    def known(self) -> tuple[SheetFact, ...]:
        """The facts with a value."""
        return tuple(fact for fact in self.facts if not fact.is_open)

    @property
    def claimed(self) -> tuple[SheetFact, ...]:
        """What rests on the customer's word alone and could change the outcome."""
        return tuple(
            fact
            for fact in self.known
            if fact.matters and fact.status is FindingStatus.CLAIMED
        )

    def fact(self, name: str) -> SheetFact | None:
        """Return the fact of this name, if the page declares it."""
        return next((fact for fact in self.facts if fact.name == name), None)
