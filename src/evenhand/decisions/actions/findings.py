"""Write down what was found out about an issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evenhand.cases.models import Issue
from evenhand.decisions.actions.matters import matter_of
from evenhand.decisions.advising import Advice
from evenhand.decisions.models import Finding
from evenhand.decisions.rules.entries import read_kept
from evenhand.decisions.rules.words import FindingStatus
from evenhand.ledger import actions as ledger
from evenhand.policy.errors import FactError
from evenhand.staff.models import Member


class WrongFindings(ValueError):
    """Values that the page does not allow; `faults` maps a fact to what is wrong."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What was found out: `value` as JSON holds it, None where nobody knows."""

    fact: str
    value: object
    status: FindingStatus = FindingStatus.VERIFIED
    source: str = ""


@transaction.atomic
def record_findings(
    *, issue: Issue, findings: Sequence[NewFinding], by: Member, at: datetime
) -> list[Finding]:
    """Write down what was found out; WrongFindings, and none of them is written.

    What stands there already in the same words is not written twice.
    """
    matter = matter_of(issue, by=by, at=at)
    _check(matter.advice, findings)
    latest = {
        f.fact: f for f in Finding.objects.filter(issue=matter.issue).order_by("pk")
    }
    new = [f for f in findings if not _stands(f, latest.get(f.fact))]
    if not new:
        return []
    recorded = Finding.objects.bulk_create(
        Finding(
            issue=matter.issue,
            fact=finding.fact,
            value=finding.value,
            status=_status(finding),
            source=finding.source[:200],
            member=by,
            found_at=at,
        )
        for finding in new
    )
    ledger.record(
        kind="finding.recorded",
        subject=f"issue:{matter.issue.pk}",
        matter=matter.case.as_matter,
        by=by.as_actor,
        at=at,
        data={"facts": {f.fact: _status(f).value for f in new}},
    )
    return recorded


def _status(finding: NewFinding) -> FindingStatus:
    return FindingStatus.UNKNOWN if finding.value is None else finding.status


def _stands(finding: NewFinding, latest: Finding | None) -> bool:
    return latest is not None and (finding.value, _status(finding), finding.source) == (
        latest.value,
        latest.status,
        latest.source,
    )


def _check(advice: Advice, findings: Sequence[NewFinding]) -> None:
    reading = advice.reading
    declared = {f.name: f for f in reading.page.policy.facts} if reading else {}
    faults = {}
    for finding in findings:
        fact = declared.get(finding.fact)
        if fact is None:
            faults[finding.fact] = f"no page in force asks for {finding.fact}"
            continue
        try:
            read_kept(finding.value, fact=fact, currency=advice.currency)
        except FactError as error:
            faults[finding.fact] = str(error)
    if faults:
        raise WrongFindings(faults)
