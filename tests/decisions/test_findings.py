"""What is known about an issue: sources, findings, what matters, which page holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evenhand.customers.models import SoldVia
from evenhand.decisions import actions, queries
from evenhand.decisions.models import Finding
from evenhand.decisions.rules.words import FindingStatus
from evenhand.ledger.models import Entry
from tests import given, given_decisions
from tests.decisions.refusing import (
    an_issue,
    everybody_is_there,
    nothing_changed,
    signed_in,
)

pytestmark = pytest.mark.django_db


def test_the_order_is_a_source_with_its_number() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.a_small_issue(price="129.00")

    price = queries.fact_sheet(issue, at=given.MONDAY).fact("price")

    assert price is not None
    assert (price.value, price.shown, price.entered) == (12_900, "€129.00", "129.00")
    assert price.status is FindingStatus.KNOWN
    assert price.source.startswith("Order A-")


def test_the_day_of_asking_is_the_first_messages_day() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.a_small_issue()

    asked = queries.fact_sheet(issue, at=given.MONDAY + timedelta(days=30)).fact(
        "asked_on"
    )

    assert asked is not None
    assert asked.value == date(2026, 11, 16)


def test_the_latest_finding_outweighs_the_source_and_earlier_ones() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.a_small_issue()
    mei = given.the("mei")
    claimed = FindingStatus.CLAIMED
    given_decisions.found(
        issue, mei, status=claimed, source="on the phone", price=9_900
    )
    given_decisions.found(issue, given.the("noi"), price=11_900)

    price = queries.fact_sheet(issue, at=given.MONDAY).fact("price")

    assert price is not None
    assert price.value == 11_900
    assert price.status is FindingStatus.VERIFIED
    assert price.source == "Noi Prasert"
    assert Finding.objects.filter(fact="price").count() == 2


def test_what_nobody_knows_is_unknown_even_where_the_record_has_a_value() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.a_small_issue()
    given_decisions.found(issue, given.the("mei"), price=None)

    price = queries.fact_sheet(issue, at=given.MONDAY).fact("price")

    assert price is not None
    assert price.is_open
    assert price.status is FindingStatus.UNKNOWN


def test_a_wrong_value_is_refused_and_none_of_the_others_is_written() -> None:
    everybody_is_there()
    issue = an_issue()

    with nothing_changed(), pytest.raises(actions.WrongFindings) as wrong:
        given_decisions.found(
            issue, given.the("mei"), broken=False, seal="glued", colour="red"
        )

    assert set(wrong.value.faults) == {"seal", "colour"}
    assert "whole, torn" in wrong.value.faults["seal"]


def test_the_same_finding_is_not_written_twice() -> None:
    everybody_is_there()
    issue = an_issue()

    with nothing_changed():
        again = given_decisions.found(issue, given.the("mei"), broken=True)

    assert again == []


def test_a_finding_is_in_the_ledger_by_name_and_not_by_value() -> None:
    everybody_is_there()
    issue = an_issue()

    entry = Entry.objects.get(kind="finding.recorded")

    assert entry.subject == f"issue:{issue.pk}"
    assert entry.matter == issue.case.as_matter
    assert entry.data == {"facts": {"broken": "verified"}}


def test_only_what_can_change_the_answer_is_asked_and_matters() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.a_small_issue()
    mei = given.the("mei")

    before = queries.fact_sheet(issue, at=given.MONDAY)
    given_decisions.found(issue, mei, status=FindingStatus.CLAIMED, broken=True)
    after = queries.fact_sheet(issue, at=given.MONDAY)

    assert next(fact.name for fact in before.questions) == "broken"
    assert after.questions == ()
    assert {fact.name for fact in after.facts if fact.matters} == {"broken", "price"}
    assert [fact.name for fact in after.claimed] == ["broken"]


def test_questions_are_asked_in_the_members_language() -> None:
    issue = given_decisions.a_dress()

    sheet = queries.fact_sheet(issue, at=given.MONDAY, language="th")

    reason = sheet.fact("reason")
    assert reason is not None
    assert reason.ask == "เหตุผลที่ต้องการคืนคืออะไรคะ"
    assert reason.label == "เหตุผล"


def test_where_a_page_has_no_question_in_a_language_its_label_asks() -> None:
    given_decisions.a_page("service")
    issue = given.an_issue(given.a_case(), title="The excess", policy="service")

    thai, english = (
        queries.fact_sheet(issue, at=given.MONDAY, language=language).fact("warned")
        for language in ("th", "en")
    )

    assert thai is not None
    assert english is not None
    assert thai.ask == thai.label == "เตือนเมื่อใช้สี่ในห้า"
    assert english.ask == "Was the client warned at four fifths?"


def test_a_value_on_record_that_the_page_does_not_allow_is_said_and_not_used() -> None:
    given_decisions.a_page("returns")
    issue = given_decisions.an_issue_of_an_order(
        policy="returns", country="VN", currency="VND"
    )

    currency = queries.fact_sheet(issue, at=given.MONDAY).fact("currency")

    assert currency is not None
    assert currency.is_open
    assert "EUR, GBP, CNY" in currency.fault


def test_a_page_in_one_currency_does_not_judge_an_order_in_another() -> None:
    given_decisions.published(given_decisions.small_page())
    issue = given_decisions.an_issue_of_an_order(
        policy="small", country="TH", currency="THB"
    )

    advice = queries.advice(issue, member=given.the("mei"), at=given.MONDAY)

    assert advice.status == "fault"
    assert advice.options == ()
    assert advice.fault == "The page reckons in EUR, the order is in THB."


def test_the_version_is_picked_by_the_day_that_the_page_names() -> None:
    given_decisions.published(given_decisions.small_page(version="old"))
    given_decisions.published(
        given_decisions.small_page(version="new", begins="2026-11-17")
    )
    issue = given_decisions.a_small_issue()
    later = given.a_case(at=given.MONDAY + timedelta(days=2))
    given.a_message(later, at=given.MONDAY + timedelta(days=2))
    other = given_decisions.another_issue(later)
    mei = given.the("mei")
    at = given.MONDAY + timedelta(days=9)

    pages = [queries.advice(one, member=mei, at=at).page for one in (issue, other)]

    assert [page.version for page in pages if page] == ["old", "new"]


def test_before_any_version_holds_there_is_no_answer() -> None:
    given_decisions.published(given_decisions.small_page(begins="2026-12-01"))
    issue = given_decisions.a_small_issue()

    advice = queries.advice(issue, member=given.the("mei"), at=given.MONDAY)

    assert (advice.status, advice.page) == ("not_in_force", None)
    assert advice.fault


def test_an_issue_without_a_page_has_an_empty_sheet() -> None:
    issue = given.an_issue(given.a_case())

    assert queries.fact_sheet(issue, at=given.MONDAY).facts == ()
    advice = queries.advice(issue, member=given.the("mei"), at=given.MONDAY)
    assert (advice.status, advice.currency) == ("no_page", "EUR")


@pytest.mark.parametrize(
    ("country", "law"),
    [("DE", "EU"), ("GB", "UK"), ("CN", "CN"), ("TH", "TH"), ("BR", "OTHER")],
)
def test_the_law_follows_from_the_country_of_the_order(country: str, law: str) -> None:
    given_decisions.a_page("returns")
    issue = given_decisions.an_issue_of_an_order(
        policy="returns", country=country, currency="EUR", sold_via=SoldVia.PHONE
    )

    sheet = queries.fact_sheet(issue, at=given.MONDAY)

    found = {fact.name: fact.value for fact in sheet.facts}
    assert found["country"] == law
    assert found["bought"] == "distance"
    assert found["sold_here"] is True


def test_the_last_day_moves_over_a_weekend() -> None:
    given_decisions.a_page("returns")
    customer = given.a_customer()
    saturday_in_two_weeks = given.MONDAY - timedelta(days=9)
    order = given.an_order(customer, delivered_at=saturday_in_two_weeks)
    case = given.a_case(customer=customer, order=order)
    sheet = queries.fact_sheet(
        given_decisions.another_issue(case, policy="returns"), at=given.MONDAY
    )

    shift = sheet.fact("last_day_shift")
    assert shift is not None
    assert shift.value == 2


LINES = """+++
policy = "small"
version = "1"
[money]
currency = "EUR"
+++
## Facts

