"""Cells as formulas: where a condition holds, fails or is unknown."""

from __future__ import annotations

from evenhand.policy.kinds import LISTS
from evenhand.policy.nodes import (
    Compare,
    Condition,
    IsNull,
    Literal,
    Operand,
    Test,
    Within,
)
from evenhand.policy.proof.expressions import Translator
from evenhand.policy.proof.terms import (
    Formula,
    Term,
    Truth,
    all_of,
    any_of,
    either,
    if_known,
    kleene_all,
    kleene_any,
    neg,
    ordered,
    surely,
)


def condition_truth(condition: Condition, translator: Translator) -> Truth:
    """Return the truth of a cell; an absent outcome holds for `null` only."""
    name = translator.names[condition.fact.name]
    others = [translator.names[other] for other in condition.names[1:]]
    plain = _plain(condition, name, translator)
    absent = name.absent
    if absent is False and all(other.absent is False for other in others):
        return plain
    missing = any_of(other.absent for other in others)
    yes = either(absent, condition.accepts_null, all_of((neg(missing), plain.yes)))
    no = either(absent, not condition.accepts_null, any_of((missing, plain.no)))
    return Truth(yes, no)


def _plain(condition: Condition, name: Term, translator: Translator) -> Truth:
    if condition.fact.kind in LISTS:
        return _of_list(condition, name, translator)
    tests = [_test(test, name, translator) for test in condition.tests]
    truth = kleene_any(tests)
    return truth.opposite if condition.negated else truth


def _test(test: Test, name: Term, translator: Translator) -> Truth:
    if isinstance(test, IsNull):
        return surely(neg(name.known))
    if isinstance(test, Compare):
        return ordered(test.order, name, _operand(test.operand, translator))
    return _within(test, name, translator)


def _within(test: Within, name: Term, translator: Translator) -> Truth:
    low, high = (_operand(end, translator) for end in (test.low, test.high))
    return kleene_all(
        (
            ordered(">=" if test.low_in else ">", name, low),
            ordered("<=" if test.high_in else "<", name, high),
        )
    )


def _operand(operand: Operand, translator: Translator) -> Term:
    if isinstance(operand, Literal):
        return translator.literal(operand.value)
    return translator.names[operand.name]


def _of_list(condition: Condition, name: Term, translator: Translator) -> Truth:
    """A list holds a cell if any of the values is in it; `null` is no list at all."""
    wanted = [
        translator.literal(test.operand.value)
        for test in condition.tests
        if isinstance(test, Compare) and isinstance(test.operand, Literal)
    ]
    truth = surely(neg(name.known)) if IsNull() in condition.tests else None
    found: Formula = False
    if name.known is not False:
        found = any_of(name.value.has(one) for one in wanted)
    has = if_known(found, name.known)
    if truth is not None:
        has = Truth(any_of((truth.yes, has.yes)), has.no)
    return has.opposite if condition.negated else has
