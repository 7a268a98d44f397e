"""`evenhand policy diff`: who is worse off among the desk's own cases, part by part."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.customers.models import Customer
from evenhand.decisions import actions
from evenhand.decisions.models import Decision
from evenhand.ledger.models import Entry
from tests import given, given_decisions

pytestmark = pytest.mark.django_db

ROW = "| S-1 | broken yes | upheld | refund | price |"
CAPPED = "| S-1 | broken yes | upheld | refund | min(price, 80.00) |"


@pytest.fixture
def pages(tmp_path: Path) -> tuple[Path, Path]:
    """Two versions of a page, and three cases decided by the earlier one."""
    text = given_decisions.small_page()
    given_decisions.published(text)
    for amount, tier, days in (
        ("100.00", "gold", 0),
        ("60.00", "gold", 31),
        ("90.00", "", 31),
    ):
        issue = given_decisions.a_small_issue(price=amount)
        Customer.objects.filter(pk=issue.case.customer_id).update(tier=tier)
        given_decisions.found(issue, given.the("mei"), broken=True)
        at = given.MONDAY + given.minutes(days * 24 * 60)
        actions.grant(issue=issue, option="entitlement", by=given.the("mei"), at=at)
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text(text)
    new.write_text(given_decisions.small_page(version="2").replace(ROW, CAPPED))
    return old, new


def told(*arguments: object) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("policy_diff", *arguments, "--history", stdout=out)
    assert ended.value.returncode == 1
    return out.getvalue()


def test_months_tell_who_is_worse_off_and_for_how_much(
    pages: tuple[Path, Path],
) -> None:
    entries = Entry.objects.count()

    lines = told(*pages, "--by", "month").splitlines()

    assert "history, 3 cases:" in lines
    assert "  2 cases worse off, by €30.00 in all" in lines
    assert "2026-11, 1 case: 1 case worse off, by €20.00 in all" in lines
    assert "2026-12, 2 cases: 1 case worse off, by €10.00 in all" in lines
    assert (Decision.objects.count(), Entry.objects.count()) == (3, entries)


def test_groups_of_customers_are_told_apart(pages: tuple[Path, Path]) -> None:
    report = json.loads(told(*pages, "--by", "group", "--json"))["moves"]

    assert report["worse"] == 2
    assert {
        group: [
            (m["cases"], m["worse"], m["before"], m["after"], m["lost"]) for m in moves
        ]
        for group, moves in report["parts"].items()
    } == {
        "gold": [(2, 1, {"EUR": 16_000}, {"EUR": 14_000}, {"EUR": 2_000})],
        "none": [(1, 1, {"EUR": 9_000}, {"EUR": 8_000}, {"EUR": 1_000})],
    }


def test_a_page_that_takes_nothing_away_says_that_nobody_is_worse_off(
    pages: tuple[Path, Path],
) -> None:
    lines = told(*reversed(pages), "--by", "group").splitlines()

    assert "gold, 2 cases: nobody is worse off" in lines
    assert "none, 1 case: nobody is worse off" in lines
