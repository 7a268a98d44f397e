"""Write a decision down, with what it was made from; tell the ledger."""

from __future__ import annotations

from evenhand.cases.models import Issue
from evenhand.decisions import pages
from evenhand.decisions.actions.matters import Matter
from evenhand.decisions.models import Approval, ApprovalState, Decision
from evenhand.decisions.rules.options import Option
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member


def waiting_on(issue: Issue) -> Approval | None:
    """Return the request about an issue that nobody has answered."""
    waiting = Approval.objects.filter(issue=issue, state=ApprovalState.WAITING)
    return waiting.first()


def decide(
    matter: Matter,
    option: Option,
    *,
    granted_by: Member,
    approval: Approval | None = None,
    reason: str = "",
) -> Decision:
    """Write the decision, put the earlier one behind it, tell the ledger."""
    decision = _unsaved(matter, option, granted_by=granted_by, reason=reason)
    if approval is not None:
        decision.approval, decision.decided_by = approval, approval.asked_by
    live = Decision.objects.filter(issue=matter.issue, superseded_at=None).first()
    if live is not None:
        if approval is None and _same(live, decision):
            return live
        live.superseded_at = matter.at
        live.save(update_fields=["superseded_at"])
    decision.save()
    _withdraw_waiting(matter)
    if decision.is_exception:
        _tell(matter, decision, live, kind="decision.exception")
    else:
        _tell(matter, decision, live, kind="decision.made")
    return decision


def _unsaved(
    matter: Matter, option: Option, *, granted_by: Member, reason: str
) -> Decision:
    advice = matter.advice
    reading = advice.reading
    answer = reading.answer if reading else None
    return Decision(
        issue=matter.issue,
        version_id=reading.version.pk if reading else None,
        page_hash=reading.page.page_hash if reading else "",
        facts=reading.facts if reading else {},
        fact_sources=reading.fact_sources if reading else {},
        rule=(answer.rule or "") if answer else "",
        verdict=str(option.verdict),
        give=option.give,
        basis=str(option.basis),
        amount_minor=option.amount.minor if option.amount is not None else None,
        goodwill_minor=option.goodwill.minor,
        price_minor=option.price.minor if option.price is not None else None,
        currency=advice.currency,
        option=option.key,
        title=option.title[:300],
        because=option.because,
        say=dict(option.says),
        policy_outcome=pages.outcome_of(answer) if answer else {},
        level_needed=option.level,
        decided_by=granted_by,
        granted_by=granted_by,
        exception_reason=reason,
        decided_at=matter.at,
    )


_TELLING = (
    "version_id",
    "facts",
    "rule",
    "verdict",
    "give",
    "option",
    "title",
    "amount_minor",
    "goodwill_minor",
    "price_minor",
    "say",
    "exception_reason",
)


def _same(live: Decision, new: Decision) -> bool:
    """Whether the new one says nothing that the live one does not: a second click."""
    return all(getattr(live, name) == getattr(new, name) for name in _TELLING)


def _withdraw_waiting(matter: Matter) -> None:
    """Nobody needs to answer what has been decided otherwise."""
    waiting = waiting_on(matter.issue)
    if waiting is None:
        return
    waiting.state = ApprovalState.WITHDRAWN
    waiting.answered_by, waiting.answered_at = matter.by, matter.at
    waiting.save(update_fields=["state", "answered_by", "answered_at"])
    tell_of_approval(waiting, matter, kind="approval.withdrawn")


def tell_of_approval(approval: Approval, matter: Matter, *, kind: str) -> None:
    """Write to the ledger what became of a request."""
    ledger.record(
        kind=kind,
        subject=approval.as_subject,
        matter=matter.case.as_matter,
        by=matter.by.as_actor,
        at=matter.at,
        data={
            "issue": matter.issue.pk,
            "title": approval.title,
            "level": approval.level,
            "amount": str(approval.amount or ""),
            "goodwill": str(approval.goodwill),
        },
    )


def _tell(
    matter: Matter, decision: Decision, supersedes: Decision | None, *, kind: str
) -> None:
    advice = matter.advice
    ledger.record(
        kind=kind,
        subject=decision.as_subject,
        matter=matter.case.as_matter,
        by=matter.by.as_actor,
        at=matter.at,
        data={
            "issue": matter.issue.pk,
            "title": decision.title,
            "verdict": decision.verdict,
            "option": decision.option,
            "rule": decision.rule,
            "policy": advice.page.name if advice.page else "",
            "version": advice.page.version if advice.page else "",
            "amount": str(decision.amount or ""),
            "goodwill": str(decision.goodwill),
            "decided_by": decision.decided_by.as_actor,
            "supersedes": supersedes.as_subject if supersedes else "",
        },
    )
