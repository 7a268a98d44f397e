"""Two hands on one answer at the same moment, each in its own connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from evenhand.cases.models import Case
from evenhand.cases.queries import locked_case
from evenhand.channels.models import Outgoing
from evenhand.channels.queries.leaving import SEND
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from evenhand.replies.actions import holding
from evenhand.replies.actions.drafts import save_draft
from evenhand.replies.actions.sending import Answer, send
from evenhand.replies.models import Draft, HeldAnswer, HeldState, Sending
from evenhand.staff.models import Member
from tests.given import the
from tests.replies.test_sending import CALM, LATER, an_open_case

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 4


def press(case_key: int, member_key: int, together: Barrier) -> int:
    try:
        case = Case.objects.select_related("team", "customer", "order").get(pk=case_key)
        member = Member.objects.get(pk=member_key)
        together.wait(timeout=60)
        answer = Answer(text=CALM, token="one-form")
        return send(case=case, answer=answer, by=member, at=LATER).pk
    finally:
        connection.close()


def test_presses_at_the_same_moment_send_one_answer() -> None:
    case, mei = an_open_case(), the("mei")
    together = Barrier(PRESSES)

    with ThreadPoolExecutor(PRESSES) as pool:
        sent = list(
            pool.map(lambda _: press(case.pk, mei.pk, together), range(PRESSES))
        )

    assert len(set(sent)) == 1
    assert Outgoing.objects.count() == 1
    assert Sending.objects.count() == 1
    assert Entry.objects.filter(kind="message.answered").count() == 1


def undo(held_key: int, member_key: int, together: Barrier) -> str:
    try:
        held = HeldAnswer.objects.select_related("case", "member").get(pk=held_key)
        member = Member.objects.get(pk=member_key)
        together.wait(timeout=60)
        holding.take_back(held=held, by=member, at=LATER)
    except holding.TooLate:
        return "too late"
    else:
        return "undone"
    finally:
        connection.close()


def let_leave(held_key: int, together: Barrier) -> str:
    try:
        together.wait(timeout=60)
        sent = holding.let_leave(held_pk=held_key, at=LATER)
    finally:
        connection.close()
    return "left" if sent else "did not leave"


@pytest.mark.parametrize("turn", range(4))
def test_of_undo_and_leaving_exactly_one_is_done(turn: int) -> None:
    case, mei = an_open_case(), the("mei")
    held = holding.hold(
        case=case,
        answer=Answer(text=CALM, token=f"form-{turn}"),
        by=mei,
        at=LATER,
        leave_at=LATER,
        later=False,
    )
    together = Barrier(4)

    with ThreadPoolExecutor(4) as pool:
        leaving = [pool.submit(let_leave, held.pk, together) for _ in range(2)]
        undoing = [pool.submit(undo, held.pk, mei.pk, together) for _ in range(2)]
        left = sorted(one.result() for one in leaving)
        undone = {one.result() for one in undoing}

    held.refresh_from_db()
    sent = Outgoing.objects.count()
    if held.state == HeldState.LEFT:
        assert (left, undone, sent) == (["did not leave", "left"], {"too late"}, 1)
        assert not Draft.objects.exists()
    else:
        assert held.state == HeldState.TAKEN_BACK
        assert (left, undone, sent) == (["did not leave"] * 2, {"undone"}, 0)
        assert Draft.objects.get().text == CALM
    assert Sending.objects.count() == sent
    assert Job.objects.filter(task=SEND).count() == sent


def test_two_answers_to_one_case_at_one_moment_hold_one() -> None:
    case, mei, sam = an_open_case(), the("mei"), the("sam")
    together = Barrier(2)

    def hold(member_key: int, form: str) -> str:
        try:
            answer = Answer(text=CALM, token=form)
            own = Case.objects.select_related("team", "customer").get(pk=case.pk)
            member = Member.objects.get(pk=member_key)
            together.wait(timeout=60)
            holding.hold(
                case=own,
                answer=answer,
                by=member,
                at=LATER,
                leave_at=LATER,
                later=False,
            )
        except holding.AlreadyHeld:
            return "told"
        else:
            return "held"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(hold, [mei.pk, sam.pk], ["one", "two"]))

    assert sorted(told) == ["held", "told"]
    assert HeldAnswer.objects.count() == 1


def test_what_is_typed_is_kept_while_another_holds_the_case() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks the whole database for a writer")
    case, mei = an_open_case(), the("mei")
    held, kept = Event(), Event()

    def hold() -> bool:
        try:
            with transaction.atomic():
                locked_case(case)
                held.set()
                return kept.wait(timeout=60)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        held.wait(timeout=60)
        save_draft(case=case, text=CALM, by=mei, at=LATER)
        kept.set()

    assert holder.result() is True
    assert Draft.objects.get().text == CALM


def test_what_is_being_saved_stands_below_the_words_that_come_back() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks the whole database for a writer")
    case, mei = an_open_case(), the("mei")
    held = holding.hold(
        case=case,
        answer=Answer(text=CALM, token="one-form"),
        by=mei,
        at=LATER,
        leave_at=LATER,
        later=False,
    )
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            save_draft(case=case, text="And the second one?", by=mei, at=LATER)
            undoing = pool.submit(undo, held.pk, mei.pk, Barrier(1))
            wait([undoing], timeout=1)  # for what is being saved
        undone = undoing.result()

    assert undone == "undone"
    assert Draft.objects.get().text == f"{CALM}\n\nAnd the second one?"
