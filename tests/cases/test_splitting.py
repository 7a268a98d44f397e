"""Messages go into a case of their own and come back."""

from __future__ import annotations

import pytest

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import Case, Clock, Message, Split
from evenhand.ledger.models import Entry
from tests import given
from tests.cases.test_merging import rows_of, texts_in
from tests.given import MONDAY, minutes
from tests.given_merges import (
    LATER,
    an_answer,
    merged,
    parted,
    put_back,
    split_off,
)

pytestmark = pytest.mark.django_db


def a_case_of_two_matters(*, answered: bool = False) -> tuple[Case, Message, Message]:
    """One customer, who asks of a dress at nine and of a voucher at half past.

    Where it was answered in between, at twenty past.
    """
    case = given.a_case()
    dress = given.a_message(case)
    if answered:
        an_answer(case, at=MONDAY + minutes(20))
    voucher = given.a_message(case, text="And the voucher?", at=MONDAY + minutes(30))
    return case, dress, voucher


def test_the_chosen_messages_lie_in_a_case_that_waits_since_they_were_written() -> None:
    case, dress, voucher = a_case_of_two_matters(answered=True)

    split = split_off(voucher)

    into = split.into
    assert texts_in(case) == [dress.text, "Here it is."]
    assert texts_in(into) == ["And the voucher?"]
    assert (into.customer, into.team, into.subject) == (
        case.customer,
        case.team,
        "The voucher",
    )
    into.refresh_from_db()
    case.refresh_from_db()
    assert into.waiting_since == into.opened_at == MONDAY + minutes(30)
    assert case.waiting_since is None
    clock = Clock.objects.get(case=into)
    assert (clock.started_at, clock.stopped_at) == (MONDAY + minutes(30), None)


def test_undone_at_once_the_case_stands_as_it_stood() -> None:
    case, _dress, voucher = a_case_of_two_matters(answered=True)
    before = rows_of(case)

    split = split_off(voucher)
    put_back(split, at=LATER + minutes(5))

    assert rows_of(case) == before
    assert texts_in(case)[-1] == "And the voucher?"
    split.into.refresh_from_db()
    assert split.into.merged_into == case
    assert queries.inbox(given.the("mei")).cases == [case]


def test_a_case_that_was_closed_is_closed_again_after_the_undo() -> None:
    case, _dress, voucher = a_case_of_two_matters()
    cases.close_case(case=case, by=given.the("mei"), at=MONDAY + minutes(40))
    before = rows_of(case)

    split = split_off(voucher)

    split.into.refresh_from_db()
    assert split.into.closed_at is None

    put_back(split, at=LATER + minutes(5))

    assert rows_of(case) == before


def test_what_came_after_the_split_is_read_in_the_old_case_after_the_undo() -> None:
    case, _dress, voucher = a_case_of_two_matters()
    split = split_off(voucher)
    later = given.a_message(split.into, text="Well?", at=LATER + minutes(5))

    put_back(split, at=LATER + minutes(9))

    assert texts_in(case)[-1] == "Well?"
    later.refresh_from_db()
    assert later.case == split.into
    case.refresh_from_db()
    assert case.waiting_since == MONDAY
    assert case.moved_at == LATER + minutes(5)


def test_a_stranger_gets_a_case_of_his_own() -> None:
    case, _dress, _voucher = a_case_of_two_matters()
    word = cases.receive_message(
        case=case,
        said=cases.Said(text="I want one too", channel="mail"),
        sender="ola@mail.example",
        sender_name="Ola Berg",
        joined_by="references",
        by="system",
        at=MONDAY + minutes(40),
    )

    into = split_off(word).into

    assert into.customer.name == "Ola Berg"
    assert into.customer != case.customer


def test_an_answer_that_is_moved_stops_the_clock_of_where_it_lies() -> None:
    case, _dress, voucher = a_case_of_two_matters()
    answer = an_answer(case, at=MONDAY + minutes(40))

    split = split_off(voucher, answer)

    assert Clock.objects.get(case=case).stopped_at is None
    assert Clock.objects.get(case=split.into).used_minutes == 10
    case.refresh_from_db()
    assert (case.first_answered_at, case.waiting_since) == (None, MONDAY)

    put_back(split, at=LATER + minutes(5))

    assert Clock.objects.get(case=case).used_minutes == 40


