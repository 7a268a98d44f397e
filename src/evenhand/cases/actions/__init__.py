"""The room's verbs: the only writers of cases, issues, messages, notes and presence."""

from __future__ import annotations

from evenhand.cases.actions.matters import (
    CaseClosed,
    NothingSaid,
    change_kind,
    close_case,
    hand_over,
    link_order,
    open_case,
    open_case_again,
    raise_issue,
)
from evenhand.cases.actions.messages import (
    NewAttachment,
    Said,
    add_answer,
    add_automatic_message,
    add_note,
    join_participant,
    receive_message,
)
from evenhand.cases.actions.presence import (
    be_present,
    forget_presence,
)

__all__ = [
    "CaseClosed",
    "NewAttachment",
    "NothingSaid",
    "Said",
    "add_answer",
    "add_automatic_message",
    "add_note",
    "be_present",
    "change_kind",
    "close_case",
    "forget_presence",
    "hand_over",
    "join_participant",
    "link_order",
    "open_case",
    "open_case_again",
    "raise_issue",
    "receive_message",
]
