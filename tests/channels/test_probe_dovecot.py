"""The steps of a trial against a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from evenhand.channels.mailboxes.findings import Fault, Finding, Outcome, Step
from evenhand.channels.mailboxes.probe import probe
from evenhand.channels.mailboxes.reach import Watch
from evenhand.channels.mailboxes.trial import Login, Trial
from tests.channels.dovecot import PASSWORD, Dovecot, a_dovecot
from tests.given_mail import raw_mail
from tests.serving.processes import until


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with a_dovecot() as running:
        running.user("eva")
        running.put("eva", raw_mail(), raw_mail(subject="Another"))
        running.put("eva", raw_mail(), folder="Kunden/Neu")
        yield running


@pytest.fixture(autouse=True)
def trusted(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))


def tried(
    dovecot: Dovecot,
    *,
    protocol: str = "imap",
    security: str = "tls",
    user: str = "eva",
    password: str = PASSWORD,
    folders: tuple[str, ...] = (),
) -> Sequence[Finding]:
    plain, secured = (
        (dovecot.imap, dovecot.imaps)
        if protocol == "imap"
        else (dovecot.pop3, dovecot.pop3s)
    )
    port = secured if security == "tls" else plain
    login = Login(user, password=password)
    trial = Trial(protocol, "localhost", port, security, login, folders)
    return list(probe(trial, watch=Watch(step=20, total=60)))


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_mailbox_that_works_passes_each_step(
    dovecot: Dovecot, protocol: str, security: str
) -> None:
    findings = tried(dovecot, protocol=protocol, security=security)

    tls = Outcome.WARNING if security == "none" else Outcome.OK
    assert [(each.step, each.outcome) for each in findings] == [
        (Step.NAME, Outcome.OK),
        (Step.PORT, Outcome.OK),
        (Step.TLS, tls),
        (Step.LOGIN, Outcome.OK),
        (Step.FOLDER, Outcome.OK),
    ]
    assert findings[-1].values["count"] == "2"
    if security != "none":
        assert findings[2].values["names"] == "localhost, 127.0.0.1"


def test_the_folders_that_hold_mail_are_listed_with_the_inbox_first(
    dovecot: Dovecot,
) -> None:
    findings = tried(dovecot, folders=("INBOX", "Kunden/Neu"))

    assert findings[-1].names == ("INBOX", "Kunden/Neu")
    assert findings[-1].values["count"] == "3"


def test_a_missing_folder_is_named_with_the_nearest_and_all(dovecot: Dovecot) -> None:
    findings = tried(dovecot, folders=("Kunden/Neue",))

    missing = findings[-1]
    assert (missing.outcome, missing.fault) == (Outcome.FAULT, Fault.FOLDER_MISSING)
    assert missing.values["near"] == "Kunden/Neu"
    assert missing.values["there"] == "INBOX, Kunden/Neu"
    assert missing.names == ("INBOX", "Kunden/Neu")


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_refused_login_is_told_in_the_servers_words(
    dovecot: Dovecot, protocol: str
) -> None:
    findings = tried(dovecot, protocol=protocol, password="Birne-8")

    assert [each.outcome for each in findings[3:]] == [
        Outcome.FAULT,
        Outcome.NOT_TRIED,
    ]
    assert findings[3].fault == Fault.LOGIN_REFUSED
    assert "Authentication failed" in findings[3].values["said"]
    assert "Birne-8" not in str([each.as_data() for each in findings])


@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_a_password_of_any_letters_signs_in(dovecot: Dovecot, protocol: str) -> None:
    dovecot.user("mei", password="pflaume-7")

    findings = tried(dovecot, protocol=protocol, user="mei", password="pflaume-7")

    assert findings[3].outcome == Outcome.OK


def test_a_password_beyond_ascii_is_sent_and_refused_only_by_the_server(
    dovecot: Dovecot,
) -> None:
    findings = tried(dovecot, password="Pfläume-七")

    assert findings[3].fault == Fault.LOGIN_REFUSED
    assert "Authentication failed" in findings[3].values["said"]


def test_an_untrusted_certificate_stops_before_the_password(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    dovecot.user("wary")

    by_security = {
        security: tried(dovecot, security=security, user="wary")[2].fault
        for security in ("tls", "starttls")
    }

    assert set(by_security.values()) == {Fault.OWN_AUTHORITY}
    # Dovecot writes its log a little later: once this stands there, so would the others
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    assert tried(dovecot, user="wary")[3].outcome == Outcome.OK
    until(lambda: "Login: user=<wary>" in dovecot.log())
    assert dovecot.log().count("Login: user=<wary>") == 1


def test_pop3_on_the_port_of_imap_is_told(dovecot: Dovecot) -> None:
    login = Login("eva", password=PASSWORD)
    trial = Trial("imap", "localhost", dovecot.pop3s, "tls", login)

    findings = list(probe(trial, watch=Watch(step=20, total=60)))

    assert findings[1].fault == Fault.SPEAKS_OTHER
    assert findings[1].values["spoken"] == "POP3"


def test_a_server_without_the_sign_in_of_a_provider_says_so(dovecot: Dovecot) -> None:
    login = Login("eva", token=lambda: "a token that is never asked for")
    trial = Trial("imap", "localhost", dovecot.imaps, "tls", login)

    findings = list(probe(trial, watch=Watch(step=20, total=60)))

    assert findings[3].fault == Fault.NO_XOAUTH2
