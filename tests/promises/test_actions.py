from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.kernel.money import Money
from evenhand.ledger import queries as ledger
from evenhand.promises import actions, queries
from evenhand.promises.models import Promise
from evenhand.promises.rules import Standing, State
from tests import given
from tests.given_promises import DUE, a_promise, an_answer

pytestmark = pytest.mark.django_db

SOON = given.MONDAY + timedelta(hours=1)
LATE = DUE + timedelta(hours=3)


def told(case: Case) -> list[str]:
    """What the ledger tells of the case's promises."""
    entries = ledger.of_matter(case.as_matter)
    return [entry.kind for entry in entries if entry.kind.startswith("promise.")]


def test_a_promise_says_what_at_what_price_by_when_and_who_owes_it() -> None:
    case = given.a_case()

    promise = a_promise(case, amount=Money.of("129.00", "EUR"), owner=given.the("noi"))

    assert promise.what == "Refund 129.00 to your card"
    assert promise.amount == Money(12900, "EUR")
    assert promise.due_at == DUE
    assert promise.owner == given.the("noi")
    assert promise.made_by == given.the("mei")
    assert promise.state == State.DUE
    [entry] = [e for e in ledger.of_matter(case.as_matter) if e.kind == "promise.made"]
    assert entry.subject == f"promise:{promise.pk}"
    assert entry.actor == given.the("mei").as_actor
    assert entry.data == {
        "what": "Refund 129.00 to your card",
        "due_at": "2026-11-20T09:00:00+00:00",
        "owner": given.the("noi").as_actor,
        "amount": "€129.00",
    }


def test_a_promise_at_no_charge_keeps_its_price_of_nothing() -> None:
    free = a_promise(what="Free hem repair", amount=Money.of("0", "EUR"))

    assert free.amount == Money(0, "EUR")
    assert a_promise(what="Call back").amount is None


def test_a_promise_without_words_is_not_written_down() -> None:
    case = given.a_case()

    with pytest.raises(actions.NothingPromised):
        a_promise(case, what="  ")

    assert not Promise.objects.exists()
    assert told(case) == []


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1)])
def test_nobody_can_promise_for_an_hour_that_has_passed(ahead: timedelta) -> None:
    case = given.a_case()

    with pytest.raises(actions.DueInThePast):
        a_promise(case, due_at=given.MONDAY + ahead)

    assert not Promise.objects.exists()
    assert told(case) == []


def test_a_closed_case_takes_no_new_promise() -> None:
    case = given.a_case()
    cases.close_case(case=case, by=given.the("mei"), at=given.MONDAY)

    with pytest.raises(cases.CaseClosed):
        a_promise(case, at=SOON)

    assert not Promise.objects.exists()
    assert told(case) == []


def test_a_promise_is_kept_by_saying_so_until_it_is_due() -> None:
    promise = a_promise()

    kept = actions.keep(promise=promise, by=given.the("noi"), at=DUE)

    assert kept.state == State.KEPT
    assert (kept.ended_at, kept.ended_by) == (DUE, given.the("noi"))
    assert kept.standing_at(LATE) == Standing.KEPT
    last = ledger.of_matter(promise.case.as_matter)[-1]
    assert (last.kind, last.data) == ("promise.kept", {"late": False})


def test_a_promise_kept_after_its_instant_is_told_as_late() -> None:
    promise = a_promise()

    kept = actions.keep(promise=promise, by=given.the("mei"), at=LATE)

    assert kept.standing_at(LATE) == Standing.KEPT_LATE
    assert ledger.of_matter(promise.case.as_matter)[-1].data == {"late": True}


def test_a_moved_promise_leaves_a_new_one_in_its_place() -> None:
    promise = a_promise(amount=Money.of("129.00", "EUR"), owner=given.the("noi"))
    new_due = DUE + timedelta(days=3)

    moved_to = actions.move(
        promise=promise,
        new_due_at=new_due,
        consent="Agreed on the phone",
        by=given.the("mei"),
        at=SOON,
    )

    promise.refresh_from_db()
    assert promise.state == State.MOVED
    assert promise.moved_to == moved_to
    assert promise.reason == "Agreed on the phone"
    assert moved_to.due_at == new_due
    assert moved_to.what == promise.what
    assert moved_to.amount == Money(12900, "EUR")
    assert moved_to.owner == given.the("noi")
    assert moved_to.state == State.DUE
    assert told(promise.case) == ["promise.made", "promise.moved"]


