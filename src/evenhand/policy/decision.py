"""What a decision says: outcome, reasons, questions, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from evenhand.policy.evaluate import Evaluation, evaluate, sheet_of
from evenhand.policy.explain import said, steps
from evenhand.policy.program import Page
from evenhand.policy.traces import (
    Citation,
    Passed,
    Question,
    Status,
    Step,
    TableTrace,
    Tested,
)
from evenhand.policy.tree import Head

__all__ = [
    "Citation",
    "Decision",
    "Passed",
    "Question",
    "Status",
    "Step",
    "TableTrace",
    "Tested",
]

_SAID = (
    "policy",
    "version",
    "page_hash",
    "status",
    "rule",
    "outcome",
    "needs",
    "trace",
    "steps",
    "citations",
    "say",
    "alike",
)


class _Made(NamedTuple):
    """What a decision is made of; `more` holds what was said or worked out besides."""

    status: Status
    rule: str | None
    outcome: Mapping[str, object]
    trace: tuple[TableTrace, ...]
    citations: tuple[Citation, ...]
    page: Page | None
    facts: tuple[Any, ...]
    more: dict[str, Any] | None


class Decision(_Made):
    """The answer of one page to one case.

    `rule` is the row of the first table that decides. `outcome` maps columns to
    values (money in minor units); a table that lists rows stands under its name.
    `alike` names other rows that may apply for want of a fact, with the same outcome.
    `facts` are the facts as they were read, in the order of the page.

    It is a tuple underneath, which is made in a tenth of the time of a dataclass.
    Steps and sentences are worked out from the facts when they are first asked for.
    """

    __slots__ = ()

    def __new__(  # noqa: PLR0913, PLR0917  # the fields of a decision
        cls,
        policy: str,
        version: str,
        page_hash: str,
        status: Status,
        rule: str | None = None,
        outcome: Mapping[str, object] | None = None,
        needs: tuple[Question, ...] = (),
        trace: tuple[TableTrace, ...] = (),
        steps: tuple[Step, ...] = (),
        citations: tuple[Citation, ...] = (),
        say: Mapping[str, str] | None = None,
        alike: tuple[str, ...] = (),
    ) -> Self:
        """Make a decision of its parts, without a page."""
        more = {
            "policy": policy,
            "version": version,
            "page_hash": page_hash,
            "needs": needs,
            "steps": steps,
            "say": say or {},
            "alike": alike,
        }
        return cls.made((status, rule, outcome or {}, trace, citations, None, (), more))

    @classmethod
    def made(cls, parts: tuple[Any, ...]) -> Self:
        """Make a decision of its fields in their order."""
        return tuple.__new__(cls, parts)

    @property
    def policy(self) -> str:
        """The name of the page."""
        return self.page.policy.head.policy if self.page else self._more("policy", "")

    @property
    def version(self) -> str:
        """The version of the page."""
        return self.page.policy.head.version if self.page else self._more("version", "")

    @property
    def page_hash(self) -> str:
        """The hash of the text of the page."""
        return self.page.page_hash if self.page else self._more("page_hash", "")

    @property
    def window(self) -> tuple[date | None, date | None]:
        """The first and the last day on which the page holds, as far as it says."""
        head = self.page.policy.head if self.page else Head("", "")
        return head.from_on, head.to_on

    @property
    def judged(self) -> tuple[str, date | None]:
        """The fact whose day picks the version, and that day in this case."""
        name = self.page.policy.head.judged_on if self.page else ""
        names = [fact.name for fact in self.page.policy.facts] if self.page else []
        return name, self.facts[names.index(name)] if name in names else None

    @property
    def needs(self) -> tuple[Question, ...]:
        """The questions whose answers can change the outcome, best first."""
        needs: tuple[Question, ...] = self._more("needs", ())
        return needs

    @property
    def alike(self) -> tuple[str, ...]:
        """Other rows that may apply for want of a fact, with the same outcome."""
        alike: tuple[str, ...] = self._more("alike", ())
        return alike

    @property
    def steps(self) -> tuple[Step, ...]:
        """Each computed value with what went into it; none without a trace."""
        if self.more is not None and self.page and "steps" not in self.more:
            self.more["steps"] = tuple(steps(self.page, self._found(self.page)))
        done: tuple[Step, ...] = self._more("steps", ())
        return done

    @property
    def say(self) -> Mapping[str, str]:
        """What the rows taken say to the customer, by language."""
        if self.page and not (self.more and "say" in self.more):
            return said(self.page, self._found(self.page))
        told: Mapping[str, str] = self._more("say", {})
        return told

    def _more(self, name: str, without: object) -> Any:
        return self.more.get(name, without) if self.more else without

    def _found(self, page: Page) -> Evaluation:
        """Return the pass through the tables, walked again if it was not kept."""
        found: Evaluation | None = self._more("found", None)
        if found is None:
            program = page.program
            found = evaluate(program, sheet_of(program, self.facts))
            if self.more is not None:
                self.more["found"] = found
        return found

    def _told(self) -> Iterator[tuple[str, Any]]:
        for name in _SAID:
            yield name, getattr(self, name)

    def __eq__(self, other: object) -> bool:
        """Tell whether two decisions say the same."""
        if not isinstance(other, Decision):
            return NotImplemented
        return all(a == b for a, b in zip(self._told(), other._told(), strict=True))

    def __ne__(self, other: object) -> bool:
        """Tell whether they differ; a tuple would compare what it is made of."""
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # what it says is not hashable

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in self._told())
        return f"Decision({parts})"
