"""The policy language: read, check, decide, explain, prove, replay.

The one room that is a library of its own too, so it names what others may build on:
`from evenhand.policy import load, decide`. No Django anywhere below this package.
"""

from __future__ import annotations

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Question, Status
from evenhand.policy.errors import (
    DecisionFault,
    FactError,
    Fault,
    NeverBroken,
    Overlap,
    PolicyError,
)
from evenhand.policy.loading import content_hash, load
from evenhand.policy.program import Page

__all__ = [
    "Decision",
    "DecisionFault",
    "FactError",
    "Fault",
    "NeverBroken",
    "Overlap",
    "Page",
    "PolicyError",
    "Question",
    "Status",
    "content_hash",
    "decide",
    "load",
]
