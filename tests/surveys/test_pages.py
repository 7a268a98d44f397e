from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from evenhand.surveys import actions
from evenhand.surveys.models import Answer, Survey
from tests.given_surveys import CLOSED_AT, a_survey

pytestmark = pytest.mark.django_db

LATER = CLOSED_AT + timedelta(days=1)
MARKS = {"satisfaction": "4", "ease": "6", "comment": "Quick and kind."}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a customer's browser was sent."""

    status: int
    page: str
    headers: Mapping[str, str]


def get(path: str) -> Shown:
    with time_machine.travel(LATER):
        response = Client().get(f"/s/{path}/")
    return Shown(response.status_code, response.content.decode(), response.headers)


def post(token: str, sent: dict[str, str]) -> Shown:
    """Send the form from a browser that keeps no cookie."""
    with time_machine.travel(LATER):
        response = Client(enforce_csrf_checks=True).post(f"/s/{token}/", sent)
    return Shown(response.status_code, response.content.decode(), response.headers)


def test_the_survey_opens_without_signing_in_and_opening_changes_nothing() -> None:
    survey, token = a_survey()

    response = get(token)

    assert response.status == 200
    assert '<html lang="en"' in response.page
    assert response.page.count('name="satisfaction"') == 5
    assert response.page.count('name="ease"') == 7
    assert f"Case #{survey.case.ref}: The dress does not fit" in response.page
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("zh", "这次服务您满意吗？"),
        ("ja", "対応はいかがでしたか"),
        ("th", "เราดูแลคุณได้ดีแค่ไหน"),
    ],
)
def test_the_page_speaks_the_customers_language(language: str, title: str) -> None:
    _, token = a_survey(language=language)

    response = get(token)

    assert f'<html lang="{language}"' in response.page
    assert f">{title}</h1>" in response.page
    assert response.headers["Content-Language"] == language


def test_an_answer_is_taken_and_thanked_for() -> None:
    _, token = a_survey()

    response = post(token, MARKS)

    assert response.status == 303
    assert response.headers["Location"] == f"/s/{token}/thanks/"
    answer = Answer.objects.get()
    assert (answer.satisfaction, answer.ease, answer.comment) == (
        4,
        6,
        "Quick and kind.",
    )
    thanks = get(f"{token}/thanks")
    assert thanks.status == 200
    assert "Thank you" in thanks.page


def test_thanks_without_an_answer_lead_back_to_the_survey() -> None:
    _, token = a_survey()

    response = get(f"{token}/thanks")

    assert response.status == 302
    assert response.headers["Location"] == f"/s/{token}/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"satisfaction": ""},
        {"satisfaction": "6"},
        {"ease": "x"},
        {"comment": "a" * 2001},
    ],
)
def test_a_missing_mark_is_asked_for_with_what_was_given_kept(
    wrong: dict[str, str],
) -> None:
    _, token = a_survey(language="th")

    response = post(token, {**MARKS, **wrong})

    assert response.status == 422
    assert "กรุณา" in response.page
    assert ("checked" in response.page) or ("Quick and kind." in response.page)
    assert not Answer.objects.exists()


def test_a_second_answer_meets_a_page_that_says_so_and_changes_nothing() -> None:
    survey, token = a_survey()
    actions.answer(survey=survey, satisfaction=5, ease=7, comment="Fine", at=LATER)

    shown, refused = get(token), post(token, {"satisfaction": "1", "ease": "1"})

    assert (shown.status, refused.status) == (409, 409)
    assert "Already answered" in refused.page
    assert Answer.objects.get().satisfaction == 5


def test_an_expired_link_meets_a_page_that_says_so() -> None:
    survey, token = a_survey(language="zh")
    Survey.objects.filter(pk=survey.pk).update(expires_at=LATER)

    shown, refused = get(token), post(token, MARKS)

    assert (shown.status, refused.status) == (410, 410)
    assert "链接已过期" in refused.page
    assert not Answer.objects.exists()


@pytest.mark.parametrize("token", ["x", "a" * 43, "b" * 5000, "%00", "ü"])
def test_an_unknown_link_meets_a_page_that_says_so(token: str) -> None:
    a_survey()

    shown, refused = get(token), post(token, MARKS)

    assert (shown.status, refused.status) == (404, 404)
    assert "We do not know this link" in shown.page
    assert not Answer.objects.exists()


def test_an_unknown_link_speaks_the_browsers_language() -> None:
    japanese = Client(headers={"Accept-Language": "ja"})

    response = japanese.get("/s/unknown/")

    page = response.content.decode()
    assert '<html lang="ja"' in page
    assert "リンクを確認できません" in page
