"""An answer leaves once, checked, with its promises; a refused one leaves no trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.channels.models import Outgoing
from evenhand.kernel.money import Money
from evenhand.ledger.queries import of_matter
from evenhand.promises import actions as promises
from evenhand.promises.models import Promise
from evenhand.replies.actions import drafts, sending
from evenhand.replies.actions.sending import Answer
from evenhand.replies.models import Draft, Sending
from evenhand.replies.rules import Proposal, key_of
from evenhand.staff.models import Member
from tests.given import (
    MONDAY,
    a_case,
    a_customer,
    a_message,
    an_order,
    limits,
    minutes,
    the,
)
from tests.given_promises import a_promise
from tests.web.world import everything

pytestmark = pytest.mark.django_db

LATER = MONDAY + minutes(30)
CALM = (
    "Dear Eva Novak,\n\nThank you for telling me that the hem came undone."
    " Please reply with a photo of it, so that I can decide today.\n\nMei Chen"
)
TOO_MUCH = CALM + "\n\nI will refund €480.00 to your card by Friday 20 November 2026."
RUDE = CALM.replace("Please", "You should have read the label. Please")
ON_FRIDAY = date(2026, 11, 20)


def an_open_case() -> Case:
    limits()
    customer = a_customer("Eva Novak")
    case = a_case(customer=customer, order=an_order(customer))
    a_message(case)
    return case


def send(
    case: Case,
    *,
    by: Member | None = None,
    text: str = CALM,
    form: str = "one-form",
    at: datetime = LATER,
    **choices: Any,
) -> Message:
    answer = Answer(text=text, token=form, **choices)
    return sending.send(case=case, answer=answer, by=by or the("mei"), at=at)


def kinds(case: Case) -> Sequence[str]:
    return [entry.kind for entry in of_matter(case.as_matter)]


def test_an_answer_is_one_message_and_one_outgoing_mail() -> None:
    case = an_open_case()

    message = send(case)

    outgoing = Outgoing.objects.get()
    assert (outgoing.message, outgoing.recipients) == (
        message,
        [case.customer.identities.get().value],
    )
    assert (message.text, message.member, message.language) == (CALM, the("mei"), "en")
    assert kinds(case)[-3:].count("reply.sent") == 1
    case.refresh_from_db()
    assert (case.first_answered_at, case.owner) == (LATER, the("mei"))


def test_pressing_send_twice_sends_once() -> None:
    case = an_open_case()

    first = send(case)
    second = send(case, at=LATER + minutes(1))

    assert second == first
    assert Outgoing.objects.count() == 1
    assert Sending.objects.get().message == first


def test_another_form_sends_another_answer() -> None:
    case = an_open_case()

    send(case, form="one-form")
    send(case, form="another-form")

    assert Outgoing.objects.count() == 2


def test_a_form_that_sent_in_one_case_sends_nothing_in_another() -> None:
    send(an_open_case(), form="one-form")
    other = an_open_case()
    before = everything()

    with pytest.raises(sending.FormOfAnotherCase):
        send(other, form="one-form")

    assert everything() == before


def test_a_blocked_answer_changes_nothing_and_nothing_is_sent() -> None:
    case, mei = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(sending.Blocked) as refusal:
        send(case, by=mei, text=TOO_MUCH)

    assert [fault.rule for fault in refusal.value.faults] == ["promise-above-limit"]
    assert everything() == before


def test_an_agents_reason_does_not_lift_a_block() -> None:
    case, mei = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(sending.Blocked):
        send(case, by=mei, text=TOO_MUCH, override_reason="I know better")

    assert everything() == before


def test_an_approver_overrides_a_block_with_a_reason_that_is_kept() -> None:
    case = an_open_case()

    message = send(
        case, by=the("oscar"), text=TOO_MUCH, override_reason="Agreed by phone"
    )

    kept = Sending.objects.get()
    assert (kept.message, kept.overridden_by) == (message, the("oscar"))
    assert kept.override_reason == "Agreed by phone"
    assert kept.found["promise-above-limit"] == "block"
    entry = of_matter(case.as_matter)[-1]
    assert (entry.kind, entry.actor) == ("reply.override", the("oscar").as_actor)
    assert entry.data == {
        "rules": ["promise-above-limit"],
        "reason": "Agreed by phone",
    }


def test_a_reason_without_a_block_overrides_nothing() -> None:
    case = an_open_case()

    send(case, by=the("oscar"), override_reason="Just in case")

    kept = Sending.objects.get()
    assert (kept.override_reason, kept.overridden_by) == ("", None)
    assert "reply.override" not in kinds(case)


def test_an_error_is_sent_only_once_it_is_confirmed() -> None:
    case, mei = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(sending.Unconfirmed) as refusal:
        send(case, by=mei, text=RUDE, confirmed={"shut-down"})
    assert everything() == before

    found = refusal.value.faults
    send(case, by=mei, text=RUDE, confirmed={key_of(fault) for fault in found})
    assert [fault.rule for fault in found] == ["blame"]
    assert Sending.objects.get().found["blame"] == "error"


def test_a_tick_for_one_sentence_does_not_cover_another() -> None:
    case, mei = an_open_case(), the("mei")
    with pytest.raises(sending.Unconfirmed) as first:
        send(case, by=mei, text=RUDE)
    ticked = {key_of(fault) for fault in first.value.faults}

    with pytest.raises(sending.Unconfirmed) as second:
        send(
            case,
            by=mei,
            text=RUDE.replace("label.", "label. It is your own fault."),
            confirmed=ticked,
        )

    assert len(second.value.faults) == 1
    assert not Outgoing.objects.exists()


def test_a_promise_is_kept_only_where_its_writer_said_so() -> None:
    case = an_open_case()
    text = (
        CALM.replace("decide today", "decide") + " I will call you by 20 November 2026."
    )

    send(case, text=text)

    assert not Promise.objects.exists()


def test_a_chosen_promise_is_made_in_the_message_by_the_end_of_its_day() -> None:
    case = an_open_case()
    proposal = Proposal(
        "I will refund €30.00 to your card", ON_FRIDAY, Money(3000, "EUR")
    )

    message = send(case, promises=[proposal])

    promise = Promise.objects.get()
    assert (promise.what, promise.amount) == (
        "I will refund €30.00 to your card",
        Money(3000, "EUR"),
    )
    assert promise.due_at == datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    assert (promise.made_in, promise.owner) == (message, the("mei"))


@pytest.mark.parametrize(
    ("due", "refusal"),
    [(None, sending.UndatedPromise), (date(2026, 11, 13), promises.DueInThePast)],
)
def test_a_promise_without_a_day_ahead_holds_the_answer_back(
    due: date | None, refusal: type[Exception]
) -> None:
    case, mei = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(refusal):
        send(case, by=mei, promises=[Proposal("I will call you", due, None)])

    assert everything() == before


def test_a_broken_promise_is_admitted_in_the_answer_that_tells_of_it() -> None:
    case = an_open_case()
    broken, other = a_promise(case), a_promise(case, what="Call back")
    for promise in (broken, other):
        promises.break_promise(
            promise=promise, reason="Forgotten", by=the("mei"), at=MONDAY + minutes(1)
        )

    message = send(case, admits=[broken.pk])

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.admitted_in, other.admitted_in) == (message, None)


def test_a_copy_goes_to_chosen_participants_of_the_case_only() -> None:
    case = an_open_case()
    for address in ("son@mail.example", "neighbour@mail.example"):
        cases.join_participant(
            case=case, address=address, name="", by="system", at=MONDAY
        )

    send(case, cc=["son@mail.example", "press@paper.example"])

    assert Outgoing.objects.get().recipients == [
        case.customer.identities.get().value,
        "son@mail.example",
    ]


def test_sending_removes_ones_own_draft_and_leaves_a_colleagues() -> None:
    case = an_open_case()
    for member in (the("mei"), the("noi")):
        drafts.save_draft(case=case, text="Dear Eva", by=member, at=MONDAY)

    send(case)

    assert Draft.objects.get().member == the("noi")


def test_an_answer_may_close_the_case() -> None:
    case = an_open_case()

    send(case, then_close=True)

    case.refresh_from_db()
    assert case.closed_at == LATER
    assert kinds(case)[-1] == "case.closed"


def test_a_closed_case_takes_no_answer() -> None:
    case, mei = an_open_case(), the("mei")
    cases.close_case(case=case, by=mei, at=LATER)
    before = everything()

    with pytest.raises(cases.CaseClosed):
        send(case, by=mei, at=LATER + minutes(1))

    assert everything() == before


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_answer_is_not_sent(text: str) -> None:
    case, mei = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(sending.NothingToSend):
        send(case, by=mei, text=text)

    assert everything() == before


def test_a_draft_is_kept_for_each_member_and_removed_when_emptied() -> None:
    case = an_open_case()

    drafts.save_draft(case=case, text="Dear", by=the("mei"), at=MONDAY)
    drafts.save_draft(case=case, text="Dear Eva", by=the("mei"), at=LATER)
    assert [(d.text, d.saved_at) for d in Draft.objects.all()] == [("Dear Eva", LATER)]

    drafts.save_draft(case=case, text=" ", by=the("mei"), at=LATER)
    assert not Draft.objects.exists()
