"""Settings show the addresses that providers call, and how each fares, without a secret."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from evenhand.channels.actions.hooks import note_call
from evenhand.channels.hooks.doors import doors
from evenhand.channels.models import HookRefusal, HookState
from tests import given
from tests.channels.hook_calls import KEY, NOW, PASSWORD, Call, mailgun, postmark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def set_up(settings: Settings) -> None:
    settings.HOOKS = {"mailgun": KEY, "postmark": PASSWORD}
    settings.PUBLIC_URL = "https://desk.shop.example"


def test_addresses_are_shown_to_be_copied_and_no_secret(client: Client) -> None:
    client.force_login(given.the("ada"))

    page = client.get("/settings/mailboxes/").text

    for address in (
        "https://desk.shop.example/hooks/mail/mailgun/?mime",
        "https://desk.shop.example/hooks/mail/mailgun/events/",
        "https://USER:PASSWORD@desk.shop.example/hooks/mail/postmark/",
        "EVENHAND_HOOK_AMAZON_SES",
    ):
        assert address in page
    assert KEY not in page
    assert PASSWORD.partition(":")[2] not in page


def test_who_is_set_up_stands_first() -> None:
    found = [(each.name, each.is_set_up) for each in doors()]

    assert found[:3] == [("Mailgun", True), ("Postmark", True), ("Amazon SES", False)]
    assert len(found) == 8


@time_machine.travel(NOW, tick=False)
def test_the_last_call_and_the_last_refusal_are_told(client: Client) -> None:
    taken = mailgun().sent(client).status_code
    wrong = mailgun().sent(client, body=b"no such form").status_code
    bare = postmark().sent(client, headers={}).status_code

    assert (taken, wrong, bare) == (200, 403, 401)
    told = {each.provider: each for each in HookState.objects.all()}
    assert (told["mailgun"].called_at, told["mailgun"].refused_at) == (NOW, NOW)
    assert told["mailgun"].refusal == HookRefusal.NOT_PROVEN
    assert (told["postmark"].called_at, told["postmark"].refused_at) == (None, NOW)
    client.force_login(given.the("ada"))
    assert "It did not prove that it came from" in (
        client.get("/settings/mailboxes/").text
    )


def test_who_first_waits_to_be_asked_for_a_password_was_not_refused(
    client: Client, settings: Settings
) -> None:
    settings.HOOKS = {"amazon_ses": PASSWORD}

    answer = Call("amazon_ses", b"{}").sent(client)

    assert answer.status_code == 401
    assert not HookState.objects.exists()


def test_a_flood_of_false_calls_writes_once_a_minute() -> None:
    for seconds in (0, 1, 59, 61):
        at = NOW + timedelta(seconds=seconds)
        note_call(provider="mailgun", refusal=HookRefusal.NOT_PROVEN, at=at)

    assert HookState.objects.get().refused_at == NOW + timedelta(seconds=61)
