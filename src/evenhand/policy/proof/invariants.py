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
from evenhand.policy.saying import _
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
        proved.append(
            _("Never {id}: {told}.", id=never.id, told=_told(never.conditions))
        )
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
        told = _promised(_told(always.must), _told(always.when))
        proved.append(_("Always {id}: {told}.", id=always.id, told=told))
        yield from _idle(prover, always.id, always.line, always.when, "Always")
    elif answer.case is None:
        yield _open(always.id, always.line, "Always", answer)
    else:
        yield _broken_always(prover, always, answer.case, holds)


def _promised(must: str, when: str) -> str:
    if not when:
        return _("{must} in every case", must=must)
    return _("{must} whenever {when}", must=must, when=when)


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
        what=_(
            "{id} says this never happens: {never}. It does: {case} goes to row {row}.",
            id=never.id,
            never=_told(tested),
            case=sentence(shown.told),
            row=shown.rule,
        ),
        meaning=_(
            "The page does what it says it never does{because}.", because=because
        ),
        proposal=_(
            "Put a row above {row} for this case, or narrow {row}; or change {id} if"
            " it says too much.",
            row=shown.rule,
            id=never.id,
        ),
    )


def _broken_always(prover: Prover, always: Always, case: Case, holds: Holds) -> Finding:
    shown = _shown(prover, always.when, case, holds)
    because = f" ({always.because})" if always.because else ""
    return _broken(
        always,
        always.when,
        shown,
        kind=Kind.ALWAYS_BROKEN,
        what=_(
            "{id} promises {promised}. It fails: {case} goes to row {row}.",
            id=always.id,
            promised=_promised(_told(always.must), _told(always.when)),
            case=sentence(shown.told),
            row=shown.rule,
        ),
        meaning=_(
            "A customer would be refused what is theirs{because}.", because=because
        ),
        proposal=_(
            "Put a row above {row} that grants it, or narrow {row}; or change {id} if"
            " it promises too much.",
            row=shown.rule,
            id=always.id,
        ),
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
        what=_(
            "{section} {name} could neither be proved nor refuted.",
            section=section,
            name=name,
        ),
        meaning=why_open(answer.doubt),
        proposal=_("Write its conditions, or the rows that it speaks of, simpler."),
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
            what=_(
                "{section} {name} guards nothing. No case meets this: {told}.",
                section=section,
                name=name,
                told=_told(asked),
            ),
            meaning=_("It looks like a safeguard and is none."),
            proposal=_("Change its conditions to the case that is meant."),
            row=name,
            line=line,
            cell=_told(asked),
        )
