"""Mails filed with one commit lie where they would lie if each were filed alone."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from evenhand.channels.models import Delivery, DeliveryState
from evenhand.jobs.models import Job, State
from evenhand.jobs.worker import Worker
from tests.given_mail import a_delivery, raw_mail

WRITERS = ("mei", "jun", "ada")


def a_mail(number: int, answers: int | None, *, spoilt: bool) -> bytes:
    """One of a conversation, whose mails are all from one writer."""
    root = number if answers is None else answers
    raw = raw_mail(
        message_id=f"{number}@mail.example",
        headers="" if answers is None else f"In-Reply-To: <{answers}@mail.example>\n",
        subject=f"Parcel {root % 3}",
        sender=f"{WRITERS[root % 3]}@mail.example",
        text=f"Letter {number}.",
    )
    return b"\0" * (number + 1) if spoilt else raw


def where_they_lie() -> dict[str, tuple[str, str, frozenset[str]]]:
    """Return Message-ID -> why it is there, and which mails share its case."""
    filed = Delivery.objects.filter(state=DeliveryState.FILED)
    found = [one.message for one in filed.select_related("message") if one.message]
    return {
        each.message_id: (
            each.joined_by,
            each.sender,
            frozenset(
                other.message_id for other in found if other.case_id == each.case_id
            ),
        )
        for each in found
    }


@st.composite
def corpora(draw: st.DrawFn) -> list[bytes]:
    """Conversations of a few mails, in any order, some of them beyond reading."""
    roots = draw(st.integers(1, 4))
    answers = draw(st.lists(st.integers(0, roots - 1), max_size=6))
    spoilt = draw(st.sets(st.integers(0, roots + len(answers) - 1), max_size=2))
    whole: list[int | None] = [*[None] * roots, *answers]
    mails = [
        a_mail(number, root, spoilt=number in spoilt)
        for number, root in enumerate(whole)
    ]
    return draw(st.permutations(mails))


def filed(corpus: list[bytes], *, together: bool) -> dict[str, object]:
    """File the corpus by a worker on an empty desk; return where all of it lies."""
    with transaction.atomic():
        for raw in corpus:
            a_delivery(raw)
        worker = Worker(name="w", most=10 if together else 1)
        while worker.run_due():
            pass
        found: dict[str, object] = dict(where_they_lie())
        aside = Delivery.objects.filter(state=DeliveryState.SET_ASIDE)
        found["aside"] = sorted(aside.values_list("size", "reason"))
        assert set(Job.objects.values_list("state", flat=True)) <= {State.DONE}
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@hypothesis_given(corpora())
@settings(max_examples=10, deadline=None)
def test_mails_filed_together_lie_where_they_lie_one_by_one(
    corpus: list[bytes],
) -> None:
    one_by_one = filed(corpus, together=False)

    together = filed(corpus, together=True)

    assert together == one_by_one
