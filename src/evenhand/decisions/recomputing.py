"""What a page answers today to a stored decision's facts, beside what was stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evenhand.decisions.models import Decision, Differs
from evenhand.decisions.queries import recompute
from evenhand.policy.loading import content_hash


@dataclass(frozen=True, slots=True)
class Difference:
    """How a stored decision and its page part: `answered` is what the page says now."""

    kind: Differs
    answered: dict[str, Any]
    why: str = ""


def difference_of(decision: Decision) -> Difference | None:
    """Return how the page's answer differs from the stored one, None if it does not.

    A text that is not the one that decided is told as such, whatever it answers.
    """
    version = decision.version
    if version is None:
        return None
    found = recompute(decision)
    answered = {"rule": found.rule, "outcome": dict(found.outcome)}
    if content_hash(version.text) != (decision.page_hash or version.content_hash):
        return Difference(Differs.TEXT, answered, found.fault)
    if found.fault:
        return Difference(Differs.BROKEN, answered, found.fault)
    return None if found.same else Difference(Differs.ANSWER, answered)


def stored_again(decision: Decision) -> dict[str, Any]:
    """Return the row and the policy's answer as the record holds them."""
    return {"rule": decision.rule, "outcome": decision.policy_outcome}
