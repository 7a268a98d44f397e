"""Why the page answers as it does, line by line, in the words of its fact sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from evenhand.decisions.rules.options import words
from evenhand.decisions.sheets import Reading
from evenhand.policy.decision import Decision, Step, Tested
from evenhand.policy.kinds import Kind, Value, shown
from evenhand.policy.program import Page

MOST_LINES = 60


def passed_over(reading: Reading) -> tuple[str, ...]:
    """Tell of each row passed over which conditions failed, or which are open."""
    return _told_by(reading).passed() if reading.answer else ()


def steps(reading: Reading) -> tuple[str, ...]:
    """Tell each computed amount with what went into it."""
    return _told_by(reading).steps() if reading.answer else ()


def _told_by(reading: Reading) -> Telling:
    assert reading.answer is not None  # noqa: S101  # both callers have looked
    return Telling(reading.page, reading.answer, reading.currency)


@dataclass(frozen=True, slots=True)
class Telling:
    """An answer of a page with its trace, told line by line."""

    page: Page
    answer: Decision
    currency: str

    def passed(self) -> tuple[str, ...]:
        """Tell of each row passed over which conditions failed, or which are open."""
        told = self._passed()
        return tuple(line for line, _ in zip(told, range(MOST_LINES), strict=False))

    def steps(self) -> tuple[str, ...]:
        """Tell each computed amount with what went into it."""
        return tuple(self._step(step) for step in self.answer.steps)

    def _passed(self) -> Iterator[str]:
        for table in self.answer.trace:
            for passed in table.passed:
                tested = passed.failed or passed.unknown
                if passed.excepted:
                    held = ", ".join(self._exception(one) for one in passed.excepted)
                    yield gettext("%(row)s: but for its exception, %(why)s") % {
                        "row": passed.rule,
                        "why": held,
                    }
                elif tested:
                    conditions = ", ".join(self._condition(one) for one in tested)
                    yield f"{passed.rule}: {conditions}"

    def _exception(self, tested: Tested) -> str:
        value = self.value(tested.fact, tested.actual)
        return gettext("%(fact)s is %(value)s") % {
            "fact": self.label(tested.fact),
            "value": value,
        }

    def _condition(self, tested: Tested) -> str:
        label = self.label(tested.fact)
        if tested.held is None:
            text = gettext("%(fact)s is not known (%(test)s)")
            return text % {"fact": label, "test": tested.test}
        text = gettext("%(fact)s is %(value)s, not %(test)s")
        value = self.value(tested.fact, tested.actual)
        return text % {"fact": label, "value": value, "test": tested.test}

    def _step(self, step: Step) -> str:
        parts = ", ".join(
            f"{self.label(name)} {self.value(name, value)}"
            for name, value in step.values
        )
        result = self.value(step.name, step.result)
        line = f"{self.label(step.name)} = {step.text} = {result}"
        told = f"{line} ({parts})" if parts else line
        return f"{told}, {step.reference}" if step.reference else told

    def label(self, name: str) -> str:
        """Return what people read instead of a fact's name."""
        for fact in self.page.policy.facts:
            if fact.name == name:
                return fact.label or words(name)
        return words(name)

    def value(self, name: str, value: Value | None) -> str:
        """Write a value as the reader knows it."""
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if value is None:
            return gettext("unknown")
        kind = self.page.program.kinds.get(name, Kind.TEXT)
        return shown(value, kind, self.currency)
