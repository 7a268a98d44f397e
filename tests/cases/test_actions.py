"""What happens to a case, and that the ledger tells the same story."""

from __future__ import annotations

from datetime import datetime

import pytest

from evenhand.cases import actions, queries
from evenhand.cases.models import Case, Kind, Message, Note
from evenhand.ledger.models import Entry
from tests import given

pytestmark = pytest.mark.django_db


def kinds_of(case: Case) -> list[str]:
    entries = Entry.objects.filter(matter=case.as_matter).order_by("id")
    return [entry.kind for entry in entries]


def answer(case: Case, *, at: datetime = given.MONDAY) -> Message:
    return actions.add_answer(
        case=case,
        said=actions.Said(text="Here is what I can do.", channel="mail"),
        by=given.the("mei"),
        at=at,
    )


def test_an_opened_case_waits_for_us_and_its_clock_runs() -> None:
    case = given.a_case()

    assert case.standing == "new"
    assert case.waiting_since == given.MONDAY
    assert case.clock.due_at == given.MONDAY + given.minutes(480)
    assert kinds_of(case) == ["case.opened"]


def test_the_first_answer_stops_the_clock_and_a_second_leaves_it_be() -> None:
    case = given.a_case()

    answer(case, at=given.MONDAY + given.minutes(30))
    answer(case, at=given.MONDAY + given.minutes(90))

    case = Case.objects.select_related("clock").get(pk=case.pk)
    assert case.clock.used_minutes == 30
    assert case.first_answered_at == given.MONDAY + given.minutes(30)
    assert case.standing == "waiting_on_customer"
    assert case.owner == given.the("mei")


def test_a_mail_in_a_closed_case_opens_it_again() -> None:
    case = given.a_case()
    actions.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    given.a_message(case, at=given.MONDAY + given.minutes(5))

    case.refresh_from_db()
    assert case.closed_at is None
    assert case.waiting_since == given.MONDAY + given.minutes(5)
    assert kinds_of(case)[-2:] == ["case.opened_again", "message.received"]


def test_an_automatic_mail_neither_opens_a_case_again_nor_waits_for_us() -> None:
    case = given.a_case()
    actions.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    actions.receive_message(
        case=case,
        said=actions.Said(text="I am away.", channel="mail", automatic="auto_reply"),
        sender="away@mail.example",
        sender_name="",
        joined_by="references",
        by="system",
        at=given.MONDAY,
    )

    case.refresh_from_db()
    assert case.closed_at == given.MONDAY
    assert case.waiting_since is None


def test_a_closed_case_takes_no_answer_and_nothing_is_written() -> None:
    case = given.a_case()
    actions.close_case(case=case, by=given.the("mei"), at=given.MONDAY)
    before = kinds_of(case)

    with pytest.raises(actions.CaseClosed):
        answer(case)

    assert not Message.objects.exists()
    assert kinds_of(case) == before


def test_a_case_is_closed_once() -> None:
    case = given.a_case()
    actions.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    with pytest.raises(actions.CaseClosed):
        actions.close_case(case=case, by=given.the("noi"), at=given.MONDAY)

    assert kinds_of(case).count("case.closed") == 1


def test_an_empty_note_is_refused() -> None:
    case = given.a_case()

    with pytest.raises(actions.NothingSaid):
        actions.add_note(case=case, text=" \n", by=given.the("mei"), at=given.MONDAY)

    assert not Note.objects.exists()
    assert kinds_of(case) == ["case.opened"]


def test_a_thread_tells_messages_and_notes_in_the_order_in_which_they_were_said() -> (
    None
):
    case = given.a_case()
    given.a_message(case, text="It does not fit.")
    actions.add_note(
        case=case,
        text="Second time.",
        by=given.the("mei"),
        at=given.MONDAY + given.minutes(1),
    )
    answer(case, at=given.MONDAY + given.minutes(2))

    thread = queries.thread(case)

    assert [said.text for said in thread] == [
        "It does not fit.",
        "Second time.",
        "Here is what I can do.",
    ]
    assert [isinstance(said, Note) for said in thread] == [False, True, False]


def test_an_address_takes_part_once() -> None:
    case = given.a_case()

    for spelling in ("Friend@mail.example", "friend@mail.example"):
        actions.join_participant(
            case=case, address=spelling, name="A friend", by="system", at=given.MONDAY
        )

    assert [p.address for p in queries.participants_of(case)] == ["friend@mail.example"]
    assert kinds_of(case).count("participant.joined") == 1


def test_what_kind_of_matter_it_is_can_be_put_right() -> None:
    case = given.a_case(kind=Kind.REQUEST)

    actions.change_kind(
        case=case, kind=Kind.COMPLAINT, by=given.the("mei"), at=given.MONDAY
    )

    case.refresh_from_db()
    assert case.kind == "complaint"
    last = Entry.objects.latest("id")
    assert (last.kind, last.data) == (
        "case.kind_changed",
        {"from": "request", "to": "complaint"},
    )


def test_what_is_so_already_is_not_told_again() -> None:
    customer = given.a_customer()
    order = given.an_order(customer)
    case = given.a_case(customer=customer, order=order)
    mei, at = given.the("mei"), given.MONDAY
    actions.hand_over(case=case, to=mei, by=mei, at=at)
    before = kinds_of(case)

    actions.hand_over(case=case, to=mei, by=mei, at=at)
    actions.change_kind(case=case, kind=Kind(case.kind), by=mei, at=at)
    actions.link_order(case=case, order=order, by=mei.as_actor, at=at)

    assert kinds_of(case) == before
