"""Policies as pages to read: each version, and the list of them on a line of time."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from evenhand.decisions import actions, queries
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.shelves import shelves_of
from tests import given, given_decisions
from tests.decisions.refusing import (
    everybody_is_there,
    queries_of,
    signed_in,
)
from tests.given_decisions import small_page
from tests.given_drafts import a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_a_policy_is_shown_as_a_page_to_read() -> None:
    given_decisions.a_page("returns")

    page = signed_in("mei").get("/policies/returns/").content.decode()

    assert "This page is not legal advice." in page
    assert "eu-withdrawal-loss" in page
    assert "2011/83/EU art. 9, 13, 14(2) (EU-W1, EU-W3)" in page
    assert "ご返品の理由をお聞かせください。" in page


def test_prose_cannot_bring_its_own_html() -> None:
    text = small_page().replace(
        "# Small things\n",
        "# Small things\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n"
        "![p](https://elsewhere.example/p.png)\n",
    )
    given_decisions.published(text)

    page = signed_in("mei").get("/policies/small/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page
    assert "<img" not in page


def test_another_version_is_shown_on_request_and_an_unknown_one_is_not_there() -> None:
    given_decisions.published(small_page())
    given_decisions.published(small_page(version="2", begins="2999-01-01"))
    mei = signed_in("mei")

    assert "small 2" in mei.get("/policies/small/?version=2").content.decode()
    assert mei.get("/policies/small/?version=3").status_code == 404
    assert mei.get("/policies/none/").status_code == 404


def test_a_page_is_called_in_the_readers_language_wherever_it_is_named() -> None:
    text = small_page().replace(
        "[effective]", '[titles]\nth = "เรื่องเล็ก"\n\n[effective]'
    )
    given_decisions.published(text)
    marta = given.the("marta")
    marta.language = "th"
    marta.save()

    reader = signed_in("marta")

    for place in (
        "",
        "new/",
        "small/",
        "small/compare/?old=1&new=1",
        "small/1/revert/",
    ):
        assert "เรื่องเล็ก" in reader.get(f"/policies/{place}").content.decode(), place
    shown = reader.get("/policies/small/").content.decode()
    assert "เรื่องเล็ก" in shown[: shown.index("</title>")]


def test_yes_and_no_of_a_row_are_said_in_the_readers_language() -> None:
    given_decisions.published(small_page())
    marta = given.the("marta")
    marta.language = "th"
    marta.save()

    shown = signed_in("marta").get("/policies/small/").context["page"]

    (table, *_others) = shown.tables
    tests = [test for row in table.rows for _label, test in row.conditions]
    assert "ใช่" in tests
    assert "yes" not in tests


def test_the_policies_take_as_many_queries_for_three_as_for_one() -> None:
    given_decisions.published(small_page())
    mei = signed_in("mei")

    one = queries_of(mei, "/policies/")
    given_decisions.published(small_page(policy="other"))
    given_decisions.published(small_page(version="2", begins="2026-12-01"))

    assert queries_of(mei, "/policies/") == one


def test_what_is_in_the_making_takes_as_many_queries_for_three_as_for_one() -> None:
    a_draft(small_page())
    marta = signed_in("marta")

    one = queries_of(marta, "/policies/")
    a_draft(small_page(policy="other"), by="ada")
    a_draft(small_page(policy="third"))

    assert queries_of(marta, "/policies/") == one


def test_each_version_says_whether_it_holds_will_has_or_never_did() -> None:
    given_decisions.published(small_page(begins="2025-01-01"))
    given_decisions.published(small_page(version="2", begins="2026-01-01"))
    late = given_decisions.published(small_page(version="3", begins="2030-01-01"))
    gone = given_decisions.published(small_page(version="4", begins="2031-01-01"))
    actions.call_off(
        version=gone, why="A slip.", by=given.the("marta"), at=given.MONDAY
    )

    (shelf,) = shelves_of(queries.policies(), today=date(2026, 11, 16))

    assert [(line.version.version, line.state) for line in shelf.lines] == [
        ("4", "called_off"),
        ("3", "scheduled"),
        ("2", "in_force"),
        ("1", "ended"),
    ]
    assert [span.version for span in shelf.spans] == ["3", "2", "1"]
    assert all(span.x >= 0 and span.x + span.width <= 640 for span in shelf.spans)
    late.refresh_from_db()
    assert late.effective_to is None
    with time_machine.travel(given.MONDAY):
        page = signed_in("mei").get("/policies/").content.decode()
    for word in ("scheduled", "in force", "ended", "called off"):
        assert word in page


def test_a_page_that_only_begins_later_is_shown_before_it_holds() -> None:
    given_decisions.published(small_page(begins="2999-01-01"))

    page = signed_in("marta").get("/policies/small/").content.decode()

    assert "scheduled" in page
    assert "/policies/small/1/call-off/" in page


def test_a_stored_text_that_is_read_no_more_says_where_and_decides_nothing() -> None:
    given_decisions.published(small_page())
    issue = given_decisions.a_small_issue()
    PolicyVersion.objects.update(text=small_page().replace("broken yes", "broken so"))

    response = signed_in("mei").get("/policies/small/")
    advice = queries.advice(issue, member=given.the("mei"), at=given.MONDAY)

    assert response.status_code == 200
    assert "This version cannot be read any more." in response.content.decode()
    assert (advice.status, advice.options) == ("fault", ())
    assert "is neither yes nor no" in advice.fault


RICH = """+++
policy = "rich"
version = "1"
title = "Parcels"
[titles]
th = "พัสดุ"
[effective]
from = 2026-01-01
judged_on = "asked_on"
[money]
currency = "EUR"
+++
## Facts

