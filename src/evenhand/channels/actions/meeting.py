"""Let a mail and an answer to it find each other, whichever of them is filed first."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.cases import rules
from evenhand.cases.models import Message
from evenhand.channels.mail.parse import ParsedMail
from evenhand.channels.models import MailId, Placement

# the newest ids of a thread; a reply names its mail among them
MOST_IDS = 10


def hold(mail: ParsedMail) -> None:
    """Lock the ids that a mail has and answers until the transaction ends.

    In one order, so that no two workers wait for each other. Who comes second sees
    what the first has filed.
    """
    ids = sorted({*_answered(mail), *_own(mail)})
    MailId.objects.bulk_create(
        [MailId(mail_id=each) for each in ids], ignore_conflicts=True
    )
    rows = MailId.objects.select_for_update().filter(mail_id__in=ids)
    list(rows.order_by("mail_id").values_list("pk", flat=True))


def answered_by(mail: ParsedMail) -> tuple[str, ...]:
    """Return the cases of what was filed as an answer to this mail, the oldest first."""
    found = (
        Placement.objects.filter(
            delivery__placements__message__in=MailId.objects.filter(
                mail_id__in=list(_own(mail)), awaited_by__isnull=False
            ).values("awaited_by")
        )
        .order_by("message__case_id")
        .values_list("message__case_id", flat=True)
        .distinct()
    )
    return tuple(rules.reference(case) for case in found)


def await_answered(mail: ParsedMail, *, message: Message) -> None:
    """Note for each mail that this one answers and that is not here: it comes late."""
    answered = set(_answered(mail))
    here = Message.objects.filter(message_id__in=answered)
    missing = answered - set(here.values_list("message_id", flat=True))
    MailId.objects.filter(mail_id__in=missing, awaited_by__isnull=True).update(
        awaited_by=message
    )


def _own(mail: ParsedMail) -> Iterator[str]:
    if mail.message_id:
        yield mail.message_id[:255]


def _answered(mail: ParsedMail) -> Iterator[str]:
    for each in (*mail.in_reply_to, *reversed(mail.references))[:MOST_IDS]:
        yield each[:255]
