"""Stored decisions are made again night by night; what differs is told once."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from evenhand.cases.models import Issue
from evenhand.decisions import actions
from evenhand.decisions.actions import rechecks
from evenhand.decisions.models import (
    Decision,
    Differs,
    PolicyVersion,
    RecomputeFault,
    RecomputeRound,
)
from evenhand.jobs.models import Job
from evenhand.jobs.worker import Worker
from evenhand.ledger.models import Entry
from tests import given, given_decisions

pytestmark = pytest.mark.django_db
NIGHT = given.MONDAY.replace(hour=3) + timedelta(days=1)
RIGHT = b"Every stored decision still follows"


def a_decision() -> Decision:
    mei = given.the("mei")
    if not PolicyVersion.objects.exists():
        given_decisions.published(given_decisions.small_page())
    issue: Issue = given_decisions.a_small_issue()
    given_decisions.found(issue, mei, broken=True, price=12900, seal="whole")
    return actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)


def through_the_night(*, days: int = 0) -> None:
    """Run what the worker would run in that night, to its end."""
    at = NIGHT + timedelta(days=days)
    with time_machine.travel(at, tick=False):
        rechecks.look_after_rounds(at=at)
        worker = Worker(now=lambda: at)
        while worker.run_due():
            pass


def told() -> list[tuple[str, str]]:
    found = Entry.objects.filter(kind__in=("decision.differs", "decision.agrees"))
    return [(entry.kind, entry.data["why"]) for entry in found.order_by("id")]


def tampered(decision: Decision, **values: object) -> None:
    Decision.objects.filter(pk=decision.pk).update(**values)


def test_a_decision_keeps_the_hash_of_the_text_that_decided() -> None:
    decision = a_decision()

    assert decision.version is not None
    assert decision.page_hash == decision.version.content_hash
    assert len(decision.page_hash) == 64


def test_a_night_over_sound_decisions_finds_nothing() -> None:
    a_decision()
    a_decision()

    through_the_night()

    [round_] = RecomputeRound.objects.all()
    assert (round_.checked, round_.differing) == (2, 0)
    assert round_.ended_at is not None
    assert not RecomputeFault.objects.exists()
    assert told() == []


def test_a_changed_text_of_a_version_is_told() -> None:
    decision = a_decision()
    wider = given_decisions.small_page().replace("price / 2", "price / 3")
    PolicyVersion.objects.update(text=wider)

    through_the_night()

    [fault] = RecomputeFault.objects.all()
    assert (fault.decision, fault.kind) == (decision, Differs.TEXT)
    assert told() == [("decision.differs", "text")]


def test_a_text_changed_together_with_its_hash_is_told_all_the_same() -> None:
    a_decision()
    wider = given_decisions.small_page().replace("price / 2", "price / 3")
    PolicyVersion.objects.update(text=wider, content_hash="0" * 64)

    through_the_night()

    assert RecomputeFault.objects.get().kind == Differs.TEXT


def test_a_changed_row_or_outcome_is_told_with_then_and_now() -> None:
    decision = a_decision()
    tampered(decision, rule="S-3")

    through_the_night()

    [fault] = RecomputeFault.objects.all()
    assert fault.kind == Differs.ANSWER
    assert (fault.stored["rule"], fault.answered["rule"]) == ("S-3", "S-1")


def test_changed_facts_are_told_too() -> None:
    decision = a_decision()
    tampered(decision, facts={**decision.facts, "price": 1})

    through_the_night()

    [fault] = RecomputeFault.objects.all()
    assert fault.stored["outcome"]["outcome"]["amount"] == 12900
    assert fault.answered["outcome"]["outcome"]["amount"] == 1


def test_facts_that_the_page_does_not_allow_are_told_as_such() -> None:
    decision = a_decision()
    tampered(decision, facts={**decision.facts, "seal": "melted"})

    through_the_night()

    [fault] = RecomputeFault.objects.all()
    assert fault.kind == Differs.BROKEN
    assert "melted" in fault.why


def test_a_difference_is_told_once_and_cleared_when_it_is_gone() -> None:
    decision = a_decision()
    tampered(decision, rule="S-3")
    through_the_night()
    through_the_night(days=1)
    tampered(decision, rule="S-1")

    through_the_night(days=2)

    [fault] = RecomputeFault.objects.all()
    assert fault.cleared_at == NIGHT + timedelta(days=2)
    assert told() == [("decision.differs", "answer"), ("decision.agrees", "answer")]


def test_there_is_one_round_a_night() -> None:
    a_decision()
    through_the_night()

    through_the_night()

    assert RecomputeRound.objects.count() == 1


def test_by_day_no_round_begins_while_the_last_night_had_one() -> None:
    a_decision()
    through_the_night()

    rechecks.look_after_rounds(at=NIGHT + timedelta(hours=8))

    assert RecomputeRound.objects.count() == 1


def test_a_desk_that_was_off_at_night_makes_its_round_by_day() -> None:
    a_decision()
    through_the_night()

    rechecks.look_after_rounds(at=NIGHT + timedelta(days=2, hours=8))

    assert RecomputeRound.objects.count() == 2


def test_a_desk_without_decisions_makes_no_round() -> None:
    rechecks.look_after_rounds(at=NIGHT)

    assert not RecomputeRound.objects.exists()


def test_a_round_that_stands_still_is_taken_up_where_it_was() -> None:
    decisions = [a_decision() for _ in range(3)]
    round_ = rechecks.begin_round(at=NIGHT)
    assert round_ is not None
    rechecks.check_batch(round_pk=round_.pk, at=NIGHT, most=1)
    Job.objects.all().delete()

    rechecks.look_after_rounds(at=NIGHT + timedelta(minutes=31))

    round_.refresh_from_db()
    assert (round_.checked, round_.new_done_pk) == (1, decisions[0].pk)
    assert [job.arguments for job in Job.objects.all()] == [{"round_pk": round_.pk}]


def test_new_decisions_come_first_and_the_history_goes_on_where_it_stood() -> None:
    old = [a_decision() for _ in range(3)]
    a_short_night()
    new = a_decision()

    rounds = [a_short_night(days=days) for days in (1, 2, 3)]

    assert [round_.checked for round_ in rounds] == [3, 2, 2]
    assert rounds[0].new_done_pk == new.pk
    assert [round_.old_done_pk for round_ in rounds] == [old[1].pk, new.pk, old[1].pk]


def a_short_night(*, days: int = 0) -> RecomputeRound:
    """A round that looks at one decision at once, and at two of the history."""
    at = NIGHT + timedelta(days=days)
    round_ = rechecks.begin_round(at=at)
    assert round_ is not None
    while round_.ended_at is None:
        rechecks.check_batch(round_pk=round_.pk, at=at, most=1, old=2)
        round_.refresh_from_db()
    return round_


def test_the_command_checks_everything_and_ends_with_1_if_something_differs() -> None:
    tampered(a_decision(), rule="S-3")
    a_decision()
    out = StringIO()

    with pytest.raises(CommandError) as ended:
        call_command("policy_recompute", stdout=out, stderr=StringIO())

    assert ended.value.returncode == 1
    assert out.getvalue() == "2 decisions checked, 1 differ\n"
    assert RecomputeFault.objects.count() == 1


def test_the_command_is_content_where_all_agree() -> None:
    a_decision()
    out = StringIO()

    call_command("policy_recompute", stdout=out, stderr=StringIO())

    assert out.getvalue() == "1 decisions checked, 0 differ\n"


def client_of(person: str) -> Client:
    client = Client()
    client.force_login(given.the(person))
    return client


def test_the_page_tells_case_row_and_amount_then_and_now() -> None:
    decision = a_decision()
    tampered(decision, facts={**decision.facts, "price": 1})
    through_the_night()

    page = client_of("marta").get("/policies/differing/").content.decode()

    text = " ".join(page.split())
    assert decision.issue.case.ref in text
    assert '<th scope="row" class="font-medium wrap-anywhere">Amount</th>' in text
    assert ">€129.00</td>" in text
    assert ">€0.01</td>" in text
    assert "The last round looked at 1 decision." in text


def test_offers_and_a_missing_row_are_told_in_words() -> None:
    decision = a_decision()
    said = {
        **decision.policy_outcome,
        "status": "no_rule",
        "outcome": {"offers": [{"id": "exchange"}, {"id": "late-credit"}], "by": None},
    }
    tampered(decision, rule="", policy_outcome=said)
    through_the_night()

    page = client_of("marta").get("/policies/differing/").content.decode()

    text = " ".join(page.split())
    assert ">no row speaks</td>" in text
    assert ">exchange, late-credit</td>" in text
    assert "{&#x27;" not in text
    assert "on page Small things, version 1" in text


def test_what_cannot_be_decided_is_told_without_a_list_of_dashes() -> None:
    decision = a_decision()
    tampered(decision, facts={**decision.facts, "seal": "molten"})
    through_the_night()

    page = client_of("marta").get("/policies/differing/").content.decode()

    assert "The page cannot decide this case any more:" in page
    assert "What differs" not in page


def test_the_page_says_so_where_everything_follows() -> None:
    a_decision()
    through_the_night()

    response = client_of("marta").get("/policies/differing/")

    assert RIGHT in response.content


def test_the_list_of_policies_warns_those_who_can_mend_it() -> None:
    tampered(a_decision(), rule="S-3")
    through_the_night()

    marta = client_of("marta").get("/policies/").content
    mei = client_of("mei").get("/policies/").content

    assert b"1 stored decision no longer follows" in marta
    assert b"no longer follows" not in mei


def test_a_broken_number_in_the_address_shows_the_first_page() -> None:
    for wrong in ("x", "-1", "9" * 40, "²"):
        response = client_of("marta").get(f"/policies/differing/?before={wrong}")

        assert response.status_code == 200
        assert RIGHT in response.content
