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
from evenhand.decisions.actions.bringing import bring
from evenhand.decisions.actions.drafts import (
    DraftChanged,
    DraftClosed,
    NotAPage,
    NotYoursToPublish,
    begin_draft,
    drop_draft,
    keep_draft,
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
from evenhand.decisions.actions.proposing import (
    ChecksFailed,
    NeverHeld,
    NotAcknowledged,
    NotChecked,
    OwnProposal,
    Proposal,
    answer_proposal,
    propose,
    revert,
    withdraw_proposal,
)
from evenhand.decisions.actions.publishing import (
    AlreadyBegun,
    AlreadyCalledOff,
    AlreadyPublished,
    NotYoursToSetUp,
    OtherDay,
    Terms,
    WhyNeeded,
    WindowsOverlap,
    call_off,
    has_held,
    publish,
    require_second_person,
)
from evenhand.decisions.actions.replays import AlreadyAtWork, ask_replay
from evenhand.decisions.rules.otherwise import BelowTheLaw, Otherwise, WorthNeeded

__all__ = [
    "AlreadyAnswered",
    "AlreadyAtWork",
    "AlreadyBegun",
    "AlreadyCalledOff",
    "AlreadyPublished",
    "AnswerChanged",
    "ApprovalWaiting",
    "BelowTheLaw",
    "BeyondLimit",
    "ChecksFailed",
    "DraftChanged",
    "DraftClosed",
    "IssueWithdrawn",
    "NeverHeld",
    "NewFinding",
    "NoApprovalNeeded",
    "NotAPage",
    "NotAcknowledged",
    "NotChecked",
    "NotGranted",
    "NotYoursToPublish",
    "NotYoursToSetUp",
    "NothingToGrant",
    "OtherDay",
    "Otherwise",
    "OwnProposal",
    "OwnRequest",
    "Proposal",
    "ReasonNeeded",
    "Terms",
    "WhyNeeded",
    "WindowsOverlap",
    "WorthNeeded",
    "WrongFindings",
    "answer_approval",
    "answer_proposal",
    "ask_approval",
    "ask_replay",
    "begin_draft",
    "bring",
    "call_off",
    "drop_draft",
    "grant",
    "has_held",
    "keep_draft",
    "make_exception",
    "propose",
    "publish",
    "record_findings",
    "require_second_person",
    "revert",
    "withdraw_proposal",
]
