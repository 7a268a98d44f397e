"""A link for a new password: whose it is, where it leads, and what a stranger learns."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.channels.models import Outgoing
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _through_the_outbox(settings: Settings) -> None:
    # Django's test runner keeps mail in memory; here the desk's own way out is tested
    settings.EMAIL_BACKEND = "evenhand.web.accounts.OutboxEmailBackend"


def ask(email: str, *, host: str = "127.0.0.1:8000") -> tuple[int, str]:
    answer = Client(raise_request_exception=False).post(
        reverse("account_reset_password"), {"email": email}, headers={"host": host}
    )
    return answer.status_code, answer.headers.get("Location", "")


def test_the_link_leads_to_the_public_address_whatever_the_request_calls_the_host() -> (
    None
):
    member = given.the("mei")

    ask(member.email, host="localhost:6666")

    mail = Outgoing.objects.get()
    links = re.findall(r"http\S+", bytes(mail.raw).decode())
    assert mail.recipients == [member.email]
    assert mail.subject == "[Evenhand shop] Set a new password"
    assert b"localhost:6666" not in bytes(mail.raw)
    assert [link.rpartition("/key/")[0] for link in links] == [
        "http://127.0.0.1:8000/accounts/password/reset"
    ]


def test_the_link_sets_a_new_password_once() -> None:
    member = given.the("mei")
    ask(member.email)
    link = re.search(r"/accounts/\S+", bytes(Outgoing.objects.get().raw).decode())
    assert link is not None
    new = {"password1": "a longer way to say it", "password2": "a longer way to say it"}

    client = Client()
    form = client.get(link[0], follow=True)
    done = client.post(form.request["PATH_INFO"], new)
    again = Client().get(link[0], follow=True)

    member.refresh_from_db()
    assert done.headers["Location"] == reverse("account_reset_password_from_key_done")
    assert member.check_password(new["password1"])
    assert b'name="password1"' in form.content
    assert b'name="password1"' not in again.content


def test_a_stranger_is_answered_like_a_member_and_nothing_is_sent() -> None:
    member = given.the("mei")
    asked = ask(member.email)
    Outgoing.objects.all().delete()

    answer = ask("stranger@elsewhere.example")

    assert answer == asked == (302, reverse("account_reset_password_done"))
    assert not Outgoing.objects.exists()
