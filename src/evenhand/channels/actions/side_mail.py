"""Write to a third party beside a case: checked, on its way, and never to the customer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import (
    Attachment,
    Case,
    SideConversation,
    SideFile,
    SideMessage,
)
from evenhand.channels import blobs, identity
from evenhand.channels.actions import uploads
from evenhand.channels.actions.delivering import send_soon, tell
from evenhand.channels.actions.outbox import name_recipients, signed_off
from evenhand.channels.attached import side_parts_of
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.forwarding import named_in
from evenhand.channels.mail.render import Letter, render
from evenhand.channels.models import Outgoing, ReplyPolicy, ScanState, Upload
from evenhand.channels.queries.files import scans_of
from evenhand.channels.queries.sending import identity_of
from evenhand.channels.signing import signed
from evenhand.kernel.addresses import is_address, same_form
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member

CHANNEL = "mail"
SIDE_MOST = 10
# enough of a file to tell its type
HEAD = 64


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


class FilesGone(NotWritten):
    """A file that was chosen is no file of this case, or too much was chosen."""


class Infected(NotWritten):
    """The virus scanner found something in a file; the text is its name."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What a member wrote to a third party; `text` leaves as it stands, with a signature.

    `files` are keys of attachments of the case's messages; `token` is the form's own, so that a
    second press sends nothing twice.
    """

    to: tuple[str, ...]
    text: str
    token: str
    language: str
    subject: str = ""
    files: Collection[int] = ()
    # the customer's own address may stand in the words
    tells_address: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """All that the third party will see of a mail, and what its writer should notice.

    `meets` are recipients who take part in the conversation with the customer as well.
    """

    author: Address
    to: tuple[str, ...]
    subject: str
    text: str
    files: tuple[Attachment, ...]
    meets: tuple[str, ...]


@transaction.atomic
def begin(*, case: Case, aside: Aside, by: Member, at: datetime) -> SideMessage:
    """Open a side conversation with its first mail; NotWritten or CaseMerged if not."""
    case = known_cases.locked_case(case)
    already = known_cases.side_sent_with(aside.token)
    if already is not None:
        return already
    if not aside.subject.strip():
        raise NothingToSay("subject")
    side = cases.open_side(
        case=case, subject=aside.subject, language=aside.language, by=by, at=at
    )
    return _write(side=side, case=case, aside=aside, by=by, at=at)


@transaction.atomic
def go_on(
    *, side: SideConversation, aside: Aside, by: Member, at: datetime
) -> SideMessage:
    """Write a further mail in a side conversation; NotWritten where it cannot leave."""
    case = known_cases.locked_case(side.case)
    already = known_cases.side_sent_with(aside.token)
    if already is not None:
        return already
    return _write(side=side, case=case, aside=aside, by=by, at=at)


def _write(
    *, side: SideConversation, case: Case, aside: Aside, by: Member, at: datetime
) -> SideMessage:
    to, chosen = _checked(case, aside)
    said = cases.Said(
        text=aside.text.strip(),
        channel=CHANNEL,
        subject=side.subject,
        language=aside.language,
        attachments=[_as_new(one) for one in chosen],
    )
    message = cases.write_aside(
        side=side, said=said, to=to, token=aside.token, by=by, at=at
    )
    queue_aside(message=message, to=to, at=at)
    return message


def as_it_leaves(
    *, case: Case, aside: Aside, side: SideConversation | None = None
) -> Leaving:
    """Return what would leave, letter by letter; NotWritten where it would not."""
    to, chosen = _checked(case, aside)
    subject = aside.subject.strip()
    if side is not None:
        subject = _subject(side, answers=bool(known_cases.side_ids(side)))
    if not subject:
        raise NothingToSay("subject")
    own = identity_of(case.team)
    present = {same_form(each.address) for each in known_cases.participants_of(case)}
    return Leaving(
        author=identity.sender(case.team, identity=own),
        to=to,
        subject=one_line(subject, most=300),
        text=signed_off(aside.text.strip(), own=own, language=aside.language),
        files=tuple(chosen),
        meets=tuple(each for each in to if same_form(each) in present),
    )


def _checked(case: Case, aside: Aside) -> tuple[tuple[str, ...], list[Attachment]]:
    to = addressed(case=case, to=aside.to)
    if not aside.text.strip():
        raise NothingToSay("text")
    told = named_in(
        f"{aside.subject}\n{aside.text}", known_cases.customer_addresses(case)
    )
    if told and not aside.tells_address:
        raise TellsTheAddress(", ".join(told))
    return to, _chosen(case, aside.files)


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


def _chosen(case: Case, keys: Collection[int]) -> list[Attachment]:
    """Return the files to send along, which all lie in the case; FilesGone if not."""
    known = known_cases.attachments_of(case)
    chosen = [one for one in known if one.pk in set(keys)]
    size = sum(one.size for one in chosen)
    if len(chosen) != len(set(keys)) or size > settings.FILES_LARGEST:
        raise FilesGone(case.ref)
    for one in chosen:
        _refuse_infected(one)
    return chosen


def _refuse_infected(file: Attachment | SideFile) -> None:
    scan = scans_of([file.sha256]).get(file.sha256)
    if scan is not None and scan.state == ScanState.INFECTED:
        raise Infected(file.name)


def _as_new(file: Attachment) -> cases.NewAttachment:
    """Name a mail that was a file as bytes: no part of a mail may be one in base64."""
    is_mail = file.content_type.startswith("message/")
    return cases.NewAttachment(
        name=file.name,
        content_type="application/octet-stream" if is_mail else file.content_type,
        size=file.size,
        sha256=file.sha256,
    )


@transaction.atomic
def queue_aside(*, message: SideMessage, to: Collection[str], at: datetime) -> Outgoing:
    """Put a mail of a side conversation on its way, inside the caller's transaction.

    It takes a `SideMessage`: what was said with the customer is no such thing.
    """
    case = message.side.case
    own = identity_of(case.team)
    letter = letter_of(message, to=to, at=at)
    server = own.server if own else None
    outgoing = Outgoing.objects.create(
        side_message=message,
        mail_id=letter.message_id,
        envelope_from=letter.author.addr,
        recipients=[*to],
        subject=letter.subject[:500],
        queued_at=at,
        server=server,
        raw=signed(render(letter), server=server, domain=letter.author.domain),
    )
    name_recipients(outgoing, to=[*to], at=at)
    message.message_id = letter.message_id
    message.subject = letter.subject[:500]
    message.save(update_fields=["message_id", "subject"])
    send_soon(outgoing)
    if message.member is not None:
        tell(outgoing, kind="mail.queued", by=message.member.as_actor, at=at)
    return outgoing


def letter_of(message: SideMessage, *, to: Collection[str], at: datetime) -> Letter:
    """Return the mail with the thread of its own conversation, and nothing of the case."""
    side = message.side
    own = identity_of(side.case.team)
    author = identity.sender(side.case.team, identity=own)
    mail_id = identity.new_side_id(side)
    earlier = known_cases.side_ids(side)
    plain = own is not None and own.reply_policy == ReplyPolicy.PLAIN
    return Letter(
        author=author,
        reply_to=identity.side_reply_to(side, author=author, plain=plain),
        to=tuple(Address("", address) for address in to),
        subject=_subject(side, answers=bool(earlier)),
        text=signed_off(message.text, own=own, language=message.language),
        message_id=mail_id,
        in_reply_to=known_cases.side_answered_id(side),
        references=tuple(earlier),
        language=message.language,
        files=side_parts_of(message),
        loop_mark=identity.mail_mark(mail_id),
        at=at,
    )


def _subject(side: SideConversation, *, answers: bool) -> str:
    begins = not answers or side.subject.lower().startswith("re:")
    return side.subject if begins else f"Re: {side.subject}"


@transaction.atomic
def take_over(*, file: SideFile, by: Member, at: datetime) -> Upload:
    """Lay a file of a third party beside the member's answer to the customer, by hand.

    Infected where the scanner found something, FilesGone where its bytes are not
    there, FileRefused where a limit of answers is passed.
    """
    _refuse_infected(file)
    try:
        with blobs.open_blob(file.sha256) as stored:
            head = stored.read(HEAD)
    except (FileNotFoundError, blobs.StoreDown) as error:
        raise FilesGone(file.name) from error
    side = file.message.side
    upload = uploads.add(
        case=side.case.merged_into or side.case,
        file=uploads.Arrived(file.name, file.size, file.sha256, head),
        by=by,
        at=at,
    )
    ledger.record(
        kind="side.file_taken",
        subject=f"side_file:{file.pk}",
        matter=side.case.as_matter,
        by=by.as_actor,
        at=at,
        data={"side": side.pk, "name": file.name},
    )
    return upload
