"""The parts of a decision: questions, what was tested, what was computed. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from evenhand.policy.kinds import Kind, Value


class Status(StrEnum):
    """How a decision ended."""

    HIT = "hit"
    NEEDS_FACT = "needs_fact"
    NO_RULE = "no_rule"


@dataclass(frozen=True, slots=True)
class Question:
    """A fact whose answer can change the result, and how to ask for it.

    `asks` maps a language to the question; `choices` is what a `one of` may be, and
    `words` maps a language to what people read instead of them, where the page says so.
    """

    fact: str
    kind: Kind
    asks: Mapping[str, str]
    choices: tuple[str, ...] = ()
    label: str = ""
    low: Value | None = None
    high: Value | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def ask(self, language: str = "en") -> str:
        """Return the question in this language, else in any, else the label."""
        text = self.asks.get(language) or next(iter(self.asks.values()), "")
        return text or self.label or f"{self.fact.replace('_', ' ')}?"


class Tested(NamedTuple):
    """One condition with the value that it met; `held` is None where unknown."""

    fact: str
    actual: Value | None
    test: str
    held: bool | None


class Passed(NamedTuple):
    """A row that was not taken: what failed, and apart from it what is unknown.

    `excepted` is what set a row aside whose conditions did not fail: the exception
    of its `unless` that holds.
    """

    rule: str
    failed: tuple[Tested, ...]
    unknown: tuple[Tested, ...]
    excepted: tuple[Tested, ...] = ()


class TableTrace(NamedTuple):
    """How one table was read: rows passed over, and the ids of those that matched."""

    table: str
    hit: str
    passed: tuple[Passed, ...]
    matched: tuple[str, ...]


class Step(NamedTuple):
    """One computed value: `of` is the row or "derived", `values` what went in.

    Of a value by date, `of` is "value", `since` the day from which it holds, and
    `reference` the place where it is laid down.
    """

    of: str
    name: str
    text: str
    values: tuple[tuple[str, Value | None], ...]
    result: Value | None
    since: date | None = None
    reference: str = ""


class Citation(NamedTuple):
    """The clause or law that a matched row names."""

    table: str
    rule: str
    because: str
