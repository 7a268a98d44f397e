"""An answer that waits is never sent into a case that is no longer as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.channels.models import Outgoing
from evenhand.ledger.queries import of_matter
from evenhand.promises.models import Promise
from evenhand.replies import queries
from evenhand.replies.actions import holding, sending
from evenhand.replies.actions.sending import Answer
from evenhand.replies.models import HeldAnswer, HeldState
from tests.given import a_message, the
from tests.replies.test_holding import A_PHOTO, THEN, UNDO, a_scheduled, hold, leave
from tests.replies.test_sending import CALM, LATER, an_open_case

pytestmark = pytest.mark.django_db


def returned(case: Case, held: HeldAnswer, reason: str) -> None:
    """Nothing left: the words lie in the author's draft, who is told why."""
    held.refresh_from_db()
    assert (held.state, held.reason) == (HeldState.RETURNED, reason)
    assert not Outgoing.objects.exists()
    assert not Promise.objects.exists()
    assert queries.draft_of(case, member=the("mei")) == CALM
    assert [one.pk for one in queries.returned_unseen(the("mei"))] == [held.pk]
    entry = of_matter(case.as_matter)[-1]
    assert (entry.kind, entry.data) == ("reply.returned", {"reason": reason})


def test_it_returns_when_the_customer_wrote_meanwhile() -> None:
    case = an_open_case()
    held = hold(case)
    a_message(case, text="Forget it, I found the receipt.", at=LATER + UNDO / 2)

    assert leave(held) is None

    returned(case, held, "customer_wrote")


def test_its_words_sent_at_once_from_the_box_end_the_sign_that_it_came_back() -> None:
    case = an_open_case()
    held = hold(case)
    a_message(case, text="Forget it, I found the receipt.", at=LATER + UNDO / 2)
    leave(held)

    sending.send(
        case=case,
        answer=Answer(text=CALM, token="at once"),
        by=the("mei"),
        at=LATER + UNDO,
    )

    held.refresh_from_db()
    assert held.seen_at == LATER + UNDO
    assert queries.returned_unseen(the("mei")) == []


def test_an_automatic_mail_meanwhile_keeps_nothing_back() -> None:
    case = an_open_case()
    held = hold(case)
    away = cases.Said(text="Away", channel="mail", automatic="auto-replied")
    cases.receive_message(
        case=case,
        said=away,
        sender="eva@mail.example",
        sender_name="Eva",
        joined_by="message_id",
        by="system",
        at=LATER,
    )

    assert leave(held) is not None


def test_it_returns_when_the_case_was_closed_meanwhile() -> None:
    case = an_open_case()
    held = hold(case)
    cases.close_case(case=case, by=the("oscar"), at=LATER)

    leave(held)

    returned(case, held, "closed")


def test_it_returns_when_its_recipient_is_another_meanwhile() -> None:
    case = an_open_case()
    held = hold(case)
    HeldAnswer.objects.update(to=["eva.old@mail.example"])

    leave(held)

    returned(case, held, "recipients")


def test_it_returns_when_its_author_no_longer_works_here() -> None:
    case = an_open_case()
    held = hold(case)
    mei = the("mei")
    mei.is_active = False
    mei.save()

    leave(held)

    held.refresh_from_db()
    assert (held.state, held.reason) == (HeldState.RETURNED, "author_gone")
    assert not Outgoing.objects.exists()


def test_it_returns_when_its_promise_would_lie_in_the_past() -> None:
    case = an_open_case()
    held = hold(case, promises=[A_PHOTO])
    HeldAnswer.objects.update(leave_at=LATER + timedelta(days=30))

    holding.let_leave(held_pk=held.pk, at=LATER + timedelta(days=30))

    returned(case, held, "promise")


def test_its_author_is_told_once_that_it_came_back() -> None:
    case = an_open_case()
    held = hold(case)
    cases.close_case(case=case, by=the("oscar"), at=LATER)
    leave(held)

    holding.note_seen(held=held, by=the("sam"), at=THEN)
    assert queries.returned_to(case, member=the("mei")) == [held]
    holding.note_seen(held=held, by=the("mei"), at=THEN)

    assert queries.returned_to(case, member=the("mei")) == []


def test_one_that_waits_for_days_returns_as_soon_as_the_customer_wrote() -> None:
    case = an_open_case()
    held = a_scheduled(case)
    assert holding.return_overtaken(at=LATER + UNDO) == 0
    a_message(case, text="Forget it, I found the receipt.", at=LATER + UNDO)

    assert holding.return_overtaken(at=LATER + 2 * UNDO) == 1

    returned(case, held, "customer_wrote")
    assert holding.return_overtaken(at=LATER + 3 * UNDO) == 0


def test_one_that_waits_for_days_stays_where_only_a_program_wrote() -> None:
    case = an_open_case()
    held = a_scheduled(case)
    a_message(case, text="I am away.", at=LATER + UNDO)
    Message.objects.filter(case=case, text="I am away.").update(automatic="replied")

    assert holding.return_overtaken(at=LATER + 2 * UNDO) == 0

    held.refresh_from_db()
    assert held.state == HeldState.HELD


def test_who_sends_the_words_that_came_back_knows_that_they_did() -> None:
    case = an_open_case()
    held = hold(case)
    a_message(case, text="Forget it, I found the receipt.", at=LATER + UNDO / 2)
    leave(held)
    assert queries.returned_count(the("mei")) == 1

    hold(case, form="another-form")

    assert queries.returned_count(the("mei")) == 0
