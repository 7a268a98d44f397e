"""Sign in at a provider: the tokens, their faults, and the way through the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from evenhand.channels.mailboxes import oauth
from evenhand.channels.mailboxes.findings import Fault, Trouble
from evenhand.channels.mailboxes.oauth import Grant
from evenhand.channels.models import Mailbox
from evenhand.channels.secrets import seal
from evenhand.ledger.models import Entry
from tests import given
from tests.channels.provider import CLIENT, SECRET, OAuthProvider, an_oauth_provider
from tests.serving.processes import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[OAuthProvider]:
    with an_oauth_provider() as running:
        yield running


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(given.the("ada"))
    return client


def a_mailbox(provider: OAuthProvider, **changed: str) -> Mailbox:
    known = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "token_url": provider.token_url,
        "authorize_url": provider.authorize_url,
        "scope": "mail",
    }
    grant = Grant(**{**known, **changed})
    return Mailbox.objects.create(
        name="Help",
        address="help@shop.example",
        kind="imap",
        host="imap.shop.example",
        port=993,
        auth="xoauth2",
        username="help@shop.example",
        secret=seal(grant.as_text()),
        folders=["INBOX"],
        enabled=False,
        connected_at=given.MONDAY,
        enabled_at=given.MONDAY,
    )


def fault_of(mailbox: Mailbox) -> Fault:
    with pytest.raises(Trouble) as raised:
        oauth.access_token(mailbox)
    return raised.value.fault


def test_a_token_is_asked_for_once_until_it_ends(provider: OAuthProvider) -> None:
    box = a_mailbox(provider, refresh_token="lasting-1")

    tokens = [oauth.access_token(box) for _ in range(3)]

    assert tokens == ["access-1"] * 3
    assert provider.asked == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "lasting-1",
            "client_id": CLIENT,
            "client_secret": SECRET,
        }
    ]


def test_a_token_that_ends_at_once_is_asked_for_anew(provider: OAuthProvider) -> None:
    provider.seconds = 30
    box = a_mailbox(provider, refresh_token="lasting-1")

    assert [oauth.access_token(box) for _ in range(2)] == ["access-1", "access-2"]


def test_a_token_that_the_mail_server_refused_can_be_forgotten(
    provider: OAuthProvider,
) -> None:
    box = a_mailbox(provider, refresh_token="lasting-1")
    oauth.access_token(box)

    oauth.forget(box)

    assert oauth.access_token(box) == "access-2"


def test_a_permission_that_the_provider_replaces_is_kept(
    provider: OAuthProvider,
) -> None:
    provider.follows, provider.seconds = {"lasting-1": "lasting-2"}, 30
    box = a_mailbox(provider, refresh_token="lasting-1")

    oauth.access_token(box)
    fresh = Mailbox.objects.get()

    assert oauth.grant_of(fresh).refresh_token == "lasting-2"
    assert oauth.access_token(fresh) == "access-2"


def test_a_replaced_permission_never_overwrites_a_new_sign_in(
    provider: OAuthProvider,
) -> None:
    provider.follows = {"lasting-1": "lasting-2"}
    box = a_mailbox(provider, refresh_token="lasting-1")
    anew = Grant(CLIENT, provider.token_url, SECRET, refresh_token="of-a-new-sign-in")
    Mailbox.objects.update(secret=seal(anew.as_text()))

    oauth.access_token(box)

    assert oauth.grant_of(Mailbox.objects.get()).refresh_token == "of-a-new-sign-in"


def test_the_faults_of_a_provider_are_told_apart(provider: OAuthProvider) -> None:
    missing = a_mailbox(provider)
    assert fault_of(missing) == Fault.NOT_SIGNED_IN
    missing.delete()
    revoked = a_mailbox(provider, refresh_token="another")
    assert fault_of(revoked) == Fault.SIGN_IN_REVOKED
    revoked.delete()
    stranger = a_mailbox(provider, refresh_token="lasting-1", client_secret="wrong")
    assert fault_of(stranger) == Fault.CLIENT_REFUSED
    stranger.delete()
    nowhere = f"http://127.0.0.1:{free_port()}/token"
    unreachable = a_mailbox(provider, refresh_token="lasting-1", token_url=nowhere)
    assert fault_of(unreachable) == Fault.TOKENS_UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (500, b"oops"),
        (302, b""),
        (400, b'{"error": "invalid_scope", "error_description": "no such thing"}'),
    ],
)
def test_an_answer_that_gives_no_token_is_refused(
    provider: OAuthProvider, answer: tuple[int, bytes]
) -> None:
    provider.answers = [answer]
    box = a_mailbox(provider, refresh_token="lasting-1")

    assert fault_of(box) == Fault.TOKENS_REFUSED


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://oauth2.googleapis.com/token", True),
        ("http://127.0.0.1:1234/token", True),
        ("http://oauth2.googleapis.com/token", False),
        ("ftp://127.0.0.1/", False),
        ("javascript:alert(1)", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_secrets_are_sent_by_https_or_to_this_machine(url: str, fit: bool) -> None:
    assert oauth.is_fit_address(url) is fit


def begun(ada: Client, box: Mailbox) -> str:
    answer = ada.get(f"/settings/mailboxes/{box.pk}/sign-in/")
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_owner_signs_in_at_the_provider_and_the_mailbox_is_fetched(
    ada: Client, provider: OAuthProvider, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://desk.shop.example"
    box = a_mailbox(provider)

    address = begun(ada, box)
    asked = parse_qs(urlsplit(address).query)
    code = provider.agree(address)
    answer = ada.get(
        "/settings/mailboxes/signed-in/", {"code": code, "state": asked["state"][0]}
    )

    box.refresh_from_db()
    assert address.startswith(f"{provider.authorize_url}?")
    assert asked["redirect_uri"] == [
        "https://desk.shop.example/settings/mailboxes/signed-in/"
    ]
    assert asked["login_hint"] == ["help@shop.example"]
    assert SECRET not in address
    assert answer["Location"] == f"/settings/mailboxes/{box.pk}/"
    assert oauth.grant_of(box).refresh_token == "lasting-1"
    assert box.enabled
    entry = Entry.objects.get(kind="mailbox.signed_in")
    assert "lasting-1" not in json.dumps(entry.data)


@pytest.mark.parametrize("state", ["", "another", "ä"])
def test_an_answer_that_was_not_begun_here_changes_nothing(
    ada: Client, provider: OAuthProvider, state: str
) -> None:
    box = a_mailbox(provider)
    code = provider.agree(begun(ada, box))

    answer = ada.get("/settings/mailboxes/signed-in/", {"code": code, "state": state})

    box.refresh_from_db()
    assert answer["Location"] == "/settings/mailboxes/"
    assert oauth.grant_of(box).refresh_token == ""
    assert provider.asked == []


def test_an_answer_counts_once_and_within_a_quarter_of_an_hour(
    ada: Client, provider: OAuthProvider
) -> None:
    box = a_mailbox(provider)
    with time_machine.travel(given.MONDAY, tick=False):
        state = parse_qs(urlsplit(begun(ada, box)).query)["state"][0]
    late = given.MONDAY + given.minutes(16)

    with time_machine.travel(late, tick=False):
        ada.get("/settings/mailboxes/signed-in/", {"code": "c", "state": state})
    ada.get("/settings/mailboxes/signed-in/", {"code": "c", "state": state})

    assert provider.asked == []


def test_a_provider_that_did_not_agree_is_quoted(
    ada: Client, provider: OAuthProvider
) -> None:
    box = a_mailbox(provider)
    state = parse_qs(urlsplit(begun(ada, box)).query)["state"][0]

    told = {"state": state, "error": "access_denied", "error_description": "<b>No</b>"}
    page = ada.get("/settings/mailboxes/signed-in/", told, follow=True)

    assert "The provider did not agree: &lt;b&gt;No&lt;/b&gt;" in page.text
    assert not Entry.objects.filter(kind="mailbox.signed_in").exists()


def test_a_permission_that_does_not_last_is_not_kept(
    ada: Client, provider: OAuthProvider
) -> None:
    provider.gives_lasting = False
    box = a_mailbox(provider)
    address = begun(ada, box)
    state = parse_qs(urlsplit(address).query)["state"][0]

    page = ada.get(
        "/settings/mailboxes/signed-in/",
        {"code": provider.agree(address), "state": state},
        follow=True,
    )

    box.refresh_from_db()
    assert "The provider gave no lasting permission." in page.text
    assert not box.enabled


def a_form(provider: OAuthProvider, **changed: str) -> dict[str, str]:
    return {
        "address": "help@shop.example",
        "host": "imap.shop.example",
        "security": "tls",
        "client_id": CLIENT,
        "client_secret": SECRET,
        "authorize_url": provider.authorize_url,
        "token_url": provider.token_url,
        "scope": "mail",
        "afterwards": "keep",
        **changed,
    }


def test_a_mailbox_of_a_provider_is_saved_first_and_waits_for_the_sign_in(
    ada: Client, provider: OAuthProvider
) -> None:
    answer = ada.post("/settings/mailboxes/connect/?auth=xoauth2", a_form(provider))
    box = Mailbox.objects.get()
    page = ada.get(answer["Location"]).text
    resumed = ada.post(f"/settings/mailboxes/{box.pk}/resume/", follow=True).text

    box.refresh_from_db()
    assert (box.auth, box.enabled) == ("xoauth2", False)
    assert "Sign in at the provider" in page
    assert "Nobody has signed in at the provider yet." in resumed
    assert SECRET not in page


@pytest.mark.parametrize(
    ("changed", "stays"),
    [
        ({"name": "Help desk"}, True),
        ({"client_id": "another"}, False),
        ({"host": "imap.evil.example"}, False),
        ({"username": "somebody"}, False),
        ({"token_url": "https://evil.example/token"}, False),
    ],
)
def test_a_permission_stays_with_its_client_server_and_user(
    ada: Client, provider: OAuthProvider, changed: dict[str, str], stays: bool
) -> None:
    box = a_mailbox(provider, refresh_token="lasting-1")

    form = a_form(provider, client_secret="", **changed)
    ada.post(f"/settings/mailboxes/{box.pk}/change/", form)

    box.refresh_from_db()
    kept = oauth.grant_of(box)
    assert kept.refresh_token == ("lasting-1" if stays else "")
    assert kept.client_secret == (SECRET if stays else "")


def test_an_address_of_a_provider_that_is_not_safe_is_refused(
    ada: Client, provider: OAuthProvider
) -> None:
    form = a_form(provider, token_url="http://mail.example/token")

    answer = ada.post("/settings/mailboxes/connect/?auth=xoauth2", form)

    assert answer.context["form"].errors == {
        "token_url": ["Give an address that begins with https://."]
    }
    assert not Mailbox.objects.exists()
