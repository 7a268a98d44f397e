"""Two cases become one and part again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import Case, Clock, Merge, Message
from evenhand.ledger.models import Entry
from tests import given
from tests.given import MONDAY, minutes
from tests.given_merges import LATER, an_answer, merged, parted

pytestmark = pytest.mark.django_db


def two_cases() -> tuple[Case, Case]:
    """Two matters of one customer: the first from nine, the second a half hour later."""
    customer = given.a_customer()
    first = given.a_case(customer=customer)
    second = given.a_case(
        customer=customer, subject="The voucher", at=MONDAY + minutes(30)
    )
    given.a_message(first)
    given.a_message(second, text="And the voucher?", at=MONDAY + minutes(30))
    return first, second


def rows_of(*cases_: Case) -> list[dict[str, object]]:
    """Everything that is stored of cases and their clocks."""
    return [
        model_to_dict(row)
        for case in cases_
        for row in (Case.objects.get(pk=case.pk), Clock.objects.get(case=case))
    ]


def texts_in(case: Case) -> list[str]:
    found = queries.case_for(given.the("mei"), case.ref)
    return [said.text for said in queries.thread(found)]


def test_what_was_said_in_both_is_read_in_the_one_that_lives() -> None:
    first, second = two_cases()

    merged(second, into=first)

    assert texts_in(first) == ["It does not fit.", "And the voucher?"]
    assert texts_in(second) == ["And the voucher?"]
    assert Message.objects.get(text="And the voucher?").case == second


def test_the_inbox_lists_the_living_one_alone_and_finds_it_by_both_numbers() -> None:
    first, second = two_cases()
    mei = given.the("mei")

    merged(second, into=first)

    assert queries.inbox(mei).cases == [first]
    assert queries.open_count(mei.reach) == 1
    assert queries.inbox(mei, words=second.ref).cases == [first]
    assert queries.inbox(mei, words=first.ref).cases == [first]


def test_undone_at_once_both_stand_as_they_stood() -> None:
    first, second = two_cases()
    an_answer(first, at=MONDAY + minutes(40))
    before = rows_of(first, second)

    parted(merged(second, into=first), at=LATER + minutes(5))

    assert rows_of(first, second) == before


def test_a_reply_after_the_merge_lies_in_its_own_case_and_wakes_the_living_one() -> (
    None
):
    first, second = two_cases()
    an_answer(first, at=MONDAY + minutes(40))
    an_answer(second, at=MONDAY + minutes(41))
    merge = merged(second, into=first)
    cases.close_case(case=first, by=given.the("mei"), at=LATER + minutes(1))

    reply = given.a_message(second, text="Thank you", at=LATER + minutes(2))

    first.refresh_from_db()
    assert reply.case == second
    assert first.closed_at is None
    assert first.waiting_since == LATER + minutes(2)

    parted(merge, at=LATER + minutes(9))

    again = Case.objects.get(pk=first.pk)
    second.refresh_from_db()
    assert again.closed_at == LATER + minutes(1)
    assert again.waiting_since is None
    assert second.closed_at is None
    assert second.waiting_since == LATER + minutes(2)
    assert texts_in(second)[-1] == "Thank you"


def test_an_open_case_opens_the_closed_one_that_it_is_merged_into() -> None:
    first, second = two_cases()
    cases.close_case(case=first, by=given.the("mei"), at=MONDAY + minutes(35))

    merge = merged(second, into=first)

    first.refresh_from_db()
    assert first.closed_at is None
    assert first.waiting_since == MONDAY + minutes(30)
    assert Entry.objects.get(kind="case.took_in").data == {
        "case": second.ref,
        "opened": True,
    }
    # no closing is told twice: nobody is asked again how it went
    assert Entry.objects.filter(kind="case.closed").count() == 1

    parted(merge, at=LATER + minutes(5))

    first.refresh_from_db()
    assert first.closed_at == MONDAY + minutes(35)
    assert Entry.objects.filter(kind="case.closed").count() == 1


def test_a_closed_case_leaves_the_open_one_as_it_was() -> None:
    first, second = two_cases()
    cases.close_case(case=second, by=given.the("mei"), at=MONDAY + minutes(35))

    merged(second, into=first)

    first.refresh_from_db()
    assert first.closed_at is None
    assert first.waiting_since == MONDAY


def test_an_answer_stops_the_clocks_of_all_that_became_one() -> None:
    first, second = two_cases()
    merged(second, into=first)

    answer = an_answer(first, at=LATER + minutes(10))

    clocks = Clock.objects.order_by("case")
    assert [clock.stopped_in for clock in clocks] == [answer, answer]
    assert [clock.used_minutes for clock in clocks] == [70, 40]


def test_the_clock_of_a_case_runs_again_when_the_answer_was_not_its_own() -> None:
    first, second = two_cases()
    merge = merged(second, into=first)
    an_answer(first, at=LATER + minutes(10))

    parted(merge, at=LATER + minutes(20))

    assert Clock.objects.get(case=first).used_minutes == 70
    assert Clock.objects.get(case=second).stopped_at is None
    second.refresh_from_db()
    assert second.standing == "new"


def test_the_page_shows_the_clock_that_runs_out_first() -> None:
    first, second = two_cases()
    an_answer(second, at=MONDAY + minutes(35))

    merged(first, into=second)

    living = queries.case_for(given.the("mei"), second.ref)
    reading = queries.read_clock(living, at=LATER)
    assert reading is not None
    assert not reading.stopped
    assert reading.used_minutes == 60


def test_a_chain_of_merges_lives_at_its_end_and_parts_where_it_was_joined() -> None:
    first, second = two_cases()
    third = given.a_case(customer=first.customer, at=MONDAY + minutes(31))
    inner = merged(second, into=first)
    outer = merged(first, into=third, at=LATER + minutes(1))

    homes = Case.objects.order_by("pk").values_list("merged_into", flat=True)
    assert list(homes) == [third.pk, third.pk, None]

    parted(inner, at=LATER + minutes(2))

    homes = Case.objects.order_by("pk").values_list("merged_into", flat=True)
    assert list(homes) == [third.pk, None, None]

    parted(outer, at=LATER + minutes(3))

    assert not Case.objects.filter(merged_into__isnull=False).exists()


def test_undoing_the_outer_merge_leaves_the_inner_one() -> None:
    first, second = two_cases()
    third = given.a_case(customer=first.customer, at=MONDAY + minutes(31))
    merged(second, into=first)
    outer = merged(first, into=third, at=LATER + minutes(1))

    parted(outer, at=LATER + minutes(2))

    homes = Case.objects.order_by("pk").values_list("merged_into", flat=True)
    assert list(homes) == [None, first.pk, None]


def test_a_case_is_not_merged_into_itself_and_nothing_is_told() -> None:
    first, _second = two_cases()
    given.the("mei")
    told = Entry.objects.count()

    with pytest.raises(cases.IntoItself):
        merged(first, into=first)

    assert not Merge.objects.exists()
    assert Entry.objects.count() == told


def test_what_is_merged_is_neither_merged_again_nor_merged_into() -> None:
    first, second = two_cases()
    third = given.a_case(customer=first.customer, at=MONDAY + minutes(31))
    merged(second, into=first)
    told = Entry.objects.count()

    with pytest.raises(cases.MergedAlready):
        merged(second, into=third)
    with pytest.raises(cases.MergedAlready):
        merged(third, into=second)
    with pytest.raises(cases.MergedAlready):
        merged(first, into=second)

    assert Merge.objects.count() == 1
    assert Entry.objects.count() == told


def test_a_merge_is_undone_once() -> None:
    first, second = two_cases()
    merge = merged(second, into=first)
    parted(merge, at=LATER + minutes(1))
    told = Entry.objects.count()

    with pytest.raises(cases.PartedAlready):
        parted(merge, at=LATER + minutes(2))

    assert Entry.objects.count() == told


def test_a_merged_case_is_worked_on_in_the_living_one_alone() -> None:
    first, second = two_cases()
    merged(second, into=first)
    mei, ola = given.the("mei"), given.a_customer("Ola Berg")
    before = rows_of(first, second)

    with pytest.raises(cases.CaseMerged):
        an_answer(second, at=LATER)
    with pytest.raises(cases.CaseMerged):
        cases.close_case(case=second, by=mei, at=LATER)
    with pytest.raises(cases.CaseMerged):
        cases.open_case_again(case=second, by=mei, at=LATER)
    with pytest.raises(cases.CaseMerged):
        cases.hand_over(case=second, to=mei, by=mei, at=LATER)
    with pytest.raises(cases.CaseMerged):
        cases.change_customer(case=second, to=ola, by=mei, at=LATER)

    assert rows_of(first, second) == before
    assert not Message.objects.filter(direction="out").exists()


def test_who_sees_the_living_case_sees_what_was_merged_into_it() -> None:
    first, second = two_cases()
    studio = given.a_case(team="Studio", at=MONDAY + minutes(31))
    given.a_message(studio, text="For the studio", at=MONDAY + minutes(31))
    sam, mei, marta = given.the("sam"), given.the("mei"), given.the("marta")

    merge = cases.merge(case=second, into=studio, by=marta, at=LATER)

    assert queries.case_for(sam, second.ref) == second
    # whoever had it keeps it, and does not see the other team's
    assert queries.case_for(mei, second.ref) == second
    with pytest.raises(queries.NoSuchCase):
        queries.case_for(mei, studio.ref)

    parted(merge, at=LATER + minutes(1))

    with pytest.raises(queries.NoSuchCase):
        queries.case_for(sam, second.ref)
    assert first.pk is not None


def test_both_journeys_tell_it_and_its_end() -> None:
    first, second = two_cases()

    parted(merged(second, into=first), at=LATER + minutes(5))

    told = Entry.objects.filter(at__gte=LATER).order_by("id")
    assert list(told.values_list("kind", "matter", "data")) == [
        ("case.merged", second.as_matter, {"into": first.ref}),
        ("case.took_in", first.as_matter, {"case": second.ref, "opened": False}),
        ("case.parted", second.as_matter, {"case": first.ref}),
        ("case.let_go", first.as_matter, {"case": second.ref}),
    ]


def test_a_case_longer_merged_than_open_waits_from_when_it_asked() -> None:
    first, second = two_cases()
    an_answer(first, at=MONDAY + minutes(50))

    merged(second, into=first)

    first.refresh_from_db()
    # its answer of ten to ten answered nothing in the other case
    assert first.waiting_since == MONDAY + timedelta(minutes=30)
