"""What was said in a case and in those merged into it, and who takes part."""

from __future__ import annotations

from django.db.models import Prefetch

from evenhand.cases.models import Attachment, Case, Message, Note, Participant


def thread(case: Case) -> list[Message | Note]:
    """Return messages and notes in the order in which they were said."""
    messages = case.messages.select_related("member").prefetch_related(
        Prefetch("attachments", Attachment.objects.order_by("pk"))
    )
    notes = case.notes.select_related("member")
    return sorted(
        [*messages, *notes],
        key=lambda said: (
            said.said_at if isinstance(said, Message) else said.written_at,
            said.pk,
        ),
    )


def participants_of(case: Case) -> list[Participant]:
    """Return the further addresses of the case's mail."""
    return list(case.participants.order_by("pk"))
