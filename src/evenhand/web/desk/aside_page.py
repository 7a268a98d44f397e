"""The page of a side conversation: what was said, what waits, and the form below it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evenhand.cases import queries
from evenhand.cases.models import Attachment, Case, SideConversation, SideMessage
from evenhand.channels import queries as channels
from evenhand.channels.actions import side_mail
from evenhand.channels.actions.side_checks import box_of
from evenhand.channels.actions.side_mail import Leaving
from evenhand.channels.models import HeldAside, Outgoing, Upload
from evenhand.channels.queries import waiting
from evenhand.channels.queries.files import reserved, scans_of, uploads_of
from evenhand.channels.senders import Sender, side_senders_of
from evenhand.replies.copies import Added, shown
from evenhand.replies.rules import Recipients, times_to_leave
from evenhand.staff.models import Member
from evenhand.staff.requests import StaffRequest
from evenhand.web.desk.aside_form import Wanted, name_in, said_in
from evenhand.web.desk.context import ShownFile, shown_file


@dataclass(frozen=True, slots=True)
class SaidAside:
    """One mail of a side conversation as its page shows it."""

    message: SideMessage
    state: Outgoing | None
    files: tuple[ShownFile, ...]
    sender: Sender | None
    # the key of the mail as it came
    delivery: int | None


def show(
    request: StaffRequest,
    case: Case,
    side: SideConversation | None,
    wanted: Wanted,
    *,
    leaving: Leaving | None = None,
    fault: str = "",
) -> HttpResponse:
    """Answer the whole page, with the form as it was sent and what is wrong with it."""
    member, box = request.user, box_of(side)
    context = {
        **thread(side, member=member),
        "case": case,
        "side": side,
        "back": waiting.brought_back(case, side, member=member),
        "wanted": wanted,
        "leaving": leaving,
        "reached": _reached(case, leaving),
        "fault": fault,
        "names": side_mail.names_for(case=case, side=side, chosen=name_in(wanted)),
        "said": said_in(case),
        "along": queries.attachments_of(case),
        "files": uploads_of(case, member=member, box=box),
        "known": queries.earlier_third_parties(case),
        "times": times_to_leave(timezone.now(), case.team.schedule),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return render(request, "desk/aside.html", context, status=status)


def thread(side: SideConversation | None, *, member: Member) -> dict[str, Any]:
    """Return what `desk/_aside_thread.html` reads, in the order in which it was said."""
    if side is None:
        return {"thread": [], "held": None}
    held = waiting.aside_held_in(side)
    return {
        "side": side,
        "case": side.case,
        "thread": _said(side, member=member),
        "held": held,
        "held_files": files_of(held) if held else (),
        "back": waiting.brought_back(side.case, side, member=member),
    }


def files_of(held: HeldAside) -> list[Attachment | Upload]:
    """Return the files that go with a mail which waits: of the case, then its own."""
    chosen = set(held.choices["files"])
    along = [one for one in queries.attachments_of(held.case) if one.pk in chosen]
    return [*along, *reserved(held.token, box=box_of(held.side))]


def _reached(case: Case, leaving: Leaving | None) -> tuple[Added, ...]:
    """Return what one should know of each address that the mail would go to."""
    if leaving is None:
        return ()
    return shown(case, leaving.to, reach=Recipients(to=(), others=()))


def _said(side: SideConversation, *, member: Member) -> list[SaidAside]:
    said = queries.said_in(side)
    states = channels.side_states_of(said)
    deliveries = channels.deliveries_of(said)
    parties = [one.address for one in side.parties.all() if one.written_to]
    senders = side_senders_of(said, known=parties)
    scans = scans_of([file.sha256 for one in said for file in one.files.all()])
    return [
        SaidAside(
            message=one,
            state=states.get(one.pk),
            files=tuple(
                shown_file(file, scans=scans, member=member) for file in one.files.all()
            ),
            sender=senders.get(one.pk),
            delivery=deliveries.get(one.pk),
        )
        for one in said
    ]
