"""A mailbox without a password: a real Dovecot takes tokens of an OAuth provider."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from evenhand.channels.models import Mailbox
from evenhand.channels.secrets import seal
from tests.channels.dovecot import Dovecot, a_dovecot
from tests.channels.provider import CLIENT, SECRET, OAuthProvider, an_oauth_provider
from tests.given_mail import raw_mail
from tests.given_mailboxes import a_mailbox, fetched, texts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@contextmanager
def servers() -> Iterator[tuple[OAuthProvider, Dovecot]]:
    with (
        an_oauth_provider() as provider,
        a_dovecot(tokens=provider.owner_url) as dovecot,
    ):
        dovecot.user("eva")
        dovecot.put("eva", raw_mail(text="one"))
        yield provider, dovecot


def with_tokens(provider: OAuthProvider, *, port: int, kind: str) -> Mailbox:
    mailbox = a_mailbox(user="eva", port=port, kind=kind)
    grant = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "refresh_token": "lasting-1",
        "token_url": provider.token_url,
    }
    Mailbox.objects.update(auth="xoauth2", secret=seal(json.dumps(grant)))
    return mailbox


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_mail_is_fetched_with_a_token_and_a_new_one_when_that_ends_early(
    kind: str,
) -> None:
    with servers() as (provider, dovecot):
        port = dovecot.imap if kind == "imap" else dovecot.pop3
        with_tokens(provider, port=port, kind=kind)
        provider.owners = {"access-1": "eva"}
        assert (fetched(), texts()) == ([], ["one"])
        dovecot.put("eva", raw_mail(text="two"))
        provider.owners = {"access-2": "eva"}

        assert (fetched(), texts()) == ([], ["one", "two"])

        assert len(provider.asked) == 2


def test_a_permission_that_was_taken_back_is_told() -> None:
    with servers() as (provider, dovecot):
        with_tokens(provider, port=dovecot.imap, kind="imap")
        provider.valid = set()

        (trouble,) = fetched()

    assert (trouble.fault, texts()) == ("sign_in_revoked", [])
    assert "lasting-1" not in str(Mailbox.objects.get().fault_values)
