"""What the checks know of a case, and what the answer box makes of what they find."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Kind
from evenhand.customers import actions as customers
from evenhand.customers.models import SoldVia
from evenhand.kernel.money import Money
from evenhand.replies import queries
from evenhand.replies.composer import Composer, Written, composer_of
from tests.given import (
    MONDAY,
    a_case,
    a_customer,
    a_message,
    an_issue,
    an_order,
    limits,
    the,
)
from tests.given_decisions import published, small_page
from tests.given_promises import a_promise

pytestmark = pytest.mark.django_db

PROMISING = (
    "Dear Eva Novak,\n\nThank you for telling me that the hem came undone."
    " I will refund €30.00 to your card by Friday 20 November 2026.\n\nMei Chen"
)


def an_ordered_case() -> Case:
    limits()
    customer = a_customer("Eva Novak")
    case = a_case(customer=customer, order=an_order(customer))
    a_message(case)
    return case


def box(case: Case, text: str, *, seen: frozenset[str] = frozenset()) -> Composer:
    """Return the answer box; what was `seen` stands unticked."""
    written = Written(text=text, seen=seen)
    return composer_of(case, member=the("mei"), at=MONDAY, written=written)


def keys(composer: Composer) -> list[str]:
    return [check.key.rpartition("-")[0] for check in composer.checks]


def test_an_empty_box_has_nothing_to_mend() -> None:
    composer = box(an_ordered_case(), "  ")

    assert (composer.checks, composer.promises, composer.blocked) == ((), (), False)


@pytest.mark.parametrize(
    ("spoken", "name"), [("en", "Chinese"), ("th", "จีน"), ("zh-hans", "中文")]
)
def test_the_customers_language_is_named_in_the_members_own(
    spoken: str, name: str
) -> None:
    case = a_case(customer=a_customer("王敏", language="zh"))
    a_message(case, text="裙子的线开了。")

    with translation.override(spoken):
        titles = [check.title for check in box(case, PROMISING).checks]

    assert any(f"({name})" in title or f"（{name}）" in title for title in titles)


def test_a_gift_above_ones_limit_blocks_and_one_within_it_does_not() -> None:
    case = an_ordered_case()

    above = box(case, PROMISING.replace("30.00", "50.01"))
    within = box(case, PROMISING.replace("30.00", "50.00"))

    assert (above.blocked, keys(above)[0]) == (True, "promise-above-limit")
    assert within.blocked is False


def test_the_fault_is_told_in_words_with_its_place() -> None:
    composer = box(an_ordered_case(), PROMISING.replace("30.00", "480.00"))

    check = composer.checks[0]
    assert check.title == (
        "€480.00 is above your limit of €50.00, and nobody has approved it."
    )
    assert check.quote == "€480.00"
    assert composer.draft[check.start :].startswith("€480.00")


def test_another_customers_name_blocks() -> None:
    case = an_ordered_case()

    assert "wrong-name" in keys(box(case, PROMISING.replace("Eva Novak", "Mr Brown")))
    assert "wrong-name" not in keys(box(case, PROMISING))


def test_a_promise_on_record_may_be_named_and_another_day_is_found() -> None:
    case = an_ordered_case()
    a_promise(
        case,
        what="Refund 30.00",
        due_at=MONDAY.replace(day=20),
        amount=Money(3000, "EUR"),
    )

    same = box(case, PROMISING)
    other_day = box(case, PROMISING.replace("Friday 20", "Saturday 21"))
    other_sum = box(case, PROMISING.replace("30.00", "31.00"))

    assert "dates-differ" not in keys(same)
    assert "dates-differ" in keys(other_day)
    assert (other_sum.blocked, keys(other_sum)[0]) == (True, "figures-differ")


def test_a_day_that_the_answer_itself_promises_is_on_record_once_it_is_kept() -> None:
    case = an_ordered_case()
    a_promise(case, due_at=MONDAY.replace(day=18))
    offered = box(case, PROMISING).promises[0]

    unkept = box(case, PROMISING, seen=frozenset({offered.key}))
    kept = box(case, PROMISING)

    assert "dates-differ" in keys(unkept)
    assert "dates-differ" not in keys(kept)


def test_a_commitment_with_a_day_is_kept_as_a_promise_until_it_is_unticked() -> None:
    case = an_ordered_case()

    (offered,) = box(case, PROMISING).promises
    (unticked,) = box(case, PROMISING, seen=frozenset({offered.key})).promises

    assert offered.what == (
        "I will refund €30.00 to your card by Friday 20 November 2026"
    )
    assert (offered.due, offered.amount) == (date(2026, 11, 20), Money(3000, "EUR"))
    assert (offered.chosen, unticked.chosen) == (True, False)


def test_a_commitment_without_a_day_is_not_kept_by_itself() -> None:
    text = PROMISING.replace(" by Friday 20 November 2026", "")

    (offered,) = box(an_ordered_case(), text).promises

    assert (offered.due, offered.chosen) == (None, False)


def test_what_is_missing_quotes_no_words_that_stand_there() -> None:
    case = an_ordered_case()
    cases.change_kind(case=case, kind=Kind.COMPLAINT, by=the("mei"), at=MONDAY)

    composer = box(case, "Dear Eva Novak,\n\nThe parcel is here.\n\nMei Chen")

    quotes = {check.key: check.quote for check in composer.checks}
    assert quotes["no-acknowledgement"] == ""
    assert quotes["no-next-step"] == ""


def test_the_answer_goes_to_the_customers_address_and_copies_nobody() -> None:
    case = an_ordered_case()
    cases.join_participant(
        case=case, address="son@mail.example", name="", by="system", at=MONDAY
    )

    composer = box(case, PROMISING)

    assert composer.to == (case.customer.identities.get().value,)
    assert [(one.address, one.chosen) for one in composer.others] == [
        ("son@mail.example", False)
    ]


def test_a_stranger_who_wrote_last_does_not_get_the_answer() -> None:
    case = an_ordered_case()
    cases.receive_message(
        case=case,
        said=cases.Said(text="Me too", channel="mail"),
        sender="stranger@mail.example",
        sender_name="A Stranger",
        joined_by="message_id",
        by="system",
        at=MONDAY,
    )

    assert queries.recipients(case).to == (case.customer.identities.get().value,)


def test_bare_numbers_are_read_in_the_customers_currency_without_an_order() -> None:
    limits("CNY")
    case = a_case(customer=a_customer("李娜", language="zh"))

    context = queries.check_context(case, member=the("mei"), at=MONDAY)

    assert (context.currency, context.limit) == ("CNY", Money(5000, "CNY"))


def test_the_limit_is_in_what_the_customer_last_paid_with() -> None:
    limits("GBP")
    customer = a_customer("Tariq Hughes")
    customers.add_order(
        customer=customer,
        number="A-99",
        sold_via=SoldVia.WEB,
        country="GB",
        currency="GBP",
        placed_at=MONDAY,
        lines=[],
        by="system",
        at=MONDAY,
    )

    context = queries.check_context(
        a_case(customer=customer), member=the("mei"), at=MONDAY
    )

    assert context.limit == Money(5000, "GBP")


def test_what_was_paid_stays_in_the_currency_of_the_order() -> None:
    limits()
    published(small_page())
    customer = a_customer("青木 遥", language="ja")
    order = customers.add_order(
        customer=customer,
        number="J-1",
        sold_via=SoldVia.WEB,
        country="JP",
        currency="JPY",
        placed_at=MONDAY,
        lines=[
            customers.NewLine(
                customers.add_product(sku="J", name="着物", category="apparel"), 5_000
            )
        ],
        by="system",
        at=MONDAY,
    )
    case = a_case(customer=customer, order=order)
    # the page reckons in euros, so limits do; 5,000 yen are not 50.00 euros all the same
    an_issue(case, policy="small")

    context = queries.check_context(case, member=the("mei"), at=MONDAY)

    assert (context.currency, context.price) == ("EUR", Money(5_000, "JPY"))


def test_the_box_asks_as_many_questions_for_three_issues_as_for_one() -> None:
    case = an_ordered_case()

    def asked() -> int:
        fresh = Case.objects.select_related("customer", "team", "order").get(pk=case.pk)
        with CaptureQueriesContext(connection) as found:
            box(fresh, PROMISING)
        return len(found)

    an_issue(case)
    a_promise(case)
    for_one = asked()
    for title in ("Another point", "A third point"):
        an_issue(case, title=title)
        a_promise(case)

    assert asked() == for_one
