"""The access doors to cases, and reads that all lists share."""

from evenhand.cases.queries.clocks import read_clock
from evenhand.cases.queries.doors import (
    NoSuchCase,
    attachment_for,
    case_for,
    issue_for,
    living,
    locked_case,
    locked_families,
    locked_with_home,
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
from evenhand.cases.queries.merges import (
    branch_of,
    clocks_of,
    course_of,
    families_of,
    family_of,
    first_answer_in,
    first_answer_to,
    is_one_with,
    live_merge_of,
    merged_directly,
    split_of,
    splits_out_of,
)
from evenhand.cases.queries.presence import PRESENT_FOR, present_anywhere, present_at
from evenhand.cases.queries.redirects import Redirected, redirected
from evenhand.cases.queries.said import participants_of, thread

__all__ = [
    "COUNT_UP_TO",
    "INBOXES",
    "PAGE",
    "PRESENT_FOR",
    "NoSuchCase",
    "Page",
    "Redirected",
    "attachment_for",
    "branch_of",
    "case_for",
    "clocks_of",
    "course_of",
    "families_of",
    "family_of",
    "first_answer_in",
    "first_answer_to",
    "inbox",
    "is_one_with",
    "issue_for",
    "live_merge_of",
    "living",
    "locked_case",
    "locked_families",
    "locked_with_home",
    "merged_directly",
    "message_for",
    "open_count",
    "participants_of",
    "present_anywhere",
    "present_at",
    "read_clock",
    "redirected",
    "split_of",
    "splits_out_of",
    "thread",
    "visible_to",
]
