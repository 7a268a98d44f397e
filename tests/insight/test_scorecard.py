from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.decisions import actions as decisions
from evenhand.decisions.rules.otherwise import Otherwise
from evenhand.decisions.rules.words import Verdict
from evenhand.insight import queries
from evenhand.insight.definitions import BY_KEY, DEFINITIONS
from evenhand.insight.queries import Scorecard, scorecard
from evenhand.insight.rules.figures import Change, Figure
from evenhand.insight.rules.periods import Period
from evenhand.kernel.money import Money
from evenhand.kernel.statistics import share
from evenhand.promises import actions as promises
from evenhand.staff.models import Member
from tests import given
from tests.given_decisions import a_small_issue, found, limits, published, small_page
from tests.given_merges import merged
from tests.given_promises import a_promise, an_answer

pytestmark = pytest.mark.django_db

NOW = given.MONDAY + timedelta(days=6)
PERIOD = Period.latest(days=30, zone=ZoneInfo("UTC"), at=NOW)


def board(member: Member | None = None, *, team: str = "") -> Scorecard:
    return scorecard(
        reach=(member or given.the("marta")).reach,
        period=PERIOD,
        at=NOW,
        team=given.a_team(team) if team else None,
    )


def read(key: str, member: Member | None = None, *, team: str = "") -> Figure:
    shown = {c.definition.key: c.figure for c in board(member, team=team).cards}
    return shown[key]


def answered(after: int, *, team: str = "Shop", at: datetime = given.MONDAY) -> Case:
    case = given.a_case(team=team, at=at)
    by = given.the("sam" if team == "Studio" else "mei")
    an_answer(case, by=by, at=at + given.minutes(after))
    return case


def closed(after: int, *, at: datetime = given.MONDAY) -> Case:
    case = given.a_case(at=at)
    return cases.close_case(
        case=case, by=given.the("mei"), at=at + timedelta(hours=after)
    )


def decided(verdict: Verdict, *, times: int = 1) -> None:
    """Decide issues by the small page: row S-1 upholds, S-2 does not, S-3 in part."""
    facts: dict[Verdict, dict[str, Any]] = {
        Verdict.UPHELD: {"broken": True},
        Verdict.NOT_UPHELD: {"broken": False, "seal": "torn"},
        Verdict.PARTLY_UPHELD: {"broken": False, "seal": "whole"},
    }
    for _ in range(times):
        issue = a_small_issue(price="20.00")
        found(issue, given.the("mei"), **facts[verdict])
        decision = decisions.grant(
            issue=issue,
            option="entitlement",
            goodwill=None,
            by=given.the("mei"),
            at=given.MONDAY,
        )
        assert decision.verdict == verdict


def excepted(verdict: Verdict = Verdict.UPHELD) -> None:
    """Decide otherwise than row S-2, which would refuse."""
    issue = a_small_issue(price="20.00")
    found(issue, given.the("mei"), broken=False, seal="torn")
    decisions.make_exception(
        issue=issue,
        otherwise=Otherwise(
            verdict=verdict, title="Hem it all the same", amount=Money(0, "EUR")
        ),
        reason="A loyal customer",
        by=given.the("mei"),
        at=given.MONDAY,
    )


def test_every_figure_has_one_definition_and_a_counter_that_exists() -> None:
    keys = [definition.key for definition in DEFINITIONS]

    assert len(keys) == len(set(keys)) == 8
    assert {definition.counter for definition in DEFINITIONS} <= set(keys)
    assert all(definition.counter != definition.key for definition in DEFINITIONS)


def test_a_desk_without_cases_counts_nothing() -> None:
    shown = board()

    assert [card.definition for card in shown.cards] == list(DEFINITIONS)
    assert [card.figure.now for card in shown.cards] == [None] * 8
    assert (shown.clauses, shown.low, shown.responses) == ((), [], None)


def test_first_answers_are_counted_in_the_teams_working_minutes() -> None:
    for minutes in (10, 20, 30, 40, 100):
        answered(minutes)
    given.a_case()

    figure = read("first_answer")

    assert figure.now is not None
    assert (figure.now.value, figure.now.low, figure.now.high, figure.n) == (
        30,
        10,
        100,
        5,
    )
    assert figure.ninth == 76


