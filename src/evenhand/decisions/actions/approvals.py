"""Ask for what is above one's limit, and answer such a request."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from evenhand.cases.models import Issue
from evenhand.decisions import queries
from evenhand.decisions.actions.deciding import decide, tell_of_approval, waiting_on
from evenhand.decisions.actions.matters import (
    AnswerChanged,
    BeyondLimit,
    Matter,
    NotGranted,
    ReasonNeeded,
    chosen_from,
    exception_from,
    matter_of,
    need_open,
    open_matter,
)
from evenhand.decisions.models import Approval, ApprovalState, Decision
from evenhand.decisions.rules.options import Option
from evenhand.decisions.rules.otherwise import Otherwise
from evenhand.decisions.rules.proposals import Proposal
from evenhand.kernel.money import Money
from evenhand.staff.models import Member
from evenhand.staff.rules import reaches_level


class ApprovalWaiting(NotGranted):
    """Somebody was asked already and has not answered."""


class NoApprovalNeeded(NotGranted):
    """It is within the member's own limit: grant it."""


class AlreadyAnswered(NotGranted):
    """The request was answered or withdrawn before."""


class OwnRequest(NotGranted):
    """Nobody answers his own request."""


@transaction.atomic
def ask_approval(
    *,
    issue: Issue,
    option: str,
    why: str,
    by: Member,
    at: datetime,
    goodwill: Money | None = None,
    seen: Collection[str] = (),
    otherwise: Otherwise | None = None,
) -> Approval:
    """Ask somebody of the level needed for what is above the member's own limit.

    With `otherwise` it is an exception that is asked for, whatever `option` says.
    """
    matter = open_matter(issue, by=by, at=at)
    if not why.strip():
        raise ReasonNeeded("say why it should be granted")
    if waiting_on(matter.issue) is not None:
        raise ApprovalWaiting("an approval of this issue waits already")
    if otherwise is None:
        chosen = chosen_from(matter.advice, option, goodwill, seen)
    else:
        chosen = exception_from(matter.advice, otherwise)
    if chosen.within:
        raise NoApprovalNeeded("it is within your own limit")
    extra = goodwill or Money(0, matter.advice.currency)
    approval = Approval.objects.create(
        issue=matter.issue,
        asked_by=by,
        asked_at=at,
        why=why.strip(),
        proposal=Proposal.of(chosen, extra=extra).to_keep(),
        level=chosen.level,
        amount_minor=chosen.amount.minor if chosen.amount else None,
        currency=matter.advice.currency,
    )
    tell_of_approval(approval, matter, kind="approval.asked")
    return approval


@transaction.atomic
def answer_approval(
    *, approval: Approval, granted: bool, reason: str, by: Member, at: datetime
) -> Decision | None:
    """Grant a request, which makes the decision, or refuse it, which changes nothing.

    NoSuchApproval for whom it is not to answer. Granting makes the decision as it was
    asked for; if the facts now lead elsewhere AnswerChanged, and it goes on waiting.
    """
    asked = queries.approval_for(by, approval.pk)
    matter = matter_of(asked.issue, by=by, at=at)
    asked = Approval.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=asked.pk
    )
    if asked.state != ApprovalState.WAITING:
        raise AlreadyAnswered("the request was answered before")
    if asked.asked_by_id == by.pk:
        raise OwnRequest("nobody answers his own request")
    if not reason.strip():
        raise ReasonNeeded("say why you grant or refuse it")
    option = _as_asked(asked.proposed, matter, by=by) if granted else None
    asked.state = ApprovalState.GRANTED if granted else ApprovalState.REFUSED
    asked.answered_by, asked.answered_at, asked.answer = by, at, reason.strip()
    asked.save(update_fields=["state", "answered_by", "answered_at", "answer"])
    if option is None:
        tell_of_approval(asked, matter, kind="approval.refused")
        return None
    tell_of_approval(asked, matter, kind="approval.granted")
    return decide(
        matter,
        option,
        granted_by=by,
        approval=asked,
        reason=asked.why if asked.proposed.is_exception else "",
    )


def _as_asked(proposal: Proposal, matter: Matter, *, by: Member) -> Option:
    """Return the option that was asked for, if it still is what it was."""
    need_open(matter)
    if proposal.is_exception:
        option = exception_from(matter.advice, proposal.otherwise)
    else:
        advice, extra = matter.advice, proposal.extra
        option = chosen_from(advice, proposal.option, extra, (proposal.seen,))
    if (option.amount, option.goodwill) != (proposal.amount, proposal.goodwill):
        raise AnswerChanged("what is due by right has changed since this was asked")
    # other issues of the case may have taken goodwill since: the level may be higher
    if not reaches_level(role=by.role, level=option.level):
        raise BeyondLimit(option)
    return option
