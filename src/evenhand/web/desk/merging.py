"""Merge a case, split messages off it, and undo both: a page that says what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.cases import actions
from evenhand.cases import queries as cases
from evenhand.cases.models import Case, Direction, Message
from evenhand.channels import queries as channels
from evenhand.promises import queries as promises
from evenhand.replies import queries as replies
from evenhand.staff.models import Member
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.verbs import back_to

LONGEST_WORDS = 200
# Why nothing was merged, split or undone.
REFUSALS: dict[type[Exception], str | Promise] = {
    actions.IntoItself: _("That is this very case. Choose another."),
    actions.MergedAlready: _(
        "One of the two is merged already; somebody may have been faster."
    ),
    actions.CaseMerged: _("The case is merged already; somebody may have been faster."),
    actions.PartedAlready: _("This was undone already; somebody may have been faster."),
    actions.UndoneAlready: _("This was undone already; somebody may have been faster."),
    actions.EndOfSplit: _(
        "The split was undone. Split the messages off again instead."
    ),
    actions.SplitFurther: _(
        "Messages of it were split off once more. Undo that split first."
    ),
    actions.MergedMeanwhile: _(
        "One of the two was merged since. Undo that merge first."
    ),
    actions.NotChosen: _("Choose the messages that are a matter of their own."),
    actions.EverythingChosen: _("At least one message stays in this case."),
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows if a case is merged into this one."""

    into: Case
    other_team: bool
    other_customer: bool
    opens: bool
    promises: int
    on_the_way: int
    is_held: bool
    has_draft: bool


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: StaffRequest, ref: str) -> HttpResponse:
    """Choose the case to merge into, see what follows, and merge."""
    case = cases.case_for(request.user, ref)
    if request.method != "POST":
        return _merge_page(request, case)
    into = _case_named(request.user, request.POST.get("into", ""))
    if into is None:
        return _merge_page(request, case, fault=_("There is no such case here."))
    try:
        actions.merge(case=case, into=into, by=request.user, at=timezone.now())
    except (actions.NotMerged, actions.CaseMerged) as refusal:
        return _merge_page(request, case, fault=REFUSALS[type(refusal)])
    return back_to(into, anchor="head")


@require_POST
def unmerge(request: StaffRequest, ref: str) -> HttpResponse:
    """Let a merged case live by itself again; both must be the member's to see."""
    case = cases.case_for(request.user, ref)
    made = cases.live_merge_of(case)
    if made is None:
        return _not_undone(request, case, REFUSALS[actions.PartedAlready])
    cases.case_for(request.user, case.home_ref)
    try:
        parted = actions.undo_merge(merge=made, by=request.user, at=timezone.now())
    except actions.NotMerged as refusal:
        return _not_undone(request, case, REFUSALS[type(refusal)])
    return back_to(parted, anchor="head")


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: StaffRequest, ref: str) -> HttpResponse:
    """Choose messages that are a matter of their own, and open a case with them."""
    case = cases.case_for(request.user, ref)
    if request.method != "POST":
        return _split_page(request, case)
    chosen = [key for key in request.POST.getlist("message") if _is_key(key)]
    subject = request.POST.get("subject", "")
    try:
        made = actions.split(
            case=case,
            messages=[int(key) for key in chosen],
            subject=subject,
            by=request.user,
            at=timezone.now(),
        )
    except (actions.NotSplit, actions.CaseMerged) as refusal:
        return _split_page(
            request,
            case,
            fault=REFUSALS[type(refusal)],
            chosen=chosen,
            subject=subject,
        )
    return back_to(made.into, anchor="head")


@require_POST
def unsplit(request: StaffRequest, ref: str) -> HttpResponse:
    """Put the messages of a case that was split off back where they lay."""
    case = cases.case_for(request.user, ref)
    made = cases.split_of(case)
    if made is None:
        return _not_undone(request, case, REFUSALS[actions.UndoneAlready])
    cases.case_for(request.user, made.case.ref)
    try:
        old = actions.undo_split(split=made, by=request.user, at=timezone.now())
    except actions.NotSplit as refusal:
        return _not_undone(request, case, REFUSALS[type(refusal)])
    return back_to(old, anchor="head")


def _merge_page(
    request: StaffRequest, case: Case, *, fault: str | Promise = ""
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    named = request.POST.get("into") or request.GET.get("into", "")
    into = _case_named(request.user, named)
    if into is not None and into.pk == case.pk:
        into = None
    shown = {
        "case": case,
        "q": words,
        "fault": fault,
        "outlook": _outlook(case, into, member=request.user) if into else None,
        "found": cases.merge_candidates(request.user, case=case, words=words),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return render(request, "desk/merge.html", shown, status=status)


def _outlook(case: Case, into: Case, *, member: Member) -> Outlook:
    said = [one for one in cases.thread(case) if isinstance(one, Message)]
    states = channels.states_of(said).values()
    return Outlook(
        into=into,
        other_team=case.team_id != into.team_id,
        other_customer=case.customer_id != into.customer_id,
        opens=into.closed_at is not None and case.closed_at is None,
        promises=len(promises.open_on(case)),
        on_the_way=sum(one.is_awaited for one in states),
        is_held=replies.held_in(case) is not None,
        has_draft=bool(replies.draft_of(case, member=member)),
    )


def _split_page(
    request: StaffRequest,
    case: Case,
    *,
    fault: str | Promise = "",
    chosen: Sequence[str] = (),
    subject: str = "",
) -> HttpResponse:
    asked = request.GET.get("message", "")
    shown = {
        "case": case,
        "said": [
            one
            for one in cases.thread(case)
            if isinstance(one, Message)
            and (one.direction == Direction.IN or one.member_id is not None)
        ],
        "chosen": {int(key) for key in (*chosen, asked) if _is_key(key)},
        "subject": subject,
        "open_promises": promises.open_on(case),
        "fault": fault,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return render(request, "desk/split.html", shown, status=status)


def _not_undone(
    request: StaffRequest, case: Case, reason: str | Promise
) -> HttpResponse:
    shown = {"case": case, "reason": reason}
    return render(request, "409.html", shown, status=HTTPStatus.CONFLICT)


def _case_named(member: Member, ref: str) -> Case | None:
    """Return the case of a number, or of a link to its page, that the member may see."""
    try:
        return cases.case_for(member, ref.strip().rstrip("/").rpartition("/")[2])
    except cases.NoSuchCase:
        return None


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
