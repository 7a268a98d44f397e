"""Two people at the same cases at the same moment: one wins, the other is told."""

from __future__ import annotations

import pytest

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Merge, Message
from evenhand.ledger.models import Entry
from tests import given
from tests.cases.test_merging import two_cases
from tests.decisions.refusing import at_once
from tests.given import minutes
from tests.given_merges import LATER, merged, parted

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = (cases.NotMerged,)


@pytest.fixture(autouse=True)
def _cast() -> None:
    given.the("mei")


def test_of_two_who_merge_each_into_the_other_one_is_told() -> None:
    first, second = two_cases()

    came = at_once(
        lambda: merged(first, into=second),
        lambda: merged(second, into=first),
        refusals=TOLD,
    )

    assert came == {"done": 1, "MergedAlready": 1}
    assert Case.objects.filter(merged_into=None).count() == 1


def test_of_two_who_merge_one_case_into_two_one_is_told() -> None:
    first, second = two_cases()
    third = given.a_case(customer=first.customer)

    came = at_once(
        lambda: merged(first, into=second),
        lambda: merged(first, into=third),
        refusals=TOLD,
    )

    assert came == {"done": 1, "MergedAlready": 1}
    assert Merge.objects.count() == 1


def test_three_who_merge_in_a_circle_leave_one_case_that_lives() -> None:
    first, second = two_cases()
    third = given.a_case(customer=first.customer)

    came = at_once(
        lambda: merged(first, into=second),
        lambda: merged(second, into=third),
        lambda: merged(third, into=first),
        refusals=TOLD,
    )

    assert came["done"] in {1, 2}
    living = Case.objects.filter(merged_into=None)
    assert living.count() == 3 - came["done"]
    homes = Case.objects.exclude(merged_into=None).values("merged_into")
    assert not homes.exclude(merged_into__in=living).exists()


def test_of_two_who_undo_one_merge_one_is_told() -> None:
    first, second = two_cases()
    merge = merged(second, into=first)

    came = at_once(
        lambda: parted(merge, at=LATER + minutes(1)),
        lambda: parted(merge, at=LATER + minutes(1)),
        refusals=TOLD,
    )

    assert came == {"done": 1, "PartedAlready": 1}
    assert Entry.objects.filter(kind="case.parted").count() == 1


def test_a_mail_and_a_merge_at_once_leave_the_living_case_waiting() -> None:
    first, second = two_cases()
    cases.close_case(case=first, by=given.the("mei"), at=LATER)
    cases.close_case(case=second, by=given.the("mei"), at=LATER)

    came = at_once(
        lambda: merged(second, into=first, at=LATER + minutes(1)),
        lambda: given.a_message(second, text="Well?", at=LATER + minutes(1)),
    )

    assert came == {"done": 2}
    first.refresh_from_db()
    assert first.waiting_since == LATER + minutes(1)
    assert first.closed_at is None
    assert Message.objects.get(text="Well?").case == second