| fact | type | domain |
|---|---|---|
| lines | list | |
| lines.price | money | 0.. |
| lines.category | one of | apparel, hygiene |
| longest | duration? | |

## Derived

| name | type | from |
|---|---|---|
| clothes | money | lines.filter(l, l.category == "apparel").map(l, l.price).sum() |

## Table: entitlement (first)

| id | when | verdict | give | amount |
|---|---|---|---|---|
| L-1 | clothes > 0.00 | upheld | refund | clothes |
| L-2 | | not_upheld | deny | |
"""


def test_the_lines_of_an_order_are_known_from_the_order() -> None:
    given_decisions.published(LINES)
    issue = given_decisions.a_small_issue(price="40.00")
    mei = given.the("mei")

    advice = queries.advice(issue, member=mei, at=given.MONDAY)

    sheet = queries.fact_sheet(issue, at=given.MONDAY)
    fact = sheet.fact("lines")
    assert fact is not None
    assert fact.value == ((4_000, "apparel"),)
    assert fact.entered == "[(price 40.00, category apparel)]"
    (option,) = [one for one in advice.options if one.key == "entitlement"]
    assert str(option.amount) == "€40.00"


def test_a_length_of_time_is_entered_as_people_write_it() -> None:
    given_decisions.published(LINES)
    issue = given_decisions.a_small_issue(price="40.00")
    client = signed_in("mei")

    client.post(f"/issues/{issue.pk}/findings/", {"fact-longest": "3 days"})

    found = Finding.objects.get(fact="longest")
    assert found.value == 259_200
    sheet = queries.fact_sheet(issue, at=given.MONDAY)
    assert sheet.fact("longest").entered == "3 days"  # type: ignore[union-attr]  # it is declared
