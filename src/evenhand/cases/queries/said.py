"""What was said in a case and in those merged into it, and who takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch

from evenhand.cases.models import (
    Attachment,
    Case,
    CustomerChange,
    Direction,
    Message,
    Note,
    Participant,
)
from evenhand.cases.queries.merges import family_of, members_of
from evenhand.customers import queries as customers


def thread(case: Case) -> list[Message | Note]:
    """Return messages and notes in the order in which they were said.

    What was said in a case that is merged into this one stands among them; of a mail
    that came to both, the copy in this one alone.
    """
    family = family_of(case)
    messages = (
        Message.objects.filter(case__in=family)
        .select_related("member")
        # may be large; the frame that shows it reads it
        .defer("html")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("pk")))
    )
    notes = Note.objects.filter(case__in=family).select_related("member")
    return sorted(
        [*_once(messages, case=case), *notes],
        key=lambda said: (
            said.said_at if isinstance(said, Message) else said.written_at,
            said.pk,
        ),
    )


def _once(messages: Iterable[Message], *, case: Case) -> Iterator[Message]:
    """Leave out of merged cases what lies word for word in the living one as well."""
    here = {_mail(one) for one in messages if one.case_id == case.pk}
    for one in messages:
        if one.case_id == case.pk or not one.message_id or _mail(one) not in here:
            yield one


def _mail(message: Message) -> tuple[str, str, str]:
    return message.message_id, message.direction, message.text


def participants_of(case: Case) -> list[Participant]:
    """Return the further addresses of the case's mail, each once.

    With those of another customer whose case is merged into it, or whose it was before
    (rows that are not stored): they may be given a copy, and get none by themselves.
    """
    found = [
        *Participant.objects.filter(case__in=family_of(case)).order_by("pk"),
        *_of_other_customers(case),
    ]
    return list({each.address: each for each in reversed(found)}.values())[::-1]


def _of_other_customers(case: Case) -> Iterator[Participant]:
    changes = CustomerChange.objects.filter(case=case).select_related("was")
    others = [
        *((one.customer, one.opened_at) for one in members_of(case)[1:]),
        *((one.was, one.changed_at) for one in changes.order_by("pk")),
    ]
    for customer, since in others:
        address = customers.address_of(customer)
        if address and customer.pk != case.customer_id:
            yield Participant(
                case=case, address=address, name=customer.name, joined_at=since
            )


def writers_of(case: Case) -> list[str]:
    """Return the addresses that wrote to us in a case, the latest first, each once."""
    wrote = Message.objects.filter(
        case__in=family_of(case), direction=Direction.IN, automatic=""
    ).order_by("-said_at", "-pk")
    return [
        each for each in dict.fromkeys(wrote.values_list("sender", flat=True)) if each
    ]
