"""A text as it stands while somebody writes: its faults, and each example's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from evenhand.decisions.earlier import reasons, told_facts
from evenhand.decisions.rules.versions import check_name
from evenhand.policy.errors import Fault, PolicyError
from evenhand.policy.examples import check_examples
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.tree import Example


@dataclass(frozen=True, slots=True)
class Tried:
    """One example: the case, what is expected, and what was answered if not that."""

    line: int
    column: int
    given: tuple[tuple[str, str], ...]
    expect: str
    fault: Fault | None
    reasons: tuple[str, ...] = ()  # why the row that is expected is not the answer

    @property
    def holds(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class Tryout:
    """What can be said of a text at once, without a proof."""

    page: Page | None
    faults: tuple[Fault, ...]
    examples: tuple[Tried, ...]

    @property
    def wrong(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.examples if not one.holds)

    @property
    def right(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.examples if one.holds)

    @property
    def failing(self) -> int:
        return len(self.wrong)

    @property
    def is_sound(self) -> bool:
        return self.page is not None and not self.failing


def tried(text: str) -> Tryout:
    """Read a text and run its examples; a faulty one tells where and what."""
    try:
        page = _read(text)
        check_name(page.policy.head.policy, page.policy.head.version)
    except PolicyError as error:
        return Tryout(None, error.faults, ())
    differing = {fault.line: fault for fault in check_examples(page)}
    return Tryout(page, (), _examples(page, differing))


@lru_cache(maxsize=8)  # the largest page takes some 70 MB
def _read(text: str) -> Page:
    return read(text)


def _examples(page: Page, differing: Mapping[int, Fault]) -> tuple[Tried, ...]:
    return tuple(
        _example(page, example, differing.get(example.line))
        for example in page.policy.examples
    )


def _example(page: Page, example: Example, fault: Fault | None) -> Tried:
    is_another_row = fault is not None and bool(fault.instead)
    return Tried(
        line=example.line,
        column=example.column,
        given=told_facts(page, example.given),
        expect=example.expect,
        fault=fault,
        reasons=reasons(page, example) if is_another_row else (),
    )