def test_something_must_stay_and_nothing_of_another_case_goes() -> None:
    case, dress, voucher = a_case_of_two_matters()
    other = given.a_message(given.a_case())
    mei = given.the("mei")
    told = Entry.objects.count()

    with pytest.raises(cases.EverythingChosen):
        split_off(dress, voucher)
    for chosen in ([], [voucher.pk, other.pk], [0]):
        with pytest.raises(cases.NotChosen):
            cases.split(case=case, messages=chosen, subject="", by=mei, at=LATER)

    assert not Split.objects.exists()
    assert Entry.objects.count() == told
    assert texts_in(case) == [dress.text, voucher.text]


def test_what_the_desk_wrote_by_itself_stays() -> None:
    case, _dress, _voucher = a_case_of_two_matters()
    survey = cases.add_automatic_message(
        case=case,
        said=cases.Said(text="How was it?", channel="mail", automatic="survey"),
        at=MONDAY + minutes(40),
    )

    with pytest.raises(cases.NotChosen):
        split_off(survey)


def test_a_later_split_or_merge_is_undone_first() -> None:
    case, _dress, voucher = a_case_of_two_matters()
    third = given.a_message(case, text="And the hat?", at=MONDAY + minutes(35))
    split = split_off(voucher, third)
    third.refresh_from_db()
    inner = split_off(third, at=LATER + minutes(1))

    with pytest.raises(cases.SplitFurther):
        put_back(split, at=LATER + minutes(2))

    put_back(inner, at=LATER + minutes(3))
    merge = merged(case, into=given.a_case(), at=LATER + minutes(4))

    with pytest.raises(cases.MergedMeanwhile):
        put_back(split, at=LATER + minutes(5))

    parted(merge, at=LATER + minutes(6))
    put_back(split, at=LATER + minutes(7))

    with pytest.raises(cases.UndoneAlready):
        put_back(split, at=LATER + minutes(8))
    assert texts_in(case)[-2:] == ["And the voucher?", "And the hat?"]


def test_what_was_split_off_of_later_messages_is_put_back_first_too() -> None:
    case, _dress, voucher = a_case_of_two_matters()
    split = split_off(voucher)
    later = given.a_message(split.into, text="And the hat?", at=LATER + minutes(1))
    inner = split_off(later, at=LATER + minutes(2))
    before = rows_of(case, split.into, inner.into)

    with pytest.raises(cases.SplitFurther):
        put_back(split, at=LATER + minutes(3))

    assert rows_of(case, split.into, inner.into) == before
    put_back(inner, at=LATER + minutes(4))
    put_back(split, at=LATER + minutes(5))
    assert texts_in(case)[-2:] == ["And the voucher?", "And the hat?"]


def test_the_merge_that_ends_a_split_is_not_undone() -> None:
    _case, _dress, voucher = a_case_of_two_matters()
    split = split_off(voucher)
    put_back(split, at=LATER + minutes(1))
    split.refresh_from_db()
    assert split.merge is not None

    with pytest.raises(cases.EndOfSplit):
        parted(split.merge, at=LATER + minutes(2))


def test_a_message_of_a_merged_case_goes_back_to_where_it_lay() -> None:
    case, _dress, voucher = a_case_of_two_matters()
    second = given.a_case(customer=case.customer, at=MONDAY + minutes(31))
    hat = given.a_message(second, text="And the hat?", at=MONDAY + minutes(31))
    merge = merged(second, into=case)
    split = cases.split(
        case=case,
        messages=[hat.pk],
        subject="The hat",
        by=given.the("mei"),
        at=LATER + minutes(1),
    )
    parted(merge, at=LATER + minutes(2))

    put_back(split, at=LATER + minutes(3))

    assert texts_in(second) == ["And the hat?"]
    assert voucher.text in texts_in(case)
    second.refresh_from_db()
    assert second.waiting_since == MONDAY + minutes(31)


def test_both_journeys_tell_the_split_and_its_end() -> None:
    case, _dress, voucher = a_case_of_two_matters()

    split = split_off(voucher)
    put_back(split, at=LATER + minutes(5))

    into = split.into
    told = Entry.objects.filter(at__gte=LATER).order_by("id")
    assert list(told.values_list("kind", "matter", "data")) == [
        ("case.split", case.as_matter, {"to": into.ref, "messages": 1}),
        ("case.split_off", into.as_matter, {"from": case.ref, "messages": 1}),
        ("case.split_undone", case.as_matter, {"case": into.ref}),
        ("case.split_undone", into.as_matter, {"case": case.ref}),
    ]
