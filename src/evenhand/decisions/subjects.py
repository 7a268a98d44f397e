"""What a case holds that facts are read from, loaded once for all of its issues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from evenhand.cases.models import Case, Direction, Issue, Message
from evenhand.cases.queries import one_case
from evenhand.customers.models import Customer, Order, OrderLine
from evenhand.customers.queries import Standing, standing_of
from evenhand.decisions.models import Approval, ApprovalState, Decision, Finding

YEAR = timedelta(days=365)


@dataclass
class CaseFile:
    """One case with what is stored about its issues; a fixed number of queries.

    `live` holds the live decisions of all issues of the case, whichever were asked for.
    """

    case: Case
    issues: list[Issue]
    read_at: datetime
    asked_at: datetime
    lines: list[OrderLine]
    findings: dict[int, dict[str, Finding]] = field(default_factory=dict)
    live: dict[int, Decision] = field(default_factory=dict)
    approvals: dict[int, Approval] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.case.team.time_zone)

    @cached_property
    def asked_on(self) -> date:
        """The day, where the team is, on which the customer first wrote."""
        return self.asked_at.astimezone(self.zone).date()

    @cached_property
    def read_on(self) -> date:
        """Today, where the team is."""
        return self.read_at.astimezone(self.zone).date()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.case.customer)

    @cached_property
    def orders_in_a_year(self) -> int:
        """The customer's orders in the 365 days before he asked, this one included."""
        return Order.objects.filter(
            customer=self.case.customer,
            placed_at__gt=self.asked_at - YEAR,
            placed_at__lte=self.asked_at,
        ).count()

    def subject_of(self, issue: Issue) -> Subject:
        """Return what facts of this issue are read from."""
        line = issue.line
        if line is None and len(self.lines) == 1:
            line = self.lines[0]
        order = line.order if line else self.case.order
        return Subject(file=self, issue=issue, line=line, order=order)


@dataclass(frozen=True, slots=True)
class Subject:
    """An issue with its order and line, where there are such."""

    file: CaseFile
    issue: Issue
    line: OrderLine | None
    order: Order | None

    @property
    def customer(self) -> Customer:
        return self.file.case.customer

    @property
    def asked_on(self) -> date:
        return self.file.asked_on

    def day(self, instant: datetime | None) -> date | None:
        """Return the day of an instant where the team is."""
        return instant.astimezone(self.file.zone).date() if instant else None


def case_file(
    case: Case, issues: Iterable[Issue] | None = None, *, at: datetime
) -> CaseFile:
    """Load a case as it stands now, with all of its issues or those given."""
    if issues is None:
        related = ("line__product", "line__order")
        issues = case.issues.select_related(*related).order_by("pk")
    chosen = list(issues)
    pks = [issue.pk for issue in chosen]
    return CaseFile(
        case=case,
        issues=chosen,
        read_at=at,
        asked_at=_asked_at(case),
        lines=_lines(case),
        findings=_findings(pks),
        live=live_decisions(case),
        approvals=_approvals(pks),
    )


def _asked_at(case: Case) -> datetime:
    said = Message.objects.filter(case=case, direction=Direction.IN)
    first = said.order_by("said_at", "pk").values_list("said_at", flat=True).first()
    return min(first, case.opened_at) if first else case.opened_at


def _lines(case: Case) -> list[OrderLine]:
    if case.order_id is None:
        return []
    lines = OrderLine.objects.filter(order=case.order_id)
    return list(lines.select_related("product", "order").order_by("pk"))


def _findings(issues: list[int]) -> dict[int, dict[str, Finding]]:
    """Return issue -> fact -> its latest finding."""
    found: dict[int, dict[str, Finding]] = {pk: {} for pk in issues}
    for finding in (
        Finding.objects.filter(issue__in=issues).select_related("member").order_by("pk")
    ):
        found[finding.issue_id][finding.fact] = finding
    return found


def live_decisions(case: Case) -> dict[int, Decision]:
    """Return issue -> its live decision, of all that is one case with it.

    What was given in the one counts in the other: a merge makes no second limit.
    """
    related = ("decided_by", "granted_by", "approval", "version")
    live = Decision.objects.filter(
        issue__case__in=one_case(case), superseded_at__isnull=True
    )
    return {
        decision.issue_id: decision
        for decision in live.select_related(*related)
        .defer("version__text")
        .order_by("issue")
    }


def _approvals(issues: list[int]) -> dict[int, Approval]:
    """Return issue -> the approval that waits, else the latest one."""
    asked = Approval.objects.filter(issue__in=issues)
    found: dict[int, Approval] = {}
    for approval in asked.select_related("asked_by", "answered_by").order_by("pk"):
        earlier = found.get(approval.issue_id)
        if earlier is None or earlier.state != ApprovalState.WAITING:
            found[approval.issue_id] = approval
    return found
