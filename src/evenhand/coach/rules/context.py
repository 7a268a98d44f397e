"""What the checks may know of the case, and what they hand back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from evenhand.kernel.money import Money

Kind = Literal["complaint", "question", "request", "praise"]
_HOME = {"zh": "CNY", "ja": "JPY", "th": "THB"}


class Severity(StrEnum):
    """What a fault does to sending.

    Block: only with a supervisor's recorded override. Error: fix it or confirm it with a
    reason. Warn and info: advice.
    """

    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the case knows, from the sender's side.

    `amounts` and `dates` are those of the decision, its offers and the promises; empty
    means that nothing is decided, and figures are then not compared. `limit` is what the
    sender may give on their own (None: not limited); `approved` is True, or the sum that
    was approved. `price` is what the customer paid, for "a full refund". `issues` holds
    a few words per issue, any of which counts as an answer. `needs_recourse` is true for
    a final answer that does not uphold everything. `today` may be an instant on the
    desk's wall clock. `files` counts those that go along; None where nobody knows.
    """

    language: str
    today: date | datetime
    kind: Kind = "complaint"
    customer_names: tuple[str, ...] = ()
    agent_name: str = ""
    limit: Money | None = None
    approved: bool | Money = False
    amounts: tuple[Money, ...] = ()
    dates: tuple[date | datetime, ...] = ()
    price: Money | None = None
    currency: str | None = None
    holidays: frozenset[date] = frozenset()
    finding_upheld: bool | None = None
    cause_known: bool = False
    needs_recourse: bool = False
    issues: tuple[tuple[str, ...], ...] = ()
    case_words: tuple[str, ...] = ()
    files: int | None = None

    @property
    def home_currency(self) -> str | None:
        """The currency meant by a bare number, if the case gives one away."""
        if self.currency is not None:
            return self.currency
        for money in (self.limit, *self.amounts, self.price):
            if money is not None:
                return money.currency
        return _HOME.get(primary(self.language))

    @property
    def known_days(self) -> frozenset[date]:
        """The days on record, without times of day."""
        return frozenset(
            when.date() if isinstance(when, datetime) else when for when in self.dates
        )


@dataclass(frozen=True, slots=True)
class FoundFault:
    """One fault in a draft: which rule, where, how grave, and what to do about it.

    `start` and `end` are places in the draft as it was typed. `what` and `advice` are
    English message ids with `{params}` for gettext; `say_instead` is in the language of
    the draft.
    """

    rule: str
    number: str
    severity: Severity
    start: int
    end: int
    what: str
    advice: str
    say_instead: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def span(self) -> tuple[int, int]:
        """The place in the draft, as [start, end)."""
        return self.start, self.end


def primary(language: str) -> str:
    """Return "zh" for "zh-Hant-TW", "en" for "en_GB"."""
    return language.replace("_", "-").split("-")[0].lower()
