"""An answer that waits has done nothing yet; it leaves once, or comes back whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Clock, Message
from evenhand.channels.models import Outgoing
from evenhand.jobs.models import Job, State
from evenhand.kernel.money import Money
from evenhand.ledger.queries import of_matter
from evenhand.promises.models import Promise
from evenhand.replies import queries
from evenhand.replies.actions import drafts, holding, sending
from evenhand.replies.actions.holding import AlreadyHeld, NotAhead, TooLate
from evenhand.replies.actions.sending import Answer
from evenhand.replies.models import Draft, HeldAnswer, HeldState, Sending
from evenhand.replies.rules import Proposal
from evenhand.replies.tasks import let_leave
from tests.given import minutes, the
from tests.replies.test_sending import (
    CALM,
    LATER,
    ON_FRIDAY,
    RUDE,
    TOO_MUCH,
    an_open_case,
)
from tests.web.world import everything

pytestmark = pytest.mark.django_db

UNDO = timedelta(seconds=10)
THEN = LATER + UNDO
TOMORROW = LATER + timedelta(days=1)
A_PHOTO = Proposal(what="decide today", due=ON_FRIDAY, amount=Money(2500, "EUR"))


def hold(case: Case, *, form: str = "one-form", **choices: object) -> HeldAnswer:
    answer = Answer(**{"text": CALM, "token": form, **choices})  # type: ignore[arg-type]  # each choice as Answer has it
    return holding.hold(
        case=case, answer=answer, by=the("mei"), at=LATER, leave_at=THEN, later=False
    )


def leave(held: HeldAnswer) -> Message | None:
    return holding.let_leave(held_pk=held.pk, at=THEN)


def kinds(case: Case) -> list[str]:
    return [entry.kind for entry in of_matter(case.as_matter)]


def as_before(case: Case) -> tuple[object, ...]:
    """What an answer would change."""
    case.refresh_from_db()
    return (
        case.standing,
        case.waiting_since,
        case.moved_at,
        case.owner,
        Clock.objects.get(case=case).stopped_at,
        case.messages.count(),
        Outgoing.objects.count(),
        Promise.objects.count(),
        Sending.objects.count(),
    )


def test_what_waits_has_changed_nothing_of_its_case() -> None:
    case = an_open_case()
    before = as_before(case)

    hold(case, promises=[A_PHOTO], then_close=True)

    assert as_before(case) == before
    assert kinds(case)[-1] == "reply.held"


def test_when_its_time_comes_it_leaves_with_all_that_belongs_to_it() -> None:
    case = an_open_case()
    held = hold(case, promises=[A_PHOTO], then_close=True)

    message = leave(held)

    assert message is not None
    held.refresh_from_db()
    case.refresh_from_db()
    assert (held.state, held.message, held.ended_at) == (HeldState.LEFT, message, THEN)
    assert (message.text, message.said_at) == (CALM, THEN)
    assert Outgoing.objects.get().message == message
    promise = Promise.objects.get()
    assert (promise.what, promise.amount) == ("decide today", Money(2500, "EUR"))
    assert promise.due_at.date() == date(2026, 11, 20)
    assert (case.first_answered_at, case.closed_at) == (THEN, THEN)
    assert Clock.objects.get(case=case).stopped_at == THEN


def test_it_is_its_job_that_lets_it_leave_at_its_time() -> None:
    held = hold(an_open_case())

    job = Job.objects.get(task=let_leave.module_path)

    assert (job.run_at, job.arguments) == (THEN, {"held_pk": held.pk})
    assert job.queue == "default"


def test_before_its_time_nothing_leaves() -> None:
    case = an_open_case()
    held = hold(case)

    assert holding.let_leave(held_pk=held.pk, at=LATER + UNDO / 2) is None

    assert not Outgoing.objects.exists()


def test_it_leaves_once_however_often_its_job_runs() -> None:
    held = hold(an_open_case())

    leave(held)

    assert leave(held) is None
    assert Outgoing.objects.count() == 1


def test_undo_brings_the_words_back_and_nothing_ever_leaves() -> None:
    case = an_open_case()
    before = as_before(case)
    held = hold(case, promises=[A_PHOTO])

    holding.take_back(held=held, by=the("mei"), at=LATER + UNDO / 2)

    assert leave(held) is None
    assert as_before(case) == before
    assert queries.draft_of(case, member=the("mei")) == CALM
    assert kinds(case)[-1] == "reply.taken_back"


def test_undo_brings_every_choice_back_with_the_words() -> None:
    case = an_open_case()
    held = hold(case, promises=[A_PHOTO], then_close=True, confirmed={"rude-1"})

    holding.take_back(held=held, by=the("mei"), at=LATER)

    chosen = queries.choices_of_draft(case, member=the("mei"), text=CALM)
    assert chosen["then_close"] is True
    assert chosen["confirmed"] == ["rude-1"]
    assert [one["what"] for one in chosen["promises"]] == ["decide today"]
    assert queries.choices_of_draft(case, member=the("mei"), text="other") == {}


def test_undo_after_it_left_is_too_late_and_changes_nothing() -> None:
    case = an_open_case()
    held = hold(case)
    leave(held)
    before = everything()

    with pytest.raises(TooLate):
        holding.take_back(held=held, by=the("mei"), at=THEN)

    assert everything() == before


def test_undo_twice_is_undo_once() -> None:
    case = an_open_case()
    held = hold(case)
    holding.take_back(held=held, by=the("mei"), at=LATER)
    before = everything()

    holding.take_back(held=held, by=the("mei"), at=LATER)

    assert everything() == before


def test_undo_puts_the_words_above_what_was_begun_since() -> None:
    case = an_open_case()
    held = hold(case)
    drafts.save_draft(case=case, text="One thing more", by=the("mei"), at=LATER)

    holding.take_back(held=held, by=the("mei"), at=LATER)

    draft = queries.draft_of(case, member=the("mei"))
    assert draft == f"{CALM}\n\nOne thing more"


def test_what_was_begun_since_stays_when_the_answer_leaves() -> None:
    case = an_open_case()
    held = hold(case)
    drafts.save_draft(case=case, text="One thing more", by=the("mei"), at=LATER)

    leave(held)

    assert queries.draft_of(case, member=the("mei")) == "One thing more"


def test_the_same_form_pressed_twice_holds_one_answer() -> None:
    case = an_open_case()

    first, second = hold(case), hold(case)

    assert first == second
    assert Job.objects.filter(task=let_leave.module_path).count() == 1


def test_a_form_pressed_again_after_its_answer_left_holds_nothing_new() -> None:
    case = an_open_case()
    held = hold(case)
    leave(held)

    assert hold(case) == held

    assert HeldAnswer.objects.count() == 1


def test_the_token_of_another_case_holds_nothing() -> None:
    first, second = an_open_case(), an_open_case()
    hold(first)
    before = everything()

    with pytest.raises(sending.FormOfAnotherCase):
        hold(second)

    assert everything() == before


def test_a_second_answer_waits_for_the_first() -> None:
    case = an_open_case()
    held = hold(case)
    before = everything()

    with pytest.raises(AlreadyHeld) as refusal:
        hold(case, form="another-form", text=CALM + " And more.")

    assert refusal.value.held == held
    assert everything() == before


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("  ", sending.NothingToSend),
        (RUDE, sending.Unconfirmed),
        (TOO_MUCH, sending.Blocked),
    ],
)
def test_what_could_not_leave_now_is_not_held_either(
    text: str, refusal: type[Exception]
) -> None:
    case, _ = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(refusal):
        hold(case, text=text)

    assert everything() == before


def test_a_closed_case_holds_no_answer() -> None:
    case = an_open_case()
    cases.close_case(case=case, by=the("mei"), at=LATER)
    before = everything()

    with pytest.raises(cases.CaseClosed):
        hold(case)

    assert everything() == before


def test_a_chosen_time_must_be_ahead_and_within_a_year() -> None:
    case, _ = an_open_case(), the("mei")
    before = everything()

    for leave_at in (LATER, LATER - minutes(1), LATER + timedelta(days=400)):
        with pytest.raises(NotAhead):
            holding.hold(
                case=case,
                answer=Answer(text=CALM, token="one-form"),
                by=the("mei"),
                at=LATER,
                leave_at=leave_at,
                later=True,
            )

    assert everything() == before


def a_scheduled(case: Case) -> HeldAnswer:
    return holding.hold(
        case=case,
        answer=Answer(text=CALM, token="one-form"),
        by=the("mei"),
        at=LATER,
        leave_at=TOMORROW,
        later=True,
    )


def test_a_time_can_be_changed_until_it_comes() -> None:
    case = an_open_case()
    held = a_scheduled(case)

    holding.change_time(
        held=held, leave_at=TOMORROW + minutes(60), by=the("mei"), at=LATER
    )

    assert holding.let_leave(held_pk=held.pk, at=TOMORROW) is None
    message = holding.let_leave(held_pk=held.pk, at=TOMORROW + minutes(60))
    assert message is not None
    assert message.said_at == TOMORROW + minutes(60)
    with pytest.raises(TooLate):
        holding.change_time(
            held=held,
            leave_at=TOMORROW + minutes(90),
            by=the("mei"),
            at=TOMORROW + minutes(61),
        )


def test_the_first_answer_clock_runs_on_until_it_leaves() -> None:
    case = an_open_case()
    held = a_scheduled(case)
    assert Clock.objects.get(case=case).stopped_at is None

    holding.let_leave(held_pk=held.pk, at=TOMORROW)

    assert Clock.objects.get(case=case).stopped_at == TOMORROW


def test_an_answer_whose_job_died_leaves_all_the_same() -> None:
    held = hold(an_open_case())
    Job.objects.update(state=State.DEAD)

    early = holding.take_up_again(at=THEN + minutes(1))
    late = holding.take_up_again(at=THEN + minutes(3))
    again = holding.take_up_again(at=THEN + minutes(4))

    assert (early, late, again) == (0, 1, 0)
    assert (
        Job.objects.filter(
            task=let_leave.module_path, arguments={"held_pk": held.pk}
        ).count()
        == 2
    )


def test_a_colleague_who_takes_it_back_has_the_words_and_is_on_record() -> None:
    case = an_open_case()
    held = hold(case)

    holding.take_back(held=held, by=the("oscar"), at=LATER)

    assert queries.draft_of(case, member=the("oscar")) == CALM
    assert of_matter(case.as_matter)[-1].actor == the("oscar").as_actor
    assert not Draft.objects.filter(member=the("mei")).exists()


def test_only_an_answer_is_ever_held_and_never_a_note() -> None:
    fields = {field.name for field in HeldAnswer._meta.get_fields()}

    assert "note" not in fields
    case = an_open_case()
    note = cases.add_note(case=case, text=CALM, by=the("mei"), at=LATER)
    assert not HeldAnswer.objects.exists()
    assert leave(hold(case)) is not None
    assert Outgoing.objects.filter(message__text=note.text).count() == 1
    assert case.notes.count() == 1
