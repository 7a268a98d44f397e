"""The access doors to cases, and reads that all lists share."""

from evenhand.cases.queries.clocks import read_clock
from evenhand.cases.queries.doors import (
    NoSuchCase,
    attachment_for,
    case_for,
    issue_for,
    locked_case,
    message_for,
    visible_to,
)
from evenhand.cases.queries.lists import (
    COUNT_UP_TO,
    INBOXES,
    PAGE,
    Page,
    inbox,
    open_count,
)
from evenhand.cases.queries.presence import PRESENT_FOR, present_anywhere, present_at
from evenhand.cases.queries.said import participants_of, thread

__all__ = [
    "COUNT_UP_TO",
    "INBOXES",
    "PAGE",
    "PRESENT_FOR",
    "NoSuchCase",
    "Page",
    "attachment_for",
    "case_for",
    "inbox",
    "issue_for",
    "locked_case",
    "message_for",
    "open_count",
    "participants_of",
    "present_anywhere",
    "present_at",
    "read_clock",
    "thread",
    "visible_to",
]
