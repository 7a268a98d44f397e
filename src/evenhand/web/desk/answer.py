"""Send an answer from the case's page, or show the page again with what holds it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from evenhand.cases import queries as cases
from evenhand.cases.actions import CaseClosed, CaseMerged
from evenhand.cases.models import Case
from evenhand.channels.actions import uploads
from evenhand.channels.queries.files import uploads_of
from evenhand.channels.uploading import takes_files
from evenhand.promises.actions import DueInThePast
from evenhand.replies.actions import drafts, holding, sending
from evenhand.replies.composer import Offered, Written, chosen, offered, unseen
from evenhand.replies.forms import LONGEST_TEXT, written_in
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk import case as pages
from evenhand.web.desk.copying import why_not, with_new_copy
from evenhand.web.desk.files import keep_files
from evenhand.web.desk.held import NOT_AHEAD, chosen_time
from evenhand.web.desk.verbs import back_to
from evenhand.web.errors import MERGED

NO_TOKEN = _("This form is incomplete. Please send it again.")
# Why an answer did not leave.
REFUSALS: dict[type[Exception], str | Promise] = {
    sending.Blocked: _("Not sent: the checks below block it."),
    sending.Unconfirmed: _("Not sent yet: mend what is marked, or confirm it."),
    sending.NothingToSend: _("There is nothing to send yet."),
    sending.NobodyToSendTo: _("No mail address of the customer is known."),
    sending.Redirects: _(
        "Not sent: the case has another customer now. Confirm who will receive it."
    ),
    sending.NameGone: _(
        "Not sent: the name that you wrote under is no longer offered. Look at who writes, and send."
    ),
    sending.UndatedPromise: _("A promise needs a day: say by when in the text."),
    sending.FormOfAnotherCase: NO_TOKEN,
    holding.AlreadyHeld: _(
        "Not sent: an answer of this case waits to leave. Take it back or let it leave first."
    ),
    holding.NotAhead: NOT_AHEAD,
    uploads.FileGone: _("Not sent: a file beside the answer is gone. Look again."),
    uploads.FileInfected: _(
        "Not sent: the virus scanner found something in a file. Remove it."
    ),
    CaseMerged: MERGED,
    CaseClosed: _("The case is closed. Open it again first."),
    DueInThePast: _("A promise is dated in the past. Correct the day."),
}
# Those that no longer hold once the text is mended.
OF_CHECKS = (sending.Blocked, sending.Unconfirmed)
# A row's key as a form sends it: no longer than a column holds.
_KEY = re.compile(r"[0-9]{1,18}")
TOO_LONG = _("Not sent: an answer has room for 100,000 characters. Shorten it.")
LOOK_FIRST = _(
    "Not sent yet: an address was added. Look at who receives your answer, and send."
)
UNSEEN = _("Your answer makes a promise. Say whether to keep it as one, and send.")


@takes_files
@require_POST
def send(request: StaffRequest, ref: str) -> HttpResponse:
    """Send the answer once; a refused one is shown with every word still in its place."""
    case, at = cases.case_for(request.user, ref), timezone.now()
    posted, refused = _with_files(request, case)
    written, not_added = with_new_copy(case, posted)
    if posted.new_copy.strip():
        refused.append(not_added or str(LOOK_FIRST))
    promised = offered(case, written=written, at=at)
    fault = " ".join(refused) or _not_yet(request, promised, written)
    if not fault:
        try:
            answer = _answer(promised, written)
            anchor = _sent(request, case, answer, later=written.later, at=at)
        except sending.NotCopied as refusal:
            fault = why_not(refusal.__cause__ or refusal)
        except tuple(REFUSALS) as refusal:
            fault = REFUSALS[type(refusal)]
            written = replace(written, refused=isinstance(refusal, OF_CHECKS))
        else:
            return back_to(case, anchor=anchor)
    return pages.show(
        request,
        case,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        written=written,
        fault=str(fault),
    )


def _not_yet(
    request: StaffRequest, promised: Sequence[Offered], written: Written
) -> str | Promise:
    """Say what of the form keeps the answer from being sent; "" for nothing."""
    if not written.token:
        return NO_TOKEN
    if len(request.POST.get("text", "")) > LONGEST_TEXT:
        return TOO_LONG
    return UNSEEN if unseen(promised, written=written) else ""


@takes_files
@require_POST
def add_copy(request: StaffRequest, ref: str) -> HttpResponse:
    """Let the answer go to one more address; the box stands as it was, with it."""
    case, at = cases.case_for(request.user, ref), timezone.now()
    posted, refused = _with_files(request, case)
    written, not_added = with_new_copy(case, posted)
    if written.mode != "note" and written.added != posted.added:
        drafts.save_draft(
            case=case,
            text=written.text,
            added=written.added,
            name=written.name_key,
            by=request.user,
            at=at,
        )
    fault = " ".join(filter(None, [*refused, not_added]))
    return pages.show(
        request,
        case,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        written=written,
        fault=fault,
    )


def _sent(
    request: StaffRequest,
    case: Case,
    answer: sending.Answer,
    *,
    later: bool,
    at: datetime,
) -> str:
    """Send the answer, or let it wait as long as was asked; return where it is shown."""
    undo = timedelta(seconds=settings.UNDO_SECONDS)
    if not later and not undo:
        message = sending.send(case=case, answer=answer, by=request.user, at=at)
        return f"message-{message.pk}"
    held = holding.hold(
        case=case,
        answer=answer,
        by=request.user,
        at=at,
        leave_at=chosen_time(request.POST) if later else at + undo,
        later=later,
    )
    return f"held-{held.pk}"


def _with_files(request: StaffRequest, case: Case) -> tuple[Written, list[str]]:
    """Keep files that were chosen without a script, and let the answer take them along.

    Return what was written, and a sentence for each file that could not be kept.
    """
    before = {one.pk for one in uploads_of(case, member=request.user)}
    refused = keep_files(request, case)
    written = written_in(request.POST)
    new = {one.pk for one in uploads_of(case, member=request.user)} - before
    return replace(written, file=written.file | set(map(str, new))), refused


def _answer(promised: Sequence[Offered], written: Written) -> sending.Answer:
    return sending.Answer(
        text=written.text,
        token=written.token,
        confirmed=written.confirmed,
        override_reason=written.override_reason,
        promises=chosen(promised),
        admits={int(key) for key in written.admit if _KEY.fullmatch(key)},
        cc=written.cc,
        added=written.added,
        files={int(key) for key in written.file if _KEY.fullmatch(key)},
        then_close=written.then_close,
        name=written.name_key,
    )
