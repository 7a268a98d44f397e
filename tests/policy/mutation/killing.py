"""Which mutants a page's own examples and invariants notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from evenhand.policy.errors import DecisionFault, PolicyError
from evenhand.policy.examples import check_examples
from evenhand.policy.program import Page, assemble
from evenhand.policy.tree import Example, Policy
from tests.policy.mutation.pages import Mutant

Judged = tuple[tuple[Mutant, ...], int]


@dataclass(frozen=True)
class Killed:
    """How a page fared: mutants noticed, and those that were not."""

    killed: int
    alive: tuple[Mutant, ...]


def judge(policy: Policy, found: Iterable[Mutant]) -> Killed:
    """Run the page's examples (with Never and Always on each) over its mutants."""
    examples = _cheap_first(policy)
    killed, alive = 0, []
    for mutant in found:
        if notices(examples, mutant):
            killed += 1
        else:
            alive.append(mutant)
    return Killed(killed, tuple(alive))


def notices(examples: tuple[Example, ...], mutant: Mutant) -> bool:
    """Whether any example comes out otherwise on the mutant, or cannot be decided."""
    try:
        page = assemble(replace(mutant.policy, examples=()))
        return any(_differs(page, example) for example in examples)
    except (PolicyError, DecisionFault):
        return True


def _differs(page: Page, example: Example) -> bool:
    alone = replace(page, policy=replace(page.policy, examples=(example,)))
    return bool(check_examples(alone))


def _cheap_first(policy: Policy) -> tuple[Example, ...]:
    """Examples that end in a question cost most: last."""
    return tuple(sorted(policy.examples, key=lambda one: one.expect.startswith("ask")))
