"""What one member may do about an issue: the page's answer beside his authority."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from evenhand.cases.models import Issue
from evenhand.decisions import explained, pages, sheets
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.rules.limits import Authority, goodwill_used
from evenhand.decisions.rules.options import (
    Duty,
    Option,
    WrongAmount,
    duties_of,
    is_step,
    options_of,
    spoken,
)
from evenhand.decisions.rules.sheet import FactSheet, SheetFact
from evenhand.decisions.sheets import Reading
from evenhand.decisions.subjects import CaseFile, Subject
from evenhand.kernel.money import Money
from evenhand.policy.errors import PolicyError
from evenhand.staff.models import Member
from evenhand.staff.queries import limits_in
from evenhand.staff.rules import own_limit

NO_PAGE = "no_page"
NOT_IN_FORCE = "not_in_force"
FAULT = "fault"


@dataclass(frozen=True, slots=True)
class PageInForce:
    """The version of the policy page that answers an issue."""

    pk: int
    name: str
    version: str
    title: str
    jurisdiction: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What one member may do about one issue, and why.

    `status` is hit, needs_fact or no_rule (as the page answers), or no_page (the issue
    names none), not_in_force (no version holds for its day), fault. `options` holds
    the entitlement first, then offers; it is empty unless `status` is hit. Where the
    page names a step to take before any verdict (hear a colleague, have it examined)
    it stands in `step`, and nothing can be granted yet. `duties` are what the desk
    must do in any case. `authority` is the member's own for this case. `claimed` are the facts that rest on the
    customer's word alone and could change the answer. `steps` and `passed_over`
    explain the answer line by line, `window` tells which version gave it, `ways` how it
    would give more; `fault` says why there is no answer.
    """

    issue_pk: int
    status: str
    page: PageInForce | None
    currency: str
    authority: Authority
    questions: tuple[SheetFact, ...] = ()
    options: tuple[Option, ...] = ()
    step: Option | None = None
    duties: tuple[Duty, ...] = ()
    claimed: tuple[SheetFact, ...] = ()
    steps: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    window: str = ""
    ways: tuple[explained.Way, ...] = ()
    fault: str = ""
    reading: Reading | None = None

    @property
    def entitlement(self) -> Option | None:
        """What right gives, which may be nothing; None while there is no answer."""
        return self.options[0] if self.options else None

    @property
    def limit(self) -> Money:
        """The member's own limit of goodwill on one case."""
        return self.authority.limit

    @property
    def used(self) -> Money:
        """The goodwill that the case's other issues took."""
        return self.authority.used

    @property
    def left(self) -> Money:
        """What is left of the limit, not below zero."""
        return self.authority.left


@dataclass(frozen=True, slots=True)
class IssueRead:
    """An issue read by its page, or why it could not be: `reading` is None then."""

    sheet: FactSheet
    currency: str
    status: str
    reading: Reading | None = None
    fault: str = ""


def read_all(
    file: CaseFile, issues: Iterable[Issue], *, language: str
) -> dict[int, IssueRead]:
    """Read each issue by the version in force for it; two queries for them all."""
    subjects = [file.subject_of(issue) for issue in issues]
    versions = pages.without_text(subject.issue.policy for subject in subjects)
    chosen = {subject.issue.pk: _version_for(subject, versions) for subject in subjects}
    texts = pages.texts_of(version for version in chosen.values() if version)
    return {
        subject.issue.pk: _read(
            subject, chosen[subject.issue.pk], texts, language=language
        )
        for subject in subjects
    }


def _version_for(
    subject: Subject, versions: list[PolicyVersion]
) -> PolicyVersion | None:
    named = [v for v in versions if v.policy == subject.issue.policy]
    return pages.in_force(named, day_of=lambda day: sheets.day_of(day, subject))


def _read(
    subject: Subject,
    version: PolicyVersion | None,
    texts: Mapping[int, str],
    *,
    language: str,
) -> IssueRead:
    empty = FactSheet(issue_pk=subject.issue.pk, facts=())
    currency = sheets.currency_of(None, subject)
    if not subject.issue.policy:
        return IssueRead(empty, currency, NO_PAGE)
    if version is None:
        fault = gettext("No version of this page was in force on the day that counts.")
        return IssueRead(empty, currency, NOT_IN_FORCE, fault=fault)
    try:
        page = pages.ready(texts[version.pk])
    except PolicyError as error:
        return IssueRead(empty, currency, FAULT, fault=str(error))
    reading = sheets.read(page, version, subject, language=language)
    status = reading.answer.status.value if reading.answer else FAULT
    return IssueRead(reading.sheet, reading.currency, status, reading, reading.fault)


class Authorities:
    """A member's authority in each currency of a case; limits are asked for once."""

    def __init__(self, file: CaseFile, member: Member) -> None:
        self._file = file
        self._role = member.role
        self._limits: dict[str, Mapping[str, Money]] = {}

    def on(self, issue_pk: int, *, currency: str) -> Authority:
        """Return what the member may grant on this issue beside the case's others."""
        if currency not in self._limits:
            self._limits[currency] = limits_in(currency)
        limits = self._limits[currency]
        others = (d for pk, d in self._file.live.items() if pk != issue_pk)
        return Authority(
            role=self._role,
            limit=own_limit(role=self._role, limits=limits, currency=currency),
            limits=limits,
            used=goodwill_used((d.goodwill for d in others), currency=currency),
        )


def advise(
    file: CaseFile, issue_pk: int, read: IssueRead, authorities: Authorities
) -> Advice:
    """Put the page's answer beside the member's authority."""
    authority = authorities.on(issue_pk, currency=read.currency)
    reading = read.reading
    if reading is None:
        return Advice(
            issue_pk, read.status, None, read.currency, authority, fault=read.fault
        )
    status, fault = read.status, read.fault
    answer = reading.answer
    options: tuple[Option, ...] = ()
    try:
        if answer is not None:
            found = options_of(answer, authority=authority)
            options = spoken(found, language=file.case.language)
    except WrongAmount as error:
        status, fault = FAULT, str(error)
    step = options[0] if answer and options and is_step(answer) else None
    return Advice(
        issue_pk=issue_pk,
        status=status,
        page=_page_in_force(reading),
        currency=read.currency,
        authority=authority,
        questions=read.sheet.questions,
        options=() if step else options,
        step=step,
        duties=duties_of(answer) if answer else (),
        claimed=read.sheet.claimed,
        steps=explained.steps(reading),
        passed_over=explained.passed_over(reading),
        window=explained.window(reading),
        ways=explained.ways(reading),
        fault=fault,
        reading=reading,
    )


def _page_in_force(reading: Reading) -> PageInForce:
    version, head = reading.version, reading.page.policy.head
    return PageInForce(
        pk=version.pk,
        name=version.policy,
        version=version.version,
        title=head.titles.get((get_language() or "")[:2]) or version.title,
        jurisdiction=head.jurisdiction,
    )
