"""Why the page answers as it does, line by line, in the words of its fact sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext

from evenhand.decisions.rules.options import words
from evenhand.decisions.sheets import Reading
from evenhand.policy.decision import Decision, Step, Tested
from evenhand.policy.kinds import Kind, Value, shown

MOST_LINES = 60


def passed_over(reading: Reading) -> tuple[str, ...]:
    """Tell of each row passed over which conditions failed, or which are open."""
    answer = reading.answer
    told = _passed(reading, answer) if answer else iter(())
    return tuple(line for line, _ in zip(told, range(MOST_LINES), strict=False))


def steps(reading: Reading) -> tuple[str, ...]:
    """Tell each computed amount with what went into it."""
    if reading.answer is None:
        return ()
    return tuple(_told(step, reading) for step in reading.answer.steps)


def _passed(reading: Reading, answer: Decision) -> Iterator[str]:
    for table in answer.trace:
        for passed in table.passed:
            tested = passed.failed or passed.unknown
            if not tested:
                continue
            conditions = ", ".join(_condition(one, reading) for one in tested)
            yield f"{passed.rule}: {conditions}"


def _condition(tested: Tested, reading: Reading) -> str:
    label = _label(tested.fact, reading)
    if tested.held is None:
        text = gettext("%(fact)s is not known (%(test)s)")
        return text % {"fact": label, "test": tested.test}
    text = gettext("%(fact)s is %(value)s, not %(test)s")
    value = _value(tested.fact, tested.actual, reading)
    return text % {"fact": label, "value": value, "test": tested.test}


def _told(step: Step, reading: Reading) -> str:
    parts = ", ".join(
        f"{_label(name, reading)} {_value(name, value, reading)}"
        for name, value in step.values
    )
    result = _value(step.name, step.result, reading)
    line = f"{_label(step.name, reading)} = {step.text} = {result}"
    return f"{line} ({parts})" if parts else line


def _label(name: str, reading: Reading) -> str:
    fact = reading.sheet.fact(name)
    return fact.label if fact else words(name)


def _value(name: str, value: Value | None, reading: Reading) -> str:
    kinds: Mapping[str, Kind] = reading.page.program.kinds
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None:
        return gettext("unknown")
    return shown(value, kinds.get(name, Kind.TEXT), reading.currency)
