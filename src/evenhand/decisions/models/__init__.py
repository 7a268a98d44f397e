"""The stored things of the room, under one name."""

from __future__ import annotations

from evenhand.decisions.models.drafts import (
    OPEN,
    DraftCheck,
    DraftState,
    PolicyDraft,
    PublishingRule,
    ReplayRun,
    RunState,
)
from evenhand.decisions.models.policies import PolicyVersion
from evenhand.decisions.models.rechecks import (
    Differs,
    RecomputeFault,
    RecomputeRound,
)
from evenhand.decisions.models.verdicts import (
    Approval,
    ApprovalState,
    Decision,
    Finding,
)

__all__ = [
    "OPEN",
    "Approval",
    "ApprovalState",
    "Decision",
    "Differs",
    "DraftCheck",
    "DraftState",
    "Finding",
    "PolicyDraft",
    "PolicyVersion",
    "PublishingRule",
    "RecomputeFault",
    "RecomputeRound",
    "ReplayRun",
    "RunState",
]
