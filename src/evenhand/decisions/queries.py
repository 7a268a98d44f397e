"""Reads of the room: sheets, advice, approvals, decisions, policies; access doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from evenhand.cases.models import Case, Issue
from evenhand.cases.queries import members_of, one_case, visible_to
from evenhand.decisions import pages
from evenhand.decisions.advising import Advice, Authorities, advise, read_all
from evenhand.decisions.models import (
    Approval,
    ApprovalState,
    Decision,
    PolicyVersion,
)
from evenhand.decisions.rules.sheet import FactSheet
from evenhand.decisions.subjects import case_file
from evenhand.kernel.money import Money
from evenhand.kernel.text import is_text
from evenhand.policy.deciding import decide
from evenhand.policy.errors import DecisionFault, FactError, PolicyError
from evenhand.staff.models import Member
from evenhand.staff.rules import LEVELS, Permission, reaches_level


@dataclass(frozen=True, slots=True)
class IssuePanel:
    """An issue as the case page shows it.

    `decision` is the live one; `approval` the one that waits, else the latest. `fault`
    says what was wrong with a form about this issue.
    """

    issue: Issue
    sheet: FactSheet
    advice: Advice
    decision: Decision | None
    approval: Approval | None
    fault: str = ""


def panels(
    case: Case, *, member: Member, at: datetime, language: str = ""
) -> list[IssuePanel]:
    """Return every issue of a case with sheet and advice; a fixed number of queries.

    Then those of each case merged into it, which read their own customer and order.
    `language` is the one that questions are asked in, the member's unless given.
    """
    language = language or member.language
    return [
        panel
        for one in members_of(case)
        for panel in _panels_of(one, member=member, at=at, language=language)
    ]


def _panels_of(
    case: Case, *, member: Member, at: datetime, language: str
) -> list[IssuePanel]:
    file = case_file(case, at=at)
    read = read_all(file, file.issues, language=language)
    authorities = Authorities(file, member)
    return [
        IssuePanel(
            issue=issue,
            sheet=read[issue.pk].sheet,
            advice=advise(file, issue.pk, read[issue.pk], authorities),
            decision=file.live.get(issue.pk),
            approval=file.approvals.get(issue.pk),
        )
        for issue in file.issues
    ]


def fact_sheet(issue: Issue, *, at: datetime, language: str = "en") -> FactSheet:
    """Return what is known about an issue; empty where no page speaks about it."""
    file = case_file(issue.case, [issue], at=at)
    return read_all(file, [issue], language=language)[issue.pk].sheet


def advice(issue: Issue, *, member: Member, at: datetime) -> Advice:
    """Return what the policy allows on an issue, and whether this member may grant it."""
    file = case_file(issue.case, [issue], at=at)
    read = read_all(file, [issue], language=member.language)
    return advise(file, issue.pk, read[issue.pk], Authorities(file, member))


class NoSuchApproval(Exception):
    """There is no such approval, or it is not the member's to answer."""


def approvals_for(member: Member) -> list[Approval]:
    """Return the approvals that wait for somebody like this member, oldest first."""
    if not member.may(Permission.APPROVE):
        return []
    return list(
        _answerable(member)
        .filter(state=ApprovalState.WAITING)
        .order_by("asked_at", "pk")
    )


def asked_by(member: Member, *, most: int = 30) -> list[Approval]:
    """Return what the member asked for, latest first."""
    return list(
        _with_case(Approval.objects.filter(asked_by=member)).order_by("-pk")[:most]
    )


def approval_for(member: Member, pk: int) -> Approval:
    """Return an approval within the member's reach and level; else NoSuchApproval.

    One's own request is found too: the action says why one may not answer it.
    """
    if member.may(Permission.APPROVE):
        found = _answerable(member, own=True).filter(pk=pk).first()
        if found is not None:
            return found
    raise NoSuchApproval(f"approval {pk}")


def _answerable(member: Member, *, own: bool = False) -> QuerySet[Approval]:
    levels = [level for level in LEVELS if reaches_level(role=member.role, level=level)]
    found = Approval.objects.filter(
        level__in=levels, issue__case__in=visible_to(member.reach)
    )
    return _with_case(found if own else found.exclude(asked_by=member))


def _with_case(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    return approvals.select_related(
        "issue__case__customer", "issue__case__team", "asked_by", "answered_by"
    )


def waiting_count(member: Member) -> int:
    """Return how many approvals wait for somebody like this member."""
    if not member.may(Permission.APPROVE):
        return 0
    return _answerable(member).filter(state=ApprovalState.WAITING).count()


def goodwill_given(case: Case, *, currency: str) -> Money:
    """Return the goodwill of all live decisions of a case in one currency."""
    live = Decision.objects.filter(
        issue__case__in=one_case(case), currency=currency, superseded_at__isnull=True
    )
    return Money(live.aggregate(sum=Sum("goodwill_minor"))["sum"] or 0, currency)


_PUBLISHERS = ("published_by", "confirmed_by", "called_off_by")


class NoSuchPolicy(Exception):
    """There is no page of this name, or no such version of it."""


def policies() -> list[PolicyVersion]:
    """Return all versions of all pages, by page, the latest first; without texts."""
    versions = PolicyVersion.objects.select_related(
        "published_by", "confirmed_by", "reverts_to"
    ).defer("text", "reverts_to__text")
    return list(versions.order_by("policy", "-effective_from"))


def versions_of(name: str) -> list[PolicyVersion]:
    """Return all versions of one page, the latest first; NoSuchPolicy if none.

    Their long texts are read only where one is asked for.
    """
    if not is_text(name):
        raise NoSuchPolicy(name)
    versions = (
        PolicyVersion.objects.filter(policy=name)
        .select_related(*_PUBLISHERS, "reverts_to")
        .defer("text", "reverts_to__text")
    )
    found = list(versions.order_by("-effective_from"))
    if not found:
        raise NoSuchPolicy(name)
    return found


def published_texts(name: str, *, most: int = 50) -> list[str]:
    """Return the texts of a page's latest versions, the oldest first; none if unknown."""
    if not is_text(name):
        return []
    versions = PolicyVersion.objects.filter(policy=name).order_by("-effective_from")
    return list(versions.values_list("text", flat=True)[:most])[::-1]


def policy_in_force(name: str, *, on: date) -> PolicyVersion | None:
    """Return the version of a page whose window holds the day, if there is one."""
    versions = PolicyVersion.objects.filter(policy=name)
    return pages.in_force(versions, day_of=lambda _judged_on: on)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the page answers today to the facts of a stored decision.

    `same`: the same row and outcome as were stored. Anything else is a bug, or a
    version whose text was changed behind our back.
    """

    same: bool
    rule: str
    outcome: Mapping[str, object]
    fault: str = ""


def recompute(decision: Decision) -> Recomputed:
    """Decide again by the stored facts and version, and compare with what was stored."""
    version = decision.version
    if version is None:
        return Recomputed(same=True, rule="", outcome={})
    try:
        page = pages.ready(version.text)
        answer = decide(page, decision.facts, trace=False)
    except (DecisionFault, FactError, PolicyError) as error:
        return Recomputed(same=False, rule="", outcome={}, fault=str(error))
    outcome = pages.outcome_of(answer)
    return Recomputed(
        same=page.page_hash == (decision.page_hash or version.content_hash)
        and (answer.rule or "") == decision.rule
        and outcome == decision.policy_outcome,
        rule=answer.rule or "",
        outcome=outcome,
    )
