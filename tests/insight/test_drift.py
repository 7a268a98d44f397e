"""Paper and counter: read from real decisions, shown to those who may see it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evenhand.decisions import actions
from evenhand.decisions.models import Decision, PolicyVersion
from evenhand.decisions.rules.otherwise import Otherwise
from evenhand.decisions.rules.words import Verdict
from evenhand.insight.drifting import paper_and_counter
from evenhand.insight.rules.drift import Drift, Sum, Ways
from evenhand.insight.rules.periods import Period
from evenhand.kernel.money import Money
from tests import given, given_decisions

pytestmark = pytest.mark.django_db
NOW = given.MONDAY + timedelta(days=6)


def a_decision(
    *, amount: str = "", person: str = "marta", reason: str = "", team: str = "Shop"
) -> Decision:
    """Row S-1 of the small page refunds 129.00; with an amount, something else."""
    by = given.the(person)
    if not PolicyVersion.objects.exists():
        given_decisions.published(given_decisions.small_page(basis="policy"))
        given_decisions.limits(agent="200.00", approver="200.00", manager="900.00")
    issue = given_decisions.a_small_issue(team=team)
    given_decisions.found(issue, by, broken=True, price=12900, seal="whole")
    if not amount:
        return actions.grant(issue=issue, option="entitlement", by=by, at=given.MONDAY)
    return actions.make_exception(
        issue=issue,
        otherwise=Otherwise(
            verdict=Verdict.UPHELD, title="Otherwise", amount=Money.of(amount, "EUR")
        ),
        reason=reason or "We misled her",
        by=by,
        at=given.MONDAY,
    )


def found_for(person: str) -> Drift:
    return paper_and_counter(
        member=given.the(person),
        period=Period.latest(days=7, zone=ZoneInfo("UTC"), at=NOW),
        today=NOW.date(),
    )


def shown(query: str = "", *, person: str = "marta") -> str:
    client = Client()
    client.force_login(given.the(person))
    with time_machine.travel(NOW):
        response = client.get(f"/scorecard/paper/{query}")
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


def test_decisions_stand_beside_what_their_page_says() -> None:
    a_decision()
    a_decision(amount="150.00")
    a_decision(amount="100.00", reason="She keeps it")

    found = found_for("marta")

    [page] = found.pages
    [row] = page.rows
    assert (page.policy, row.rule) == ("small", "S-1")
    assert row.ways == Ways(followed=1, more=1, less=1)
    assert row.sums == (Sum("EUR", 2_100 - 2_900, 0),)
    assert set(row.reasons) == {"We misled her", "She keeps it"}
    assert page.never_hit == ("S-2", "S-3")


def test_a_page_is_called_in_the_words_of_the_reader() -> None:
    text = given_decisions.small_page(basis="policy")
    titled = text.replace("[effective]", '[titles]\nja = "小物"\n\n[effective]')
    given_decisions.published(titled)
    marta = given.the("marta")
    marta.language = "ja"
    marta.save()

    page = shown()

    assert " 小物 " in page
    assert " small " not in page


def test_goodwill_within_a_limit_is_money_on_top_and_no_exception() -> None:
    issue = a_decision().issue
    marta = given.the("marta")
    actions.grant(
        issue=issue,
        option="entitlement",
        goodwill=Money.of("10.00", "EUR"),
        by=marta,
        at=given.MONDAY,
    )

    found = found_for("marta")

    assert found.ways == Ways(followed=1)
    assert found.sums == (Sum("EUR", 0, 1_000),)


def test_those_who_lead_see_colleagues_others_only_themselves() -> None:
    for _ in range(5):
        a_decision(person="mei")
    a_decision()

    marta, mei = found_for("marta"), found_for("mei")

    assert [(p.name, p.ways.n) for p in marta.people] == [("Mei Chen", 5), ("", 1)]
    assert [(p.name, p.ways.n) for p in mei.people] == [("Mei Chen", 5)]


def test_only_decisions_within_reach_are_counted() -> None:
    a_decision()
    a_decision(team="Workshop")

    assert found_for("marta").ways.n == 2
    assert found_for("mei").ways.n == 1


def test_the_number_of_queries_does_not_grow() -> None:
    a_decision()
    with CaptureQueriesContext(connection) as one:
        found_for("marta")
    for _ in range(3):
        a_decision(amount="150.00")

    with CaptureQueriesContext(connection) as four:
        found_for("marta")

    assert len(four) == len(one)


def test_the_page_tells_rows_money_reasons_and_rows_without_decisions() -> None:
    for _ in range(5):
        a_decision(amount="150.00")

    text = shown()

    assert "5 of 5 decisions left their page. With 95% confidence between" in text
    assert "S-1 nobody follows it 5 5 100%" in text
    assert "more for the customer: 5" in text
    assert "+€105.00" in text
    assert "We misled her" in text
    assert "2 rows to which no decision came in these days S-2, S-3" in text


def test_small_numbers_are_counted_and_no_share_is_said() -> None:
    a_decision(amount="150.00")

    text = shown()

    assert "1 of 1 decision left its page. Too few to tell." in text
    assert "S-1 1 1 too few to tell" in text
    assert "1 colleague with few decisions 1 — too few to tell" in text


def test_an_agent_reads_of_own_decisions() -> None:
    a_decision(person="mei")

    text = shown(person="mei")

    assert "Your own decisions" in text
    assert "Mei Chen 1 0 too few to tell" in text


def test_without_a_page_there_is_nothing_to_compare() -> None:
    assert "Nothing to compare yet" in shown()


def test_days_of_ones_own_and_the_days_before_are_a_link_away() -> None:
    a_decision()

    inside = shown("?first=2026-11-16&last=2026-11-17")
    outside = shown("?first=2026-11-18&last=2026-11-19")

    assert "0 of 1 decision left its page." in inside
    assert "No decision by this page in these days." in outside


def test_the_command_prints_a_line_a_row_and_names_nobody() -> None:
    a_decision(amount="150.00")
    out = StringIO()

    with time_machine.travel(NOW):
        call_command("policy_drift", "--days", "30", stdout=out)

    assert out.getvalue().splitlines() == [
        "page\trow\tdecisions\tmore\tless\tother\tmoney\treasons",
        "small\tS-1\t1\t1\t0\t0\t+€21.00\tWe misled her",
        "small: no decision came to S-2, S-3",
    ]


def test_the_command_gives_json() -> None:
    a_decision()
    out = StringIO()

    with time_machine.travel(NOW):
        call_command("policy_drift", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert found["never_hit"] == {"small": ["S-2", "S-3"]}
    assert found["rows"][0]["row"] == "S-1"
    assert found["rows"][0]["decisions"] == 1
    assert len(found["rows"][0]["weeks"]) == 12


@pytest.mark.parametrize("wrong", [["--days", "0"], ["--policy", "nothing"]])
def test_the_command_refuses_what_it_cannot_compare(wrong: list[str]) -> None:
    a_decision()

    with pytest.raises(CommandError) as refused:
        call_command("policy_drift", *wrong)

    assert refused.value.returncode == 2
