"""Never and Always: proved for every case, or broken by one that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from evenhand.policy.nodes import Condition
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding, Kind, Told
from evenhand.policy.proof.gaps import why_open
from evenhand.policy.proof.prover import Answer, Prover
from evenhand.policy.proof.regions import Holds, region_of
from evenhand.policy.proof.tables import Reading
from evenhand.policy.proof.terms import Formula, all_of, neg
from evenhand.policy.proof.wording import cell_of, sentence
from evenhand.policy.tree import Always, Never


def invariants(prover: Prover, proved: list[str]) -> Iterator[Finding]:
    """Give the invariants and entitlements that a case breaks."""
    policy = prover.page.policy
    for never in policy.nevers:
        yield from _never(prover, never, proved)
    for always in policy.always:
        yield from _always(prover, always, proved)


def _never(prover: Prover, never: Never, proved: list[str]) -> Iterator[Finding]:
    def broken(reading: Reading) -> Formula:
        return all_of((reading.decided, reading.world.truth(never.conditions).yes))

    holds = prover.runner.refused_by(never)
    answer = prover.find(broken, holds)
    if answer.proved:
        proved.append(f"Never {never.id}: {_told(never.conditions)}.")
        yield from _idle(prover, never.id, never.line, never.conditions, "Never")
    elif answer.case is None:
        yield _open(never.id, never.line, "Never", answer)
    else:
        yield _broken_never(prover, never, answer.case, holds)


def _always(prover: Prover, always: Always, proved: list[str]) -> Iterator[Finding]:
    def broken(reading: Reading) -> Formula:
        truth = reading.world.truth
        kept = truth(always.must).yes
        return all_of((reading.decided, truth(always.when).yes, neg(kept)))

    holds = prover.runner.refused_by(always)
    answer = prover.find(broken, holds)
    if answer.proved:
        told = f"{_told(always.when)} always gives {_told(always.must)}"
        proved.append(f"Always {always.id}: {told}.")
        yield from _idle(prover, always.id, always.line, always.when, "Always")
    elif answer.case is None:
        yield _open(always.id, always.line, "Always", answer)
    else:
        yield _broken_always(prover, always, answer.case, holds)


def _told(conditions: Sequence[Condition]) -> str:
    return "; ".join(cell_of(one) for one in conditions)


def _broken_never(prover: Prover, never: Never, case: Case, holds: Holds) -> Finding:
    tested = never.conditions
    shown = _shown(prover, tested, case, holds)
    because = f" ({never.because})" if never.because else ""
    return _broken(
        never,
        tested,
        shown,
        kind=Kind.NEVER_BROKEN,
        what=f"{never.id} says this never happens: {_told(tested)}. It does:"
        f" {sentence(shown.told)} goes to row {shown.rule}.",
        meaning=f"The page does what it says it never does{because}.",
        proposal=f"Put a row above {shown.rule} for this case, or narrow {shown.rule};"
        f" or change {never.id} if it says too much.",
    )


def _broken_always(prover: Prover, always: Always, case: Case, holds: Holds) -> Finding:
    shown = _shown(prover, always.when, case, holds)
    because = f" ({always.because})" if always.because else ""
    return _broken(
        always,
        always.when,
        shown,
        kind=Kind.ALWAYS_BROKEN,
        what=f"{always.id} promises {_told(always.must)} whenever"
        f" {_told(always.when)}. It fails: {sentence(shown.told)} goes to row"
        f" {shown.rule}.",
        meaning=f"A customer would be refused what is theirs{because}.",
        proposal=f"Put a row above {shown.rule} that grants it, or narrow {shown.rule};"
        f" or change {always.id} if it promises too much.",
    )


class _Shown(NamedTuple):
    """The case that breaks something, for people and for `decide`; its row."""

    told: tuple[Told, ...]
    facts: Mapping[str, object]
    rule: str


def _shown(
    prover: Prover, tested: Sequence[Condition], case: Case, holds: Holds
) -> _Shown:
    region = region_of(prover.page, case, holds)
    derived = prover.runner.derived(case, tested)
    told = region.told(prover.page, derived=derived)
    return _Shown(told, region.case, _rule(prover, case))


def _broken(
    broken: Never | Always,
    tested: Sequence[Condition],
    shown: _Shown,
    *,
    kind: Kind,
    what: str,
    meaning: str,
    proposal: str,
) -> Finding:
    return Finding(
        kind=kind,
        what=what,
        meaning=meaning,
        proposal=proposal,
        row=broken.id,
        line=broken.line,
        cell=_told(tested),
        others=(shown.rule,),
        case=shown.told,
        facts=shown.facts,
    )


def _rule(prover: Prover, case: Case) -> str:
    decision = prover.runner.run(case, trace=False).decision
    return (decision.rule if decision else None) or "none"


def _open(name: str, line: int, section: str, answer: Answer) -> Finding:
    return Finding(
        kind=Kind.NOT_PROVED,
        what=f"{section} {name} could neither be proved nor refuted.",
        meaning=why_open(answer.doubt),
        proposal="Write its conditions, or the rows that it speaks of, simpler.",
        row=name,
        line=line,
    )


def _idle(
    prover: Prover,
    name: str,
    line: int,
    conditions: Sequence[Condition],
    section: str,
) -> Iterator[Finding]:
    """Give an invariant that is kept only because its facts never come together.

    Derived facts are left out: that they follow as they do may be the safeguard.
    """
    sources = {fact.name for fact in prover.page.policy.facts}
    asked = [one for one in conditions if set(one.names) <= sources]
    truth = prover.reading.world.truth(asked)
    if asked and prover.impossible(truth.yes):
        yield Finding(
            kind=Kind.IDLE_INVARIANT,
            what=f"{section} {name} guards nothing: {_told(asked)} never hold"
            " together.",
            meaning="It looks like a safeguard and is none.",
            proposal="Change its conditions to the case that is meant.",
            row=name,
            line=line,
            cell=_told(asked),
        )
