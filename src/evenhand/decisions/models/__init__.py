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
    "DraftCheck",
    "DraftState",
    "Finding",
    "PolicyDraft",
    "PolicyVersion",
    "PublishingRule",
    "ReplayRun",
    "RunState",
]
