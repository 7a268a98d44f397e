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
    # one statement adds the rows and locks those that were here: an update, even to
    # what it was, waits for whoever updated before
    MailId.objects.bulk_create(
        [MailId(mail_id=each) for each in ids],
        update_conflicts=True,
        unique_fields=["mail_id"],
        update_fields=["mail_id"],
    )


def answered_by(mail: ParsedMail) -> tuple[str, ...]:
    """Return the cases of what was filed as an answer to this mail, the oldest first."""
    awaited = list(
        MailId.objects.filter(
            mail_id__in=list(_own(mail)), awaited_by__isnull=False
        ).values_list("awaited_by", flat=True)
    )
    if not awaited:
        return ()
    found = (
        Placement.objects.filter(delivery__placements__message__in=awaited)
        .order_by("message__case_id")
        .values_list("message__case_id", flat=True)
        .distinct()
    )
    return tuple(rules.reference(case) for case in found)


def await_answered(mail: ParsedMail, *, message: Message) -> None:
    """Note for each mail that this one answers and that is not here: it comes late."""
    answered = set(_answered(mail))
    if not answered:
        return
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