def test_a_promise_moves_until_the_instant_it_is_due_and_not_a_second_longer() -> None:
    in_time, too_late = a_promise(), a_promise()

    actions.move(
        promise=in_time,
        new_due_at=DUE + timedelta(days=1),
        consent="Agreed by mail",
        by=given.the("mei"),
        at=DUE,
    )
    with pytest.raises(actions.TooLateToMove):
        actions.move(
            promise=too_late,
            new_due_at=DUE + timedelta(days=1),
            consent="Agreed by mail",
            by=given.the("mei"),
            at=DUE + timedelta(seconds=1),
        )

    too_late.refresh_from_db()
    assert too_late.state == State.DUE
    assert Promise.objects.count() == 3
    assert told(too_late.case) == ["promise.made"]


def test_a_promise_does_not_move_without_the_customers_consent() -> None:
    promise = a_promise()

    with pytest.raises(actions.NoConsent):
        actions.move(
            promise=promise,
            new_due_at=DUE + timedelta(days=1),
            consent=" ",
            by=given.the("mei"),
            at=SOON,
        )

    promise.refresh_from_db()
    assert promise.state == State.DUE
    assert Promise.objects.count() == 1
    assert told(promise.case) == ["promise.made"]


def test_a_promise_does_not_move_into_the_past() -> None:
    promise = a_promise()

    with pytest.raises(actions.DueInThePast):
        actions.move(
            promise=promise,
            new_due_at=SOON,
            consent="Agreed by mail",
            by=given.the("mei"),
            at=SOON,
        )

    promise.refresh_from_db()
    assert promise.state == State.DUE
    assert Promise.objects.count() == 1


def test_a_broken_promise_says_why_and_waits_to_be_admitted() -> None:
    promise = a_promise()

    broken = actions.break_promise(
        promise=promise, reason="The bank refused it", by=given.the("mei"), at=LATE
    )

    assert broken.state == State.BROKEN
    assert broken.reason == "The bank refused it"
    assert queries.unadmitted(promise.case) == [promise]
    assert told(promise.case) == ["promise.made", "promise.broken"]


def test_a_broken_promise_is_admitted_once_in_a_message_to_the_customer() -> None:
    promise = a_promise()
    actions.break_promise(
        promise=promise, reason="The bank refused it", by=given.the("mei"), at=LATE
    )
    message = an_answer(promise.case, text="We did not keep our word.", at=LATE)

    admitted = actions.admit(
        promise=promise, message=message, by=given.the("mei"), at=LATE
    )

    assert admitted.admitted_in == message
    assert queries.unadmitted(promise.case) == []
    assert told(promise.case)[-1] == "promise.admitted"
    with pytest.raises(actions.NotToAdmit):
        actions.admit(promise=promise, message=message, by=given.the("mei"), at=LATE)
    assert told(promise.case).count("promise.admitted") == 1


def test_a_promise_is_not_admitted_in_what_the_customer_said_or_elsewhere() -> None:
    promise = a_promise()
    actions.break_promise(
        promise=promise, reason="The bank refused it", by=given.the("mei"), at=LATE
    )
    theirs = given.a_message(promise.case, at=LATE)
    elsewhere = an_answer(given.a_case(), at=LATE)

    for message in (theirs, elsewhere):
        with pytest.raises(actions.NotToAdmit):
            actions.admit(
                promise=promise, message=message, by=given.the("mei"), at=LATE
            )

    assert queries.unadmitted(promise.case) == [promise]
    assert "promise.admitted" not in told(promise.case)


