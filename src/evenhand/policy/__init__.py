"""The policy language: read, check, decide, explain, prove, replay.

The one room that is a library of its own too, so it names what others may build on:
`from evenhand.policy import load, decide`. No Django anywhere below this package.
"""

from __future__ import annotations

from evenhand.policy.counterfactual import (
    Audience,
    Change,
    Nearest,
    nearest,
    wanting,
    wanting_more,
    wanting_row,
)
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Question, Status
from evenhand.policy.errors import (
    AlwaysBroken,
    DecisionFault,
    FactError,
    Fault,
    NeverBroken,
    Overlap,
    PolicyError,
)
from evenhand.policy.loading import content_hash, load
from evenhand.policy.program import Page
from evenhand.policy.telling import Explanation, told, told_way

__all__ = [
    "AlwaysBroken",
    "Audience",
    "Change",
    "Decision",
    "DecisionFault",
    "Explanation",
    "FactError",
    "Fault",
    "Nearest",
    "NeverBroken",
    "Overlap",
    "Page",
    "PolicyError",
    "Question",
    "Status",
    "content_hash",
    "decide",
    "load",
    "nearest",
    "told",
    "told_way",
    "wanting",
    "wanting_more",
    "wanting_row",
]
