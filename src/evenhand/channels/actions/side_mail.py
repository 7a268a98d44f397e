"""Write to a third party beside a case: checked, on its way, and never to the customer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

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
from evenhand.channels import blobs, identity, queries
from evenhand.channels.actions import uploads
from evenhand.channels.actions.delivering import send_soon, tell
from evenhand.channels.actions.outbox import name_of, name_recipients, signed_off
from evenhand.channels.actions.side_checks import (
    Aside,
    FilesGone,
    Infected,
    NameGone,
    NoAddress,
    NobodyNamed,
    NothingToSay,
    NotWritten,
    OurOwn,
    TellsTheAddress,
    ToTheCustomer,
    addressed,
    as_new,
    box_of,
    checked,
    refuse_infected,
)
from evenhand.channels.attached import side_parts_of
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.render import Letter, render
from evenhand.channels.mail.replying import Threading, answering
from evenhand.channels.models import (
    Box,
    Outgoing,
    ReplyPolicy,
    SendingIdentity,
    Upload,
)
from evenhand.channels.names import NotOffered
from evenhand.channels.queries.sending import identities_of
from evenhand.channels.signing import signed
from evenhand.kernel.addresses import same_form
from evenhand.kernel.text import one_line
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Member

__all__ = [
    "Aside",
    "FilesGone",
    "Infected",
    "NameGone",
    "NoAddress",
    "NobodyNamed",
    "NotWritten",
    "NothingToSay",
    "OurOwn",
    "TellsTheAddress",
    "ToTheCustomer",
    "addressed",
]

CHANNEL = "mail"
# enough of a file to tell its type
HEAD = 64


@dataclass(frozen=True, slots=True)
class Leaving:
    """All that the third party will see of a mail, and what its writer should notice.

    `meets` are recipients who take part in the conversation with the customer as well.
    """

    author: Address
    to: tuple[str, ...]
    subject: str
    text: str
    files: tuple[Attachment | Upload, ...]
    meets: tuple[str, ...]

    @property
    def seal(self) -> str:
        """A word for all that leaves; another letter of it gives another one."""
        files = [(one.pk, one.name, one.sha256) for one in self.files]
        told = [str(self.author), self.to, self.subject, self.text, files]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


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
    return _write(side=side, case=case, aside=aside, box=box_of(None), by=by, at=at)


@transaction.atomic
def go_on(
    *, side: SideConversation, aside: Aside, by: Member, at: datetime
) -> SideMessage:
    """Write a further mail in a side conversation; NotWritten where it cannot leave."""
    case = known_cases.locked_case(side.case)
    already = known_cases.side_sent_with(aside.token)
    if already is not None:
        return already
    box = box_of(side)
    return _write(side=side, case=case, aside=aside, box=box, by=by, at=at)


def send(
    *,
    case: Case,
    side: SideConversation | None,
    aside: Aside,
    by: Member,
    at: datetime,
) -> SideMessage:
    """Write on in the side conversation, or open one where there is none yet."""
    if side is None:
        return begin(case=case, aside=aside, by=by, at=at)
    return go_on(side=side, aside=aside, by=by, at=at)


def _write(
    *,
    side: SideConversation,
    case: Case,
    aside: Aside,
    box: Box,
    by: Member,
    at: datetime,
) -> SideMessage:
    to, chosen = checked(case=case, aside=aside, box=box, by=by)
    try:
        taken = uploads.take(case=case, keys=aside.uploads, by=by, box=box)
    except uploads.FileRefused as refusal:
        raise FilesGone(case.ref) from refusal
    said = cases.Said(
        text=aside.text.strip(),
        channel=CHANNEL,
        subject=side.subject,
        language=aside.language,
        attachments=[
            *(as_new(one) for one in chosen if isinstance(one, Attachment)),
            *taken,
        ],
    )
    message = cases.write_aside(
        side=side, said=said, to=to, token=aside.token, by=by, at=at
    )
    queue_aside(message=message, to=to, at=at, name=aside.name)
    return message


def as_it_leaves(
    *, case: Case, aside: Aside, by: Member, side: SideConversation | None = None
) -> Leaving:
    """Return what would leave, letter by letter; NotWritten where it would not."""
    to, chosen = checked(case=case, aside=aside, box=box_of(side), by=by)
    subject, talk = aside.subject.strip(), _talk(case, side)
    if side is not None:
        subject = _threading(side, talk=talk, mail_id="", at=side.opened_at).subject
    if not subject:
        raise NothingToSay("subject")
    own = _named(case, aside.name, talk=talk)
    present = {same_form(each.address) for each in known_cases.participants_of(case)}
    return Leaving(
        author=identity.sender(case.team, identity=own),
        to=to,
        subject=one_line(subject, most=300),
        text=signed_off(aside.text.strip(), own=own, language=aside.language),
        files=tuple(chosen),
        meets=tuple(each for each in to if same_form(each) in present),
    )


def names_for(
    *, case: Case, side: SideConversation | None, chosen: int | None
) -> dict[int | None, tuple[Address, bool]]:
    """Return key -> name and address that a mail may leave under, and if it does so.

    One without a key where the settings alone say who writes. Without a choice, or with
    one that is gone, it is the name by which the third party knows us.
    """
    offered = identities_of(case.team)
    if chosen not in {one.pk for one in offered}:
        own = name_of(case.team, chosen=None, conversation=_talk(case, side))
        chosen = own.pk if own else None
    if not offered:
        return {None: (identity.sender(case.team, identity=None), True)}
    return {
        one.pk: (identity.sender(case.team, identity=one), one.pk == chosen)
        for one in offered
    }


def _named(
    case: Case, chosen: int | None, *, talk: queries.Conversation
) -> SendingIdentity | None:
    try:
        return name_of(case.team, chosen=chosen, conversation=talk)
    except NotOffered as gone:
        raise NameGone(str(chosen)) from gone


@transaction.atomic
def queue_aside(
    *,
    message: SideMessage,
    to: Collection[str],
    at: datetime,
    name: int | None = None,
) -> Outgoing:
    """Put a mail of a side conversation on its way, inside the caller's transaction.

    It takes a `SideMessage`: what was said with the customer is no such thing.
    """
    side = message.side
    talk = _talk(side.case, side)
    own = _named(side.case, name, talk=talk)
    letter = letter_of(message, talk=talk, own=own, to=to, at=at)
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


def letter_of(
    message: SideMessage,
    *,
    talk: queries.Conversation,
    own: SendingIdentity | None,
    to: Collection[str],
    at: datetime,
) -> Letter:
    """Return the mail with the thread of its own conversation, and nothing of the case."""
    side = message.side
    author = identity.sender(side.case.team, identity=own)
    mail_id = identity.new_side_id(side)
    plain = own is not None and own.reply_policy == ReplyPolicy.PLAIN
    head = _threading(side, talk=talk, mail_id=mail_id, at=at)
    return Letter(
        author=author,
        reply_to=identity.side_reply_to(side, author=author, plain=plain),
        to=tuple(Address("", address) for address in to),
        subject=head.subject,
        text=signed_off(message.text, own=own, language=message.language),
        message_id=mail_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        topic=head.topic,
        index=head.index,
        language=message.language,
        files=side_parts_of(message),
        loop_mark=identity.mail_mark(mail_id),
        at=at,
    )


def _talk(case: Case, side: SideConversation | None) -> queries.Conversation:
    """Return what a mail beside the case answers, and by which address we are known.

    A first one leaves from where an answer to the customer would; nothing else of the
    conversation with them is in it.
    """
    found = queries.side_conversation_of(side) if side else queries.Conversation()
    if found.answered is not None:
        return found
    return queries.Conversation(ours=queries.conversation_of(case).ours)


def _threading(
    side: SideConversation, *, talk: queries.Conversation, mail_id: str, at: datetime
) -> Threading:
    return answering(
        talk.answered,
        subject=side.subject,
        earlier=talk.earlier,
        message_id=mail_id,
        at=at,
    )


@transaction.atomic
def take_over(*, file: SideFile, by: Member, at: datetime) -> Upload:
    """Lay a file of a third party beside the member's answer to the customer, by hand.

    Infected where the scanner found something, FilesGone where its bytes are not
    there, FileRefused where a limit of answers is passed.
    """
    refuse_infected(file)
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
