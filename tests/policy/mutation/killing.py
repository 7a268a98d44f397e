"""Which mutants a page's own examples and invariants notice.

A mutant is noticed if an example comes out otherwise or cannot be decided any more, or
if the proof refutes a Never or an Always. One that is proved to decide every case as
the page itself does is no mistake: such mutants are told apart and not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from evenhand.policy.deciding import decide_at_length
from evenhand.policy.errors import DecisionFault
from evenhand.policy.examples import agrees
from evenhand.policy.program import Page, assemble
from evenhand.policy.proof import check, compare
from evenhand.policy.proof.findings import Kind
from evenhand.policy.tree import Example
from tests.policy.mutation.pages import Mutant

_REFUTED = frozenset({Kind.NEVER_BROKEN, Kind.ALWAYS_BROKEN})


@dataclass(frozen=True)
class Judged:
    """How a page fared: by what its mutants were noticed, and which were not."""

    by_examples: int
    by_proof: int
    same: tuple[Mutant, ...]  # proved to decide as the page does
    alive: tuple[Mutant, ...]

    @property
    def counted(self) -> int:
        """The mutants that are mistakes."""
        return self.by_examples + self.by_proof + len(self.alive)

    @property
    def share(self) -> float:
        """How much of a hundred mistakes was noticed."""
        killed = self.by_examples + self.by_proof
        return 100 * killed / self.counted if self.counted else 100.0


def judge(page: Page, found: Iterable[Mutant], *, seconds: float = 5.0) -> Judged:
    """Run the page's examples, then the proof, over its mutants.

    What the proof does not settle within the seconds, a mutant, counts as not noticed.
    """
    examples = _cheap_first(page)
    by_examples, by_proof = 0, 0
    same, alive = [], []
    for mutant in found:
        if by_example(examples, mutant):
            by_examples += 1
            continue
        other = _assembled(mutant)
        if compare(page, other, seconds=seconds).equal:
            same.append(mutant)
        elif _refuted(other, seconds):
            by_proof += 1
        else:
            alive.append(mutant)
    return Judged(by_examples, by_proof, tuple(same), tuple(alive))


def by_example(examples: tuple[Example, ...], mutant: Mutant) -> bool:
    """Whether an example notices; Never and Always are held in every one of them."""
    page = _assembled(mutant)
    return any(_differs(page, example) for example in examples)


def _assembled(mutant: Mutant) -> Page:
    return assemble(replace(mutant.policy, examples=()))


def _differs(page: Page, example: Example) -> bool:
    """Decide at length: a function of its own would take longer to write than to use."""
    try:
        decision = decide_at_length(page, example.given, trace=False)
    except DecisionFault:
        return True
    return not agrees(page, decision, example)


def _refuted(page: Page, seconds: float) -> bool:
    report = check(page, seconds=seconds)
    return any(finding.kind in _REFUTED for finding in report.findings)


def _cheap_first(page: Page) -> tuple[Example, ...]:
    """Examples that end in a question cost most: last."""
    found = page.policy.examples
    return tuple(sorted(found, key=lambda one: one.expect.startswith("ask")))
