from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from evenhand.insight.definitions import DEFINITIONS, Unit
from evenhand.insight.queries import Scorecard, scorecard
from evenhand.insight.rules.periods import Period
from evenhand.insight.templatetags.figures import as_unit
from evenhand.kernel.statistics import share
from evenhand.promises import actions as promises
from tests import given
from tests.given_promises import a_promise, an_answer
from tests.given_surveys import CLOSED_AT, a_survey, an_opinion

pytestmark = pytest.mark.django_db

NOW = given.MONDAY + timedelta(days=6)


def board() -> Scorecard:
    return scorecard(
        reach=given.the("marta").reach,
        period=Period.latest(days=7, zone=ZoneInfo("UTC"), at=NOW),
        at=NOW,
    )


def shown(query: str = "", *, person: str = "marta") -> str:
    client = Client()
    client.force_login(given.the(person))
    with time_machine.travel(NOW):
        response = client.get(f"/scorecard/{query}")
    assert response.status_code == 200
    return response.content.decode()


def card(page: str, key: str) -> str:
    """The text of one figure's card, without tags, on one line."""
    [section] = re.findall(rf'<section id="figure-{key}".*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


def kept(times: int, *, late: int = 0) -> None:
    due = given.MONDAY + timedelta(days=1)
    for place in range(times + late):
        at = due if place < times else due + timedelta(hours=1)
        promises.keep(promise=a_promise(due_at=due), by=given.the("mei"), at=at)


def test_satisfaction_and_ease_are_counted_out_of_the_answers() -> None:
    for satisfaction, ease in ((5, 7), (4, 5), (4, 4), (3, 6), (1, 2)):
        an_opinion(satisfaction, ease)
    a_survey()

    figures = {c.definition.key: c.figure for c in board().cards}

    assert figures["satisfaction"].now == share(hits=3, n=5)
    assert figures["ease"].now == share(hits=3, n=5)
    assert board().responses == share(hits=5, n=6)
    assert [answer.satisfaction for answer in board().low] == [1]


def test_an_answer_counts_when_it_came_a_response_when_it_was_asked_for() -> None:
    before = NOW - timedelta(days=9)
    an_opinion(5, 7, asked_at=CLOSED_AT, at=NOW - timedelta(days=1))
    an_opinion(4, 6, asked_at=before, at=NOW - timedelta(days=1))
    an_opinion(1, 1, asked_at=before, at=before + timedelta(hours=1))

    figures = {c.definition.key: c.figure for c in board().cards}

    assert figures["satisfaction"].now == share(hits=2, n=2)
    assert figures["satisfaction"].before == share(hits=0, n=1)
    assert board().responses == share(hits=1, n=1)


def test_the_page_says_value_interval_and_n_of_a_figure() -> None:
    kept(8, late=2)

    text = card(shown(), "promises_kept")

    assert "80% 8 of 10. With 95% confidence between 49% and 94%." in text
    assert "10 promises made in these days." in text
    assert "Too few to compare" in text
    assert "Promises kept by the instant they were due" in text


def test_under_five_the_page_says_so_instead_of_a_value() -> None:
    kept(3)

    text = card(shown(), "promises_kept")

    assert "n = 3: too few to tell 3 of 3." in text
    assert "With 95% confidence" not in text


def test_a_figure_without_numbers_says_that_there_is_nothing_to_count() -> None:
    page = shown()

    for definition in DEFINITIONS:
        assert "Nothing to count in these days." in card(page, definition.key)
    assert "No decision left the policy in these days." in page
    assert "No low marks in these days." in page


def test_the_weeks_stand_in_a_table_too() -> None:
    kept(5)

    page = shown()

    assert "16 Nov 100% 57% – 100% 5" in card(page, "promises_kept")
    assert "9 Nov — — 0" in card(page, "promises_kept")


def test_low_marks_stand_with_the_customers_words_in_their_language() -> None:
    answer = an_opinion(1, 2, comment="Three calls for one dress.")

    page = shown()

    assert f'href="/cases/{answer.survey.case.ref}/"' in page
    assert '<p class="said mt-1" lang="en">Three calls for one dress.</p>' in page


def test_days_of_ones_own_narrow_what_is_counted() -> None:
    kept(5)

    assert "100% 5 of 5." in card(shown("?days=7"), "promises_kept")
    inside = shown("?first=2026-11-17&last=2026-11-17")
    assert "100% 5 of 5." in card(inside, "promises_kept")
    outside = shown("?first=2026-11-18&last=2026-11-19")
    assert "Nothing to count" in card(outside, "promises_kept")


@pytest.mark.parametrize(
    "query",
    [
        "?first=2026-11-19&last=2026-11-18",
        "?first=2026-11-19",
        "?first=x&last=y",
        "?first=2027-01-01&last=2027-01-02",
        "?days=8",
        "?team=999",
    ],
)
def test_a_period_that_is_none_shows_the_usual_one_and_what_is_wrong(
    query: str,
) -> None:
    kept(5)

    page = shown(query)

    assert 'aria-invalid="true"' in page or query == "?days=8"
    assert "100% 5 of 5." in card(page, "promises_kept")


def test_another_teams_figures_cannot_be_asked_for() -> None:
    case = given.a_case(team="Studio")
    an_answer(case, by=given.the("sam"))

    page = shown(f"?team={given.a_team('Studio').pk}", person="mei")

    assert "Nothing to count" in card(page, "first_answer")
    assert "Studio" not in page


def test_one_team_can_be_looked_at() -> None:
    an_answer(given.a_case(team="Studio"), by=given.the("sam"))
    an_answer(given.a_case())

    page = shown(f"?team={given.a_team('Studio').pk}")

    assert "n = 1: too few to tell" in card(page, "first_answer")
    assert "n = 2: too few to tell" in card(shown(), "first_answer")


def test_the_page_asks_the_same_questions_for_one_case_and_for_three() -> None:
    client = Client()
    client.force_login(given.the("marta"))
    asked = []

    for more in (1, 2):
        for _ in range(more):
            an_opinion(1, 1)
            a_promise(due_at=given.MONDAY + timedelta(days=1))
        with time_machine.travel(NOW), CaptureQueriesContext(connection) as queries:
            client.get("/scorecard/")
        asked.append(len(queries))

    # the rail counts answers that came back and mail that did not reach everyone
    assert asked[0] == asked[1] <= 19


def test_nobody_sees_the_scorecard_without_signing_in() -> None:
    response = Client().get("/scorecard/")

    assert response.status_code == 302


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.824, Unit.PERCENT, "82%"),
        (95, Unit.WORKING_MINUTES, "95 min"),
        (150, Unit.WORKING_MINUTES, "2.5 h"),
        (1.5, Unit.HOURS, "90 min"),
        (30, Unit.HOURS, "30.0 h"),
        (60, Unit.HOURS, "2.5 d"),
        (None, Unit.HOURS, "—"),
    ],
)
def test_a_value_is_written_as_its_unit_is_read(
    value: float | None, unit: Unit, said: str
) -> None:
    with translation.override("en"):
        assert as_unit(value, unit) == said
