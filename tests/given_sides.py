"""Side conversations, built through the real actions."""

from __future__ import annotations

from datetime import datetime

from evenhand.cases.models import Case, SideConversation, SideMessage
from evenhand.channels import identity
from evenhand.channels.actions import side_mail
from evenhand.channels.mail.addresses import Address
from evenhand.channels.models import Delivery, Outgoing
from tests import given
from tests.given_mail import a_filed, raw_mail

CARRIER = "desk@carrier.example"


def an_aside(
    *,
    to: str = CARRIER,
    text: str = "Where is parcel 4711?",
    form: str = "a-form",
    subject: str = "Parcel 4711",
    files: tuple[int, ...] = (),
    tells_address: bool = False,
) -> side_mail.Aside:
    return side_mail.Aside(
        to=tuple(to.split()),
        subject=subject,
        text=text,
        token=form,
        language="en",
        files=files,
        tells_address=tells_address,
    )


def asked(
    case: Case, aside: side_mail.Aside | None = None, *, at: datetime = given.MONDAY
) -> SideMessage:
    """The first mail of Mei's to a carrier beside the case."""
    return side_mail.begin(
        case=case, aside=aside or an_aside(), by=given.the("mei"), at=at
    )


def sent_as(message: SideMessage) -> Outgoing:
    return Outgoing.objects.get(side_message=message)


def reply_address(side: SideConversation) -> str:
    return identity.side_reply_to(side, author=Address("", "shop@shop.example")).addr


def answered(
    message: SideMessage,
    *,
    text: str = "It was delivered on Friday.",
    sender: str = "Carrier <desk@carrier.example>",
    headers: str = "",
    message_id: str | None = None,
    at: datetime = given.MONDAY,
) -> Delivery:
    """What a mail program sends in answer to that mail, filed."""
    own = f"In-Reply-To: <{message.message_id}>\nReferences: <{message.message_id}>\n"
    return a_filed(
        raw_mail(
            text=text,
            sender=sender,
            to=reply_address(message.side),
            subject=f"Re: {message.subject}",
            headers=own + headers,
            message_id=message_id,
        ),
        at=at,
    )
