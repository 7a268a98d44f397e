"""An issue under the lock of its case, and why something may not be granted on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from evenhand.cases.actions import CaseClosed
from evenhand.cases.models import Case, Issue
from evenhand.cases.queries import issue_for, locked_with_home
from evenhand.decisions import queries
from evenhand.decisions.advising import Advice
from evenhand.decisions.rules.options import (
    NoSuchOption,
    Option,
    option_of,
    with_more_goodwill,
)
from evenhand.decisions.rules.otherwise import Otherwise, exception_of
from evenhand.kernel.money import Money
from evenhand.staff.models import Member


class NotGranted(Exception):
    """Nothing was decided and nothing changed; the text says why."""


class BeyondLimit(NotGranted):
    """The member may not grant this option alone; `level` is the lowest that may."""

    def __init__(self, option: Option) -> None:
        super().__init__(f"{option.title} needs {option.level}")
        self.level = option.level
        self.option = option


class NothingToGrant(NotGranted):
    """The page gives no answer yet, or no such option."""


class AnswerChanged(NotGranted):
    """Since the page was shown, the facts or the policy lead to another answer."""


class ReasonNeeded(NotGranted):
    """An exception, a request or an answer to one needs a reason in words."""


class IssueWithdrawn(NotGranted):
    """The customer gave the point up."""


@dataclass(frozen=True, slots=True)
class Matter:
    """An issue under the lock of its case, and what its page answers now.

    `home` is the living case in which it is decided: its own, or what that merged into.
    """

    issue: Issue
    case: Case
    home: Case
    advice: Advice
    by: Member
    at: datetime


def matter_of(issue: Issue, *, by: Member, at: datetime) -> Matter:
    """Lock the case, so that no two decide on one limit at once; NoSuchCase."""
    own = issue_for(by, issue.pk)
    case, home = locked_with_home(own.case)
    advice = queries.advice(own, member=by, at=at)
    return Matter(issue=own, case=case, home=home, advice=advice, by=by, at=at)


def open_matter(issue: Issue, *, by: Member, at: datetime) -> Matter:
    """Lock as `matter_of`; CaseClosed or IssueWithdrawn where nothing is to decide."""
    matter = matter_of(issue, by=by, at=at)
    need_open(matter)
    return matter


def need_open(matter: Matter) -> None:
    """Raise CaseClosed or IssueWithdrawn where nothing is left to decide."""
    if matter.home.closed_at is not None:
        raise CaseClosed(matter.home.ref)
    if matter.issue.withdrawn_at is not None:
        raise IssueWithdrawn(matter.issue.title)


def chosen_from(
    advice: Advice, key: str, goodwill: Money | None, seen: Collection[str]
) -> Option:
    """Return the option with goodwill on top, if it is one of those that were seen."""
    if advice.step is not None:
        raise NothingToGrant(f"no verdict yet: {advice.step.title} comes first")
    if not advice.options:
        raise NothingToGrant(advice.fault or "the page has no answer yet")
    if goodwill is not None and goodwill.minor < 0:
        raise NothingToGrant("goodwill cannot be less than nothing")
    try:
        option = option_of(advice.options, key)
    except NoSuchOption as error:
        if seen:
            raise AnswerChanged("this is not on offer any more") from error
        raise NothingToGrant(f"the page offers no {key}") from error
    if seen and option.seen not in seen:
        raise AnswerChanged("the answer has changed; look again")
    return with_more_goodwill(option, goodwill, authority=advice.authority)


def exception_from(advice: Advice, otherwise: Otherwise) -> Option:
    """Return the exception with its level; BelowTheLaw or WorthNeeded."""
    return exception_of(
        otherwise, entitlement=advice.entitlement, authority=advice.authority
    )
