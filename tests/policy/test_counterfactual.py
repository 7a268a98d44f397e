"""The nearest way to another outcome, held to trying every case there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.policy.counterfactual import (
    Audience,
    Change,
    nearest,
    wanting,
    wanting_more,
    wanting_row,
)
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Status
from evenhand.policy.program import Page
from tests.policy.writing import HEAD, a_page, a_table, facts, rules

ANSWERS: Mapping[str, tuple[object, ...]] = {
    "country": ("EU", "UK", "CN"),
    "days": (0, 1, 2, 3, 4, 5),
    "worn": (True, False),
    "member": (True, False),
    "limit": (0, 1, 2, 3, 4, 5),
}
FACTS = facts(
    "country | one of | EU, UK, CN",
    "days | whole number | 0..5",
    "worn | yes/no |",
    "member | yes/no |",
    "limit | whole number | 0..5",
)
SHOP = a_page(
    FACTS,
    rules(
        "id | when | unless | give | amount",
        "law | country EU; days <= 2 | | refund | 10.00",
        "gift | member yes; days < limit | country CN or worn yes; days 4 | voucher |"
        " 10.00",
        "used | worn yes | | deny |",
        "ours | days <= 3; country not(CN) | | refund | 5.00",
        "far | country CN; member yes; worn no; days 0 | | voucher | 1.00",
        "late | | | deny |",
    ),
)
CASES = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in ANSWERS.items()}
)
GIVEN = a_table(
    "Facts",
    "| fact | type | domain | fixed | ask |",
    "| delivered_on | date | 2026-01-01.. | x | When did it come? |",
    "| told_on | date | 2026-01-01.. | | |",
    "| receipt | yes/no | | | Is there a receipt? |",
    "| price | money | 0.00.. | x | |",
)
DERIVED = a_table(
    "Derived",
    "| name | type | from |",
    "| days | whole number | days(told_on - delivered_on) |",
)
WINDOW = (
    "id | when | give | amount",
    "full | days <= 30; receipt yes | refund | price",
    "half | days <= 30 | refund | price / 2",
    "late | | deny | 0.00",
)
CASE = {
    "delivered_on": date(2026, 5, 1),
    "told_on": date(2026, 6, 15),
    "receipt": False,
    "price": 1000,
}


def otherwise(case: Mapping[str, object], size: int) -> Iterator[dict[str, object]]:
    """Every case that differs in so many facts."""
    for names in combinations(ANSWERS, size):
        choices = [[a for a in ANSWERS[name] if a != case[name]] for name in names]
        for picked in product(*choices):
            yield {**case, **dict(zip(names, picked, strict=True))}


def fewest_changes(page: Page, case: Mapping[str, object], give: str) -> int | None:
    """How many facts must change, found by trying everything."""
    for size in range(4):
        for other in otherwise(case, size):
            if decide(page, other, trace=False).outcome["give"] == give:
                return size
    return None


@settings(max_examples=60, deadline=None)
@given(CASES, st.sampled_from(["refund", "voucher", "deny"]))
def test_no_way_needs_fewer_changes_than_the_nearest(
    case: dict[str, object], give: str
) -> None:
    found = nearest(SHOP, case, wanted=wanting(give=give))

    fewest = fewest_changes(SHOP, case, give)
    assert fewest is not None
    assert {len(one.changes) for one in found} == ({fewest} if fewest else set())
    for one in found:
        changed = {change.fact: change.instead for change in one.changes}
        decision = decide(SHOP, {**case, **changed})
        assert (decision.rule, decision.outcome) == (one.rule, one.outcome)
        assert decision.outcome["give"] == give


def test_the_smallest_step_over_a_boundary_comes_first() -> None:
    case = {"country": "UK", "days": 5, "worn": False, "member": False, "limit": 0}

    by_days, *others = nearest(SHOP, case, wanted=wanting(give="refund"))

    assert by_days.changes == (Change("days", 5, 3),)
    assert (by_days.rule, by_days.outcome) == (
        "ours",
        {"give": "refund", "amount": 500},
    )
    assert others == []


def test_a_row_or_more_money_may_be_what_is_wanted() -> None:
    case = {"country": "UK", "days": 2, "worn": False, "member": False, "limit": 5}
    now = decide(SHOP, case)

    row = nearest(SHOP, case, wanted=wanting_row("used"))
    more = nearest(SHOP, case, wanted=wanting_more(now))

    assert now.outcome == {"give": "refund", "amount": 500}
    assert [one.changes for one in row] == [
        (Change("worn", actual=False, instead=True),)
    ]
    assert [one.changes for one in more] == [
        (Change("country", "UK", "EU"),),
        (Change("member", actual=False, instead=True),),
    ]


def test_a_day_is_moved_where_what_follows_from_it_meets_the_boundary() -> None:
    page = a_page(GIVEN, DERIVED, rules(*WINDOW))

    (way,) = nearest(page, CASE, wanted=wanting(give="refund"))

    assert way.changes == (Change("told_on", date(2026, 6, 15), date(2026, 5, 31)),)
    assert (way.rule, way.outcome["amount"]) == ("half", 500)
    assert not way.hindsight


def test_the_customer_is_shown_only_what_can_be_answered_otherwise() -> None:
    page = a_page(GIVEN, DERIVED, rules(*WINDOW))
    early = {**CASE, "told_on": date(2026, 5, 20)}

    late = nearest(
        page, CASE, wanted=wanting(give="refund"), audience=Audience.CUSTOMER
    )
    (way,) = nearest(
        page, early, wanted=wanting_row("full"), audience=Audience.CUSTOMER
    )

    assert late == ()
    assert way.changes == (Change("receipt", actual=False, instead=True),)


def test_what_is_fixed_is_told_to_staff_as_hindsight_and_offered_to_nobody() -> None:
    page = a_page(GIVEN, DERIVED, rules(*WINDOW))
    given_receipt = {**CASE, "receipt": True}

    def ways(audience: Audience, *, hindsight: bool) -> list[tuple[Change, ...]]:
        found = nearest(
            page,
            given_receipt,
            wanted=wanting_row("full"),
            audience=audience,
            hindsight=hindsight,
        )
        assert all(one.hindsight is hindsight for one in found)
        return [one.changes for one in found]

    assert (Change("days", 45, 30),) in ways(Audience.STAFF, hindsight=True)
    assert ways(Audience.CUSTOMER, hindsight=True) == []
    offered = ways(Audience.STAFF, hindsight=False)
    assert offered == [(Change("told_on", date(2026, 6, 15), date(2026, 5, 31)),)]


def test_an_outcome_that_the_page_forbids_is_no_way_out() -> None:
    page = a_page(
        facts("days | whole number | 0..9", "worn | yes/no |"),
        rules("id | when | give", "a | days <= 3 | refund", "b | worn yes | deny"),
        a_table(
            "Never", "| id | when | give |", "| n | days <= 2; worn yes | refund |"
        ),
    )

    (way,) = nearest(page, {"days": 9, "worn": True}, wanted=wanting(give="refund"))

    assert way.changes == (Change("days", 9, 3),)


def test_what_is_unknown_may_be_supplied() -> None:
    page = a_page(
        facts("days | whole number | 0..9", "photo | yes/no? |"),
        rules("id | when | give", "a | photo yes | refund", "b | photo null | wait"),
        head=HEAD,
    )

    assert decide(page, {"days": 1}).status is Status.NEEDS_FACT
    (way,) = nearest(page, {"days": 1}, wanted=wanting(give="refund"))

    assert way.changes == (Change("photo", None, instead=True),)


def test_a_way_is_sought_where_an_outcome_is_compared_that_no_row_gave() -> None:
    page = a_page(
        facts("sold | yes/no |", "price | money | 0.."),
        "## Derived\n| name | type | from |\n|---|---|---|\n| net | money | price - 1 |",
        rules("id | when | give | amount", "a | sold yes | refund | 5", "b | | deny |"),
        rules("id | if amount | level", "m | > net | manager", name="Table: who"),
    )

    found = nearest(page, {"sold": False, "price": 300}, wanted=wanting(give="refund"))

    assert [way.changes for way in found] == [
        (Change("sold", actual=False, instead=True),)
    ]