def test_a_first_answer_counts_when_it_was_given_not_when_the_case_was_opened() -> None:
    just_before = PERIOD.start - timedelta(minutes=30)
    answered(20, at=PERIOD.before.end - timedelta(minutes=21))
    answered(20, at=just_before)
    answered(40, at=just_before)

    figure = read("first_answer")

    # the first counts for the period before; the second for neither, as that period
    # ends at the hour of this one; the third, by one closed minute at midnight, is 39
    assert figure.before is not None
    assert figure.now is not None
    assert (figure.before.n, figure.before.value) == (1, 20)
    assert (figure.now.n, figure.now.value) == (1, 39)


def test_time_to_resolve_is_calendar_time_to_the_last_closing() -> None:
    for hours in (2, 4, 6, 8):
        closed(hours)
    again = closed(1)
    cases.open_case_again(
        case=again, by=given.the("mei"), at=given.MONDAY + timedelta(hours=3)
    )
    cases.close_case(
        case=again, by=given.the("mei"), at=given.MONDAY + timedelta(hours=50)
    )

    figure = read("resolve")

    assert figure.now is not None
    assert (figure.now.value, figure.now.low, figure.now.high, figure.n) == (
        6,
        2,
        50,
        5,
    )


def test_a_case_that_is_open_again_is_not_resolved() -> None:
    case = closed(2)
    cases.open_case_again(
        case=case, by=given.the("mei"), at=given.MONDAY + timedelta(hours=3)
    )

    assert read("resolve").now is None


def test_closings_undone_within_a_fortnight_count_as_opened_again() -> None:
    long_ago = given.MONDAY - timedelta(days=17)
    for case, days in ((closed(2, at=long_ago), 14), (closed(2, at=long_ago), 15)):
        assert case.closed_at is not None
        cases.open_case_again(
            case=case, by=given.the("mei"), at=case.closed_at + timedelta(days=days)
        )
    twice = closed(2)
    for hour in (3, 5):
        at = given.MONDAY + timedelta(hours=hour)
        cases.open_case_again(case=twice, by=given.the("mei"), at=at)
        cases.close_case(case=twice, by=given.the("mei"), at=at + timedelta(minutes=30))
    closed(2)

    figure = read("opened_again")

    # one of the two old ones, the first two of the three closings, and not the last
    assert (figure.hits, figure.n) == (3, 6)


def test_promises_count_by_the_day_they_were_due() -> None:
    mei, due = given.the("mei"), given.MONDAY + timedelta(days=1)
    later = due + timedelta(hours=1)
    for _ in range(4):
        promises.keep(promise=a_promise(due_at=due), by=mei, at=due)
    promises.keep(promise=a_promise(due_at=due), by=mei, at=later)
    promises.break_promise(
        promise=a_promise(due_at=due), reason="No stock", by=mei, at=given.MONDAY
    )
    a_promise(due_at=due)
    promises.release(
        promise=a_promise(due_at=due), reason="Not wanted", by=mei, at=given.MONDAY
    )
    promises.move(
        promise=a_promise(due_at=due),
        new_due_at=NOW + timedelta(days=5),
        consent="By phone",
        by=mei,
        at=given.MONDAY,
    )

    figure = read("promises_kept")

    # kept 4; kept late, broken, late without an end 3; released, moved, coming: out
    assert (figure.hits, figure.n) == (4, 7)
    assert figure.now == share(hits=4, n=7)
    assert board().promises_made == 10


def test_upheld_and_partly_upheld_are_counted_out_of_what_was_decided() -> None:
    limits(agent="50.00", approver="200.00", manager="2000.00")
    published(small_page())
    decided(Verdict.UPHELD, times=2)
    decided(Verdict.PARTLY_UPHELD)
    decided(Verdict.NOT_UPHELD, times=2)
    excepted(Verdict.OUT_OF_SCOPE)

    figure = read("upheld")

    assert (figure.hits, figure.n) == (3, 5)
    assert figure.is_enough


