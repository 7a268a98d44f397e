"""The page about oneself, and the language that every page then speaks."""

from __future__ import annotations

import pytest
from django.test import Client

from evenhand.ledger.models import Entry
from evenhand.staff.models import Member
from tests.given import the

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei() -> Member:
    return the("mei")


@pytest.fixture
def client(mei: Member) -> Client:
    client = Client()
    client.force_login(mei)
    return client


def test_one_sees_name_address_role_and_teams(client: Client) -> None:
    page = client.get("/me/").text

    for word in ("Mei Chen", "mei@shop.example", "Agent", "Shop"):
        assert word in page


def test_every_language_is_offered_by_its_own_name(client: Client) -> None:
    page = client.get("/me/").text

    for own_name in ("English", "简体中文", "日本語", "ไทย"):
        assert own_name in page


def test_the_desk_speaks_the_chosen_language_at_once(client: Client) -> None:
    answer = client.post("/me/", {"language": "ja"})
    page = client.get("/me/")

    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    assert '<html lang="ja"' in page.text
    assert page["Content-Language"] == "ja"
    assert '<option value="ja" selected>' in page.text


def test_a_language_that_is_not_offered_is_refused_and_nothing_changes(
    client: Client, mei: Member
) -> None:
    answer = client.post("/me/", {"language": "xx"})

    assert answer.status_code == 422
    assert Member.objects.get(pk=mei.pk).language == "en"
    assert not Entry.objects.filter(kind="member.language_chosen").exists()