| fact | type | domain | label | label th |
|---|---|---|---|---|
| asked_on | date | | | |
| lines | list | | The parcels | |
| lines.price | money | 0.. | Worth | |
| opened | yes/no | | Opened | เปิดแล้ว |

## Values

| name | type | value | from | reference |
|---|---|---|---|---|
| cap | money | 50.00 | 2025-01-01 | clause 9 |
| cap | money | 60.00 | 2026-07-01 | clause 9a |

## Table: entitlement (first)

| id | when | unless | verdict | give | amount |
|---|---|---|---|---|---|
| P-1 | opened no | opened yes | upheld | refund | cap |
| P-2 | | | not_upheld | deny | |

## Always

| id | when | verdict | because |
|---|---|---|---|
| A-1 | opened no; asked_on >= 2026-01-01 | upheld | the law |
"""


def test_exceptions_entitlements_values_by_date_and_order_lines_are_shown() -> None:
    given_decisions.published(RICH)

    page = signed_in("mei").get("/policies/rich/").content.decode()

    assert "unless" in page
    assert "The parcels: Worth" in page
    assert "from 1 July 2026" in page
    assert "clause 9a" in page
    assert 'id="always"' in page
    thai = signed_in("mei")
    thai.post("/me/", {"language": "th"})
    read = thai.get("/policies/rich/").content.decode()
    assert "พัสดุ" in read
    assert "เปิดแล้ว" in read


def test_words_of_a_page_are_said_to_the_reader_where_somebody_said_them() -> None:
    words = '[words.zh]\ntorn = "已破损"\nstore_credit = "储值"\n\n[effective]'
    given_decisions.published(small_page().replace("[effective]", words))
    reader = signed_in("mei")
    plain = " ".join(reader.get("/policies/small/").content.decode().split())
    reader.post("/me/", {"language": "zh-hans"})

    page = " ".join(reader.get("/policies/small/").content.decode().split())

    # the page's own words, then those of the desk
    assert "已破损" in page
    assert "储值" in page
    assert "部分成立" in page
    assert "partly upheld" not in page
    assert "What is given</span> store credit" in plain
    assert "Granted by</span> agent" in plain


def test_two_versions_are_compared_with_a_case_of_each_change() -> None:
    given_decisions.published(small_page())
    given_decisions.published(
        small_page(version="2", begins="2026-12-01").replace("price / 2", "price / 4")
    )
    client = signed_in("mei")

    page = client.get("/policies/small/compare/?old=1&new=2").content.decode()
    same = client.get("/policies/small/compare/?old=1&new=1").content.decode()

    assert "1 kind of case gets another answer." in page
    assert "Somebody is worse off." in page
    assert "S-3" in page
    assert "Proved: both answer every case alike." in same
    assert client.get("/policies/small/compare/?old=1&new=9").status_code == 404


def test_a_draft_is_compared_with_the_version_that_holds() -> None:
    old = given_decisions.published(small_page())
    draft = a_draft(small_page(version="2", begins="2027-01-01"), based_on=old)

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/compare/")

    assert "Proved: both answer every case alike." in page.content.decode()
    assert signed_in("mei").get(page.request["PATH_INFO"]).status_code == 403


def test_a_version_can_be_taken_away_as_text_and_as_dmn() -> None:
    given_decisions.published(small_page())
    client = signed_in("mei")

    text = client.get("/policies/small/1/text/")
    dmn = client.get("/policies/small/1/dmn/")

    assert text.content.decode() == small_page()
    assert text["Content-Disposition"] == 'attachment; filename="small-1.md"'
    assert dmn.content.startswith(b"<?xml")
    assert b"decisionTable" in dmn.content


def test_a_version_of_the_far_future_is_drawn_inside_the_line() -> None:
    far = PolicyVersion(policy="small", version="2", effective_from=date(2099, 1, 1))

    (shelf,) = shelves_of([far], today=date(2026, 11, 16))

    assert [(span.x, span.width) for span in shelf.spans] == [(638, 2)]
