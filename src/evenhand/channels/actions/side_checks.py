"""What a mail to a third party may not be: to the customer, with a file that is gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import Attachment, Case, SideConversation, SideFile
from evenhand.channels import identity
from evenhand.channels.mail.forwarding import named_in
from evenhand.channels.models import Box, ScanState, Upload
from evenhand.channels.queries.files import scans_of, uploads_among
from evenhand.kernel.addresses import is_address, same_form
from evenhand.staff.models import Member

SIDE_MOST = 10


class NotWritten(Exception):
    """The mail did not leave, and nothing was changed."""


class NothingToSay(NotWritten):
    """It has no words, or a new conversation no subject."""


class NobodyNamed(NotWritten):
    """It names no address, or more than SIDE_MOST of them."""


class NoAddress(NotWritten):
    """What stands in its To cannot be written to; the text is what stands there."""


class OurOwn(NotWritten):
    """It would come back to this desk; the text is the address."""


class ToTheCustomer(NotWritten):
    """An address is one of the case's customer."""


class TellsTheAddress(NotWritten):
    """The words tell a mail address of the customer, and nobody allowed it."""


class NameGone(NotWritten):
    """The team may not write under the name that was chosen; the text is its key."""


class FilesGone(NotWritten):
    """A file that was chosen is no file of this case, or too much was chosen."""


class Infected(NotWritten):
    """The virus scanner found something in a file; the text is its name."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What a member wrote to a third party; `text` leaves as it stands, with a signature.

    `files` are keys of attachments of the case's messages, `uploads` of files that the
    member laid beside it; `token` is the form's own, so that a second press sends
    nothing twice. `name` is the key of the name that it leaves under, None for the one
    by which the third party knows us.
    """

    to: tuple[str, ...]
    text: str
    token: str
    language: str
    subject: str = ""
    files: Collection[int] = ()
    uploads: Collection[int] = ()
    name: int | None = None
    # the customer's own address may stand in the words
    tells_address: bool = False


def box_of(side: SideConversation | None) -> Box:
    """Return beside which mail files lie: the next one there, or one that begins it."""
    return Box(beside=True, side=side)


def checked(
    *, case: Case, aside: Aside, box: Box, by: Member
) -> tuple[tuple[str, ...], list[Attachment | Upload]]:
    """Return to whom the mail goes and with which files; NotWritten where it may not."""
    to = addressed(case=case, to=aside.to)
    if not aside.text.strip():
        raise NothingToSay("text")
    told = named_in(
        f"{aside.subject}\n{aside.text}", known_cases.customer_addresses(case)
    )
    if told and not aside.tells_address:
        raise TellsTheAddress(", ".join(told))
    return to, _chosen(case, aside, box=box, by=by)


def addressed(*, case: Case, to: Collection[str]) -> tuple[str, ...]:
    """Return the addresses, each once; NotWritten where one may not be written to."""
    barred = known_cases.customer_addresses(case)
    people = {same_form(each): each.strip() for each in to if each.strip()}
    if not people or len(people) > SIDE_MOST:
        raise NobodyNamed(str(len(people)))
    for form, address in people.items():
        if not (is_address(address) and address.isascii()):
            raise NoAddress(address)
        if form in barred:
            raise ToTheCustomer(address)
        if identity.is_ours(address):
            raise OurOwn(address)
    return tuple(people.values())


def _chosen(
    case: Case, aside: Aside, *, box: Box, by: Member
) -> list[Attachment | Upload]:
    """Return the files to send along: of the case, then the member's own; else FilesGone."""
    wanted = set(aside.files)
    chosen: list[Attachment | Upload] = [
        one for one in known_cases.attachments_of(case) if one.pk in wanted
    ]
    if aside.uploads:
        chosen += uploads_among(aside.uploads, case=case, member=by, box=box)
    size = sum(one.size for one in chosen)
    asked = len(wanted) + len(set(aside.uploads))
    if len(chosen) != asked or size > settings.FILES_LARGEST:
        raise FilesGone(case.ref)
    for one in chosen:
        refuse_infected(one)
    return chosen


def refuse_infected(file: Attachment | SideFile | Upload) -> None:
    """Let no file out of which the scanner says that it is infected; Infected."""
    scan = scans_of([file.sha256]).get(file.sha256)
    if scan is not None and scan.state == ScanState.INFECTED:
        raise Infected(file.name)


def as_new(file: Attachment) -> cases.NewAttachment:
    """Name a mail that was a file as bytes: no part of a mail may be one in base64."""
    is_mail = file.content_type.startswith("message/")
    return cases.NewAttachment(
        name=file.name,
        content_type="application/octet-stream" if is_mail else file.content_type,
        size=file.size,
        sha256=file.sha256,
    )