def test_exceptions_are_counted_by_the_clause_they_left() -> None:
    limits(agent="50.00", approver="200.00", manager="2000.00")
    published(small_page())
    decided(Verdict.UPHELD, times=2)
    decided(Verdict.NOT_UPHELD, times=3)
    excepted()
    excepted()

    shown = board()

    figure = next(c.figure for c in shown.cards if c.definition.key == "exceptions")
    assert (figure.hits, figure.n) == (2, 7)
    [clause] = shown.clauses
    assert (clause.policy, clause.rule, clause.exceptions) == ("small", "S-2", 2)
    assert clause.share == share(hits=2, n=5)


def test_a_decision_that_was_replaced_counts_once_as_it_stands() -> None:
    limits(agent="50.00", approver="200.00", manager="2000.00")
    published(small_page())
    issue = a_small_issue(price="20.00")
    mei = given.the("mei")
    found(issue, mei, broken=False, seal="torn")
    decisions.grant(
        issue=issue, option="entitlement", goodwill=None, by=mei, at=given.MONDAY
    )
    later = given.MONDAY + timedelta(hours=1)
    found(issue, mei, at=later, broken=True)
    decisions.grant(issue=issue, option="entitlement", goodwill=None, by=mei, at=later)

    figure = read("upheld")

    assert (figure.hits, figure.n) == (1, 1)


def test_a_member_sees_the_figures_of_his_teams_and_a_manager_of_all() -> None:
    answered(10)
    answered(20)
    answered(30, team="Studio")

    assert read("first_answer", given.the("mei")).n == 2
    assert read("first_answer", given.the("sam")).n == 1
    assert read("first_answer", given.the("marta")).n == 3
    assert read("first_answer", given.the("marta"), team="Studio").n == 1
    assert read("first_answer", given.the("mei"), team="Studio").n == 0
    assert [t.name for t in queries.teams_of(given.the("mei"))] == ["Shop"]
    assert [t.name for t in queries.teams_of(given.the("marta"))] == ["Shop", "Studio"]


def test_another_teams_closings_and_promises_stay_out_too() -> None:
    closed(2)
    a_promise(due_at=given.MONDAY + timedelta(days=1))
    sam = given.the("sam")

    assert read("opened_again", sam).now is None
    assert read("promises_kept", sam).now is None
    assert board(sam).promises_made == 0


def test_four_of_four_is_still_too_few_to_tell() -> None:
    due = given.MONDAY + timedelta(days=1)
    for _ in range(4):
        promises.keep(promise=a_promise(due_at=due), by=given.the("mei"), at=due)

    figure = read("promises_kept")

    assert (figure.hits, figure.n, figure.is_enough) == (4, 4, False)
    assert figure.change == Change.TOO_FEW


@pytest.mark.parametrize("many", [1, 3])
def test_the_scorecard_asks_the_same_questions_for_any_number_of_cases(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    limits(agent="50.00", approver="200.00", manager="2000.00")
    published(small_page())
    for _ in range(many):
        answered(10)
        closed(2)
        a_promise(due_at=given.MONDAY + timedelta(days=1))
    decided(Verdict.UPHELD, times=many)
    mei = given.the("mei")
    assert mei.reach.teams

    with django_assert_num_queries(9):
        scorecard(reach=mei.reach, period=PERIOD, at=NOW)


def test_a_counter_names_the_figure_to_read_beside_it() -> None:
    shown = {card.definition.key: card.counter for card in board().cards}

    assert shown["resolve"] == BY_KEY["opened_again"]


def test_cases_that_became_one_count_once_as_the_one_that_waited_longest() -> None:
    quick, slow = answered(after=10), answered(after=50)
    merged(quick, into=slow, at=given.MONDAY + given.minutes(60))
    cases.close_case(
        case=slow, by=given.the("mei"), at=given.MONDAY + timedelta(hours=3)
    )

    first_answer, resolve = read("first_answer"), read("resolve")

    assert first_answer.now is not None
    assert resolve.now is not None
    assert (first_answer.n, first_answer.now.value) == (1, 50)
    assert (resolve.n, resolve.now.value) == (1, 3)
