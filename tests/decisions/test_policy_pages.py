"""Policies as pages to read, and the form that publishes one."""

from __future__ import annotations

import re

import pytest

from evenhand.decisions import queries
from evenhand.decisions.models import PolicyVersion
from tests import given, given_decisions
from tests.decisions.refusing import (
    everybody_is_there,
    nothing_changed,
    queries_of,
    signed_in,
)
from tests.given_decisions import small_page

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
    given_decisions.published(small_page(version="2", begins="2030-01-01"))
    mei = signed_in("mei")

    assert "small 2" in mei.get("/policies/small/?version=2").content.decode()
    assert mei.get("/policies/small/?version=3").status_code == 404
    assert mei.get("/policies/none/").status_code == 404


def test_a_sound_page_is_published_from_the_form() -> None:
    response = signed_in("marta").post("/policies/publish/", {"text": small_page()})

    assert response.status_code == 303
    assert response["Location"] == "/policies/small/?version=1"
    assert PolicyVersion.objects.get().published_by == given.the("marta")


def test_a_faulty_page_is_shown_again_with_line_column_and_remedy() -> None:
    text = small_page().replace("broken yes", "broken maybe")
    line = text.split("\n").index(next(x for x in text.split("\n") if "maybe" in x)) + 1

    with nothing_changed():
        response = signed_in("marta").post("/policies/publish/", {"text": text})

    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(rf"Line {line}, column \d+", page)
    assert "write yes or no" in page
    assert "broken maybe" in page


def test_a_version_that_is_published_already_says_so() -> None:
    given_decisions.published(small_page())

    with nothing_changed():
        response = signed_in("marta").post("/policies/publish/", {"text": small_page()})

    assert response.status_code == 422
    assert "This version is published already" in response.content.decode()


@pytest.mark.parametrize("person", ["mei", "oscar"])
def test_only_who_may_publishes_from_the_form(person: str) -> None:
    client = signed_in(person)

    with nothing_changed():
        assert client.get("/policies/publish/").status_code == 403
        sent = client.post("/policies/publish/", {"text": small_page()})

    assert sent.status_code == 403


def test_the_next_version_begins_with_the_text_of_the_latest() -> None:
    given_decisions.published(small_page())

    page = signed_in("marta").get("/policies/publish/?page=small").content.decode()

    assert "policy = &quot;small&quot;" in page


def test_the_policies_take_as_many_queries_for_three_as_for_one() -> None:
    given_decisions.published(small_page())
    mei = signed_in("mei")

    one = queries_of(mei, "/policies/")
    given_decisions.published(small_page(policy="other"))
    given_decisions.published(small_page(version="2", begins="2026-12-01"))

    assert queries_of(mei, "/policies/") == one


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
