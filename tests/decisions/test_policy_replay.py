"""`evenhand policy replay`: what a page would have said to past cases."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.decisions import actions
from evenhand.decisions.models import Decision
from evenhand.ledger.models import Entry
from tests import given, given_decisions

pytestmark = pytest.mark.django_db


def test_the_desk_s_own_decisions_are_replayed_and_nothing_is_stored(
    tmp_path: Path,
) -> None:
    mei = given.the("mei")
    page = given_decisions.small_page()
    given_decisions.published(page)
    issue = given_decisions.a_small_issue()
    given_decisions.found(issue, mei, broken=True, price=12900, seal="whole")
    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    entries = Entry.objects.count()
    path = tmp_path / "small.md"
    path.write_text(page)
    out = StringIO()

    call_command(
        "policy_replay", path, "--history", "--by", "month", "--json", stdout=out
    )

    report = json.loads(out.getvalue())
    amounts = {"amount": {"EUR": decision.amount_minor}}
    row = {"row": decision.rule, "cases": 1, "money": amounts}
    assert report["statuses"] == {"hit": 1, "needs_fact": 0, "no_rule": 0, "fault": 0}
    assert report["rows"] == [row]
    assert report["parts"] == {f"{given.MONDAY:%Y-%m}": [row]}
    assert (Decision.objects.count(), Entry.objects.count()) == (1, entries)


def test_a_page_without_a_past_takes_that_of_another_in_its_own_currency(
    tmp_path: Path,
) -> None:
    mei = given.the("mei")
    page = given_decisions.small_page()
    given_decisions.published(page)
    issue = given_decisions.a_small_issue()
    given_decisions.found(issue, mei, broken=True, price=12900, seal="whole")
    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    assert decision.version is not None
    own = decision.version.policy
    path = tmp_path / "new.md"
    named = page.replace(f'policy = "{own}"', 'policy = "new-page"', 1)
    path.write_text(named)

    cases = [told_of(path), told_of(path, "--of", own)]
    path.write_text(named.replace('currency = "EUR"', 'currency = "GBP"', 1))
    in_pounds = told_of(path, "--of", own)

    assert cases == ["new-page 1: 0 cases", "new-page 1: 1 cases"]
    assert in_pounds == "new-page 1: 0 cases"


def told_of(path: Path, *words: str) -> str:
    out = StringIO()
    call_command("policy_replay", path, "--history", *words, stdout=out)
    return out.getvalue().splitlines()[0]


def test_a_file_that_is_not_there_ends_the_replay_with_2(tmp_path: Path) -> None:
    path = tmp_path / "small.md"
    path.write_text(given_decisions.small_page())

    with pytest.raises(CommandError) as raised:
        call_command("policy_replay", path, "--facts", tmp_path / "none.parquet")

    assert raised.value.returncode == 2
    assert "none.parquet" in str(raised.value)