def test_a_promise_that_is_not_broken_has_nothing_to_admit() -> None:
    promise = a_promise()
    message = an_answer(promise.case)

    with pytest.raises(actions.NotToAdmit):
        actions.admit(promise=promise, message=message, by=given.the("mei"), at=SOON)

    promise.refresh_from_db()
    assert promise.admitted_in is None


def test_a_promise_is_released_when_the_customer_no_longer_wants_it() -> None:
    promise = a_promise()

    released = actions.release(
        promise=promise, reason="Keeps the dress", by=given.the("mei"), at=SOON
    )

    assert (released.state, released.reason) == (State.RELEASED, "Keeps the dress")
    assert told(promise.case) == ["promise.made", "promise.released"]


@pytest.mark.parametrize("end", [actions.break_promise, actions.release])
def test_breaking_and_releasing_need_a_reason(end: Callable[..., Promise]) -> None:
    promise = a_promise()

    with pytest.raises(actions.NoReason):
        end(promise=promise, reason="\n", by=given.the("mei"), at=SOON)

    promise.refresh_from_db()
    assert promise.state == State.DUE
    assert told(promise.case) == ["promise.made"]


def test_a_promise_ends_once() -> None:
    promise = a_promise()
    mei = given.the("mei")
    actions.keep(promise=promise, by=mei, at=SOON)

    with pytest.raises(actions.AlreadyEnded):
        actions.keep(promise=promise, by=mei, at=SOON)
    with pytest.raises(actions.AlreadyEnded):
        actions.break_promise(promise=promise, reason="No", by=mei, at=SOON)
    with pytest.raises(actions.AlreadyEnded):
        actions.release(promise=promise, reason="No", by=mei, at=SOON)
    with pytest.raises(actions.AlreadyEnded):
        actions.hand_over(promise=promise, to=given.the("noi"), by=mei, at=SOON)
    with pytest.raises(actions.AlreadyEnded):
        actions.move(
            promise=promise, new_due_at=LATE, consent="By mail", by=mei, at=SOON
        )

    promise.refresh_from_db()
    assert (promise.state, promise.owner) == (State.KEPT, mei)
    assert Promise.objects.count() == 1
    assert told(promise.case) == ["promise.made", "promise.kept"]


def test_a_promise_can_be_handed_to_a_colleague() -> None:
    promise = a_promise()

    handed = actions.hand_over(
        promise=promise, to=given.the("noi"), by=given.the("mei"), at=SOON
    )

    assert handed.owner == given.the("noi")
    assert told(promise.case) == ["promise.made", "promise.handed_over"]


def test_a_promise_is_announced_once_within_the_hour_and_once_when_it_passed() -> None:
    promise = a_promise()
    an_hour_before = DUE - timedelta(hours=1)

    assert actions.announce_due(at=an_hour_before - timedelta(seconds=1)) == 0
    assert actions.announce_due(at=an_hour_before) == 1
    assert actions.announce_due(at=DUE) == 0
    assert actions.announce_due(at=LATE) == 1
    assert actions.announce_due(at=LATE + timedelta(days=1)) == 0

    assert told(promise.case) == ["promise.made", "promise.due", "promise.late"]


def test_a_promise_that_ended_is_not_announced() -> None:
    promise = a_promise()
    actions.keep(promise=promise, by=given.the("mei"), at=SOON)

    assert actions.announce_due(at=DUE) == 0
    assert actions.announce_due(at=LATE) == 0

    assert told(promise.case) == ["promise.made", "promise.kept"]


def test_a_promise_that_passed_while_nobody_ran_is_only_told_as_late() -> None:
    promise = a_promise()

    assert actions.announce_due(at=LATE) == 1

    assert told(promise.case) == ["promise.made", "promise.late"]


def test_the_database_itself_refuses_a_late_move_and_a_reasonless_break() -> None:
    promise = a_promise()

    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(
            state=State.MOVED, ended_at=LATE, reason="By mail", moved_to=promise
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=promise.pk).update(
            state=State.BROKEN, ended_at=LATE, reason=""
        )

    promise.refresh_from_db()
    assert promise.state == State.DUE
