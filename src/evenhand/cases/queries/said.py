"""What was said in a case and in those merged into it, and who takes part."""

from __future__ import annotations

from django.db.models import Prefetch

from evenhand.cases.models import Attachment, Case, Message, Note, Participant
from evenhand.cases.queries.merges import family_of


def thread(case: Case) -> list[Message | Note]:
    """Return messages and notes in the order in which they were said.

    What was said in a case that is merged into this one stands among them.
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
        [*messages, *notes],
        key=lambda said: (
            said.said_at if isinstance(said, Message) else said.written_at,
            said.pk,
        ),
    )


def participants_of(case: Case) -> list[Participant]:
    """Return the further addresses of the case's mail, each once."""
    found = Participant.objects.filter(case__in=family_of(case)).order_by("pk")
    return list({each.address: each for each in reversed(found)}.values())[::-1]
