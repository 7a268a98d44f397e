"""Cases that became one, through the real actions."""

from __future__ import annotations

from datetime import datetime

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Merge, Message, Split
from tests import given

LATER = given.MONDAY + given.minutes(60)


def an_answer(case: Case, *, at: datetime, text: str = "Here it is.") -> Message:
    return cases.add_answer(
        case=case,
        said=cases.Said(text=text, channel="mail", subject=case.subject),
        by=given.the("mei"),
        at=at,
    )


def merged(case: Case, *, into: Case, at: datetime = LATER) -> Merge:
    return cases.merge(case=case, into=into, by=given.the("mei"), at=at)


def parted(merge: Merge, *, at: datetime) -> Case:
    return cases.undo_merge(merge=merge, by=given.the("mei"), at=at)


def split_off(*messages: Message, at: datetime = LATER) -> Split:
    return cases.split(
        case=messages[0].case,
        messages=[each.pk for each in messages],
        subject="The voucher",
        by=given.the("mei"),
        at=at,
    )


def put_back(split: Split, *, at: datetime) -> Case:
    return cases.undo_split(split=split, by=given.the("mei"), at=at)
