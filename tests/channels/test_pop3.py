"""Mail is fetched from a real Dovecot over POP3 by its unique ids: all of it, once."""

from __future__ import annotations

import poplib
import ssl
from datetime import timedelta
from email.utils import format_datetime

import pytest
from pytest_django.fixtures import Settings

from evenhand.channels.models import Delivery, FetchedMail, FetchedState, Mailbox
from evenhand.ledger.models import Entry
from tests.channels.dovecot import Dovecot
from tests.given_mail import raw_mail
from tests.given_mailboxes import a_mailbox, fetched, now, texts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def received(text: str, *, days: int = 0) -> bytes:
    """A mail that our server took in so many days ago, as its own line says."""
    at = format_datetime(now() - timedelta(days=days))
    return raw_mail(text=text, headers=f"Received: from a by b; {at}\n")


def test_all_is_kept_once_and_stays_where_it_is(dovecot: Dovecot, eva: str) -> None:
    mails = [raw_mail(text="one\n.\n..dots"), raw_mail(text="x" * 3000)]
    dovecot.put(eva, *mails)
    mailbox = a_mailbox(user=eva, port=dovecot.pop3, kind="pop3")

    assert fetched() == []
    assert fetched() == []

    kept = list(Delivery.objects.order_by("pk"))
    mailbox.refresh_from_db()
    assert [bytes(one.raw) for one in kept] == mails
    assert {one.source for one in kept} == {"pop3"}
    assert (mailbox.taken, mailbox.behind, mailbox.fault) == (2, 0, "")
    assert dovecot.held(eva) == mails


def test_without_a_day_only_what_comes_from_now_on_is_taken(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, received("old", days=1), raw_mail(text="older"))
    a_mailbox(user=eva, port=dovecot.pop3, kind="pop3", since=None)
    dovecot.put(eva, received("soon"))

    assert fetched() == []
    dovecot.put(eva, raw_mail(text="says-no-date-of-the-server"))
    assert fetched() == []

    assert texts() == ["soon", "says-no-date-of-the-server"]


def test_from_a_day_on_what_was_there_is_taken(dovecot: Dovecot, eva: str) -> None:
    dovecot.put(eva, *(received(f"{days}-days", days=days) for days in (40, 20, 10)))
    since = (now() - timedelta(days=30)).date()
    a_mailbox(user=eva, port=dovecot.pop3, kind="pop3", since=since)

    assert fetched() == []

    assert texts() == ["20-days", "10-days"]


def test_what_is_kept_is_deleted_where_that_is_wanted(
    dovecot: Dovecot, eva: str, settings: Settings
) -> None:
    settings.MAIL_LARGEST = 100_000
    large = raw_mail(text=("b" * 900 + "\n") * 300)
    dovecot.put(eva, raw_mail(text="one"), large, raw_mail(text="three"))
    mailbox = a_mailbox(user=eva, port=dovecot.pop3, kind="pop3", afterwards="delete")

    assert fetched() == []
    assert fetched() == []

    mailbox.refresh_from_db()
    assert texts() == ["one", "three"]
    assert dovecot.held(eva) == [large]
    assert (mailbox.refused, mailbox.taken) == (1, 2)
    assert Entry.objects.filter(kind="mailbox.refused").count() == 1


def test_a_session_that_ends_without_quit_deletes_and_doubles_nothing(
    dovecot: Dovecot, eva: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.put(eva, raw_mail(text="one"))
    a_mailbox(user=eva, port=dovecot.pop3, kind="pop3", afterwards="delete")
    with monkeypatch.context() as broken:
        broken.setattr(poplib.POP3, "quit", _hang_up)
        assert [each.fault for each in fetched()] == ["hung_up"]
    assert (texts(), len(dovecot.held(eva))) == (["one"], 1)

    assert fetched() == []

    assert (texts(), dovecot.held(eva)) == (["one"], [])


def _hang_up(_client: poplib.POP3) -> None:
    raise ConnectionResetError("the line is dead")


def test_ids_are_forgotten_only_when_they_were_gone_for_a_while(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, raw_mail(text="one"), raw_mail(text="two"))
    a_mailbox(user=eva, port=dovecot.pop3, kind="pop3")
    assert fetched() == []
    with dovecot.client(eva) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()

    assert fetched() == []

    states = FetchedMail.objects.values_list("state", flat=True)
    assert list(states) == [FetchedState.TAKEN, FetchedState.TAKEN]
    assert texts() == ["one", "two"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_is_read_over_tls_and_its_certificate_is_checked(
    dovecot: Dovecot, eva: str, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    dovecot.put(eva, raw_mail(text="one"))
    ports = {"tls": dovecot.pop3s, "starttls": dovecot.pop3}
    mailbox = a_mailbox(
        user=eva, port=ports[security], kind="pop3", host="localhost", security=security
    )
    (untrusted,) = fetched()
    assert (untrusted.fault, texts()) == ("own_authority", [])

    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    assert ssl.get_default_verify_paths().cafile == str(dovecot.certificate)
    assert fetched() == []

    mailbox.refresh_from_db()
    assert texts() == ["one"]
    assert (mailbox.fault, mailbox.failing_since) == ("", None)


def test_a_wrong_password_is_told_and_takes_nothing(dovecot: Dovecot, eva: str) -> None:
    dovecot.put(eva, raw_mail(text="one"))
    a_mailbox(user=eva, port=dovecot.pop3, kind="pop3", password="another")

    (trouble,) = fetched()

    mailbox = Mailbox.objects.get()
    assert trouble.fault == mailbox.fault == "login_refused"
    assert "another" not in mailbox.error
    assert texts() == []
