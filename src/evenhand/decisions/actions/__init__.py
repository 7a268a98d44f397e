"""The room's verbs: the only writers of findings, decisions, approvals and versions."""

from __future__ import annotations

from evenhand.decisions.actions.approvals import (
    AlreadyAnswered,
    ApprovalWaiting,
    NoApprovalNeeded,
    OwnRequest,
    answer_approval,
    ask_approval,
)
from evenhand.decisions.actions.findings import (
    NewFinding,
    WrongFindings,
    record_findings,
)
from evenhand.decisions.actions.grants import grant, make_exception
from evenhand.decisions.actions.matters import (
    AnswerChanged,
    BeyondLimit,
    IssueWithdrawn,
    NotGranted,
    NothingToGrant,
    ReasonNeeded,
)
from evenhand.decisions.actions.publishing import (
    AlreadyPublished,
    NotYoursToPublish,
    WindowsOverlap,
    publish,
)
from evenhand.decisions.rules.otherwise import BelowTheLaw, Otherwise, WorthNeeded

__all__ = [
    "AlreadyAnswered",
    "AlreadyPublished",
    "AnswerChanged",
    "ApprovalWaiting",
    "BelowTheLaw",
    "BeyondLimit",
    "IssueWithdrawn",
    "NewFinding",
    "NoApprovalNeeded",
    "NotGranted",
    "NotYoursToPublish",
    "NothingToGrant",
    "Otherwise",
    "OwnRequest",
    "ReasonNeeded",
    "WindowsOverlap",
    "WorthNeeded",
    "WrongFindings",
    "answer_approval",
    "ask_approval",
    "grant",
    "make_exception",
    "publish",
    "record_findings",
]
