"""The room's verbs: the only writers of cases, issues, messages, notes and presence."""

from __future__ import annotations

from evenhand.cases.actions.changing import (
    ChangedSince,
    SameCustomer,
    change_customer,
    change_to_stranger,
    undo_customer_change,
)
from evenhand.cases.actions.earlier import (
    add_sent_elsewhere,
    open_earlier_case,
    receive_earlier,
)
from evenhand.cases.actions.matters import (
    NothingSaid,
    change_kind,
    close_case,
    hand_over,
    link_order,
    open_case,
    open_case_again,
    raise_issue,
)
from evenhand.cases.actions.merging import (
    EndOfSplit,
    IntoItself,
    MergedAlready,
    NotMerged,
    PartedAlready,
    merge,
    undo_merge,
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
from evenhand.cases.actions.sides import (
    IsTheCustomer,
    add_aside_sent_elsewhere,
    join_side,
    look_at_side,
    open_side,
    receive_aside,
    write_aside,
)
from evenhand.cases.actions.splitting import (
    EverythingChosen,
    MergedMeanwhile,
    NotChosen,
    NotSplit,
    SplitFurther,
    UndoneAlready,
    split,
    undo_split,
)
from evenhand.cases.actions.standing import CaseClosed, CaseMerged

__all__ = [
    "CaseClosed",
    "CaseMerged",
    "ChangedSince",
    "EndOfSplit",
    "EverythingChosen",
    "IntoItself",
    "IsTheCustomer",
    "MergedAlready",
    "MergedMeanwhile",
    "NewAttachment",
    "NotChosen",
    "NotMerged",
    "NotSplit",
    "NothingSaid",
    "PartedAlready",
    "Said",
    "SameCustomer",
    "SplitFurther",
    "UndoneAlready",
    "add_answer",
    "add_aside_sent_elsewhere",
    "add_automatic_message",
    "add_note",
    "add_sent_elsewhere",
    "be_present",
    "change_customer",
    "change_kind",
    "change_to_stranger",
    "close_case",
    "forget_presence",
    "hand_over",
    "join_participant",
    "join_side",
    "link_order",
    "look_at_side",
    "merge",
    "open_case",
    "open_case_again",
    "open_earlier_case",
    "open_side",
    "raise_issue",
    "receive_aside",
    "receive_earlier",
    "receive_message",
    "split",
    "undo_customer_change",
    "undo_merge",
    "undo_split",
    "write_aside",
]
