from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from evenhand.channels.mailboxes.dialogue import protocol_of
from evenhand.channels.mailboxes.findings import Fault, Finding, Outcome, Step
from evenhand.channels.mailboxes.probe import probe
from evenhand.channels.mailboxes.probe_imap import refusal
from evenhand.channels.mailboxes.providers import customary_hosts, nearest_host
from evenhand.channels.mailboxes.reach import Watch, is_refused
from evenhand.channels.mailboxes.trial import Login, Trial
from tests.channels.certificates import Authority
from tests.channels.mail_servers import (
    a_server,
    answers_as_the_web_does,
    drips,
    says,
    says_nothing,
)
from tests.serving.processes import free_port

GREETS = b"* OK IMAP4rev1 ready\r\n"
EVA = Login(user="eva", password="a secret of hers")


def tried(
    port: int,
    *,
    security: str = "tls",
    host: str = "localhost",
    protocol: str = "imap",
    step: float = 5.0,
    total: float = 20.0,
) -> Sequence[Finding]:
    trial = Trial(protocol, host, port, security, EVA)
    return list(probe(trial, watch=Watch(step=step, total=total)))


def fault_of(findings: Sequence[Finding]) -> tuple[Step, Fault | None]:
    """The one step that failed; none after it was tried."""
    (failed,) = (each for each in findings if each.outcome == Outcome.FAULT)
    after = findings[findings.index(failed) + 1 :]
    assert {each.outcome for each in after} <= {Outcome.NOT_TRIED}
    return failed.step, failed.fault


def values_of(findings: Sequence[Finding]) -> dict[str, str]:
    (failed,) = (each for each in findings if each.outcome == Outcome.FAULT)
    return dict(failed.values)


def test_a_slip_in_a_known_name_is_answered_with_the_right_one() -> None:
    findings = tried(993, host="imap.gmail..com")

    assert fault_of(findings) == (Step.NAME, Fault.NAME_UNKNOWN)
    assert values_of(findings) == {"host": "imap.gmail..com", "near": "imap.gmail.com"}


@pytest.mark.parametrize(
    ("typed", "protocol", "meant"),
    [
        ("gmail.com", "imap", "imap.gmail.com"),
        ("imap.gmial.com", "imap", "imap.gmail.com"),
        ("imap.gmail.com", "pop3", "pop.gmail.com"),
        ("outlook.ofice365.com", "imap", "outlook.office365.com"),
        ("mail.shop.example", "imap", None),
    ],
)
def test_names_near_to_a_known_server_mean_it(
    typed: str, protocol: str, meant: str | None
) -> None:
    assert nearest_host(typed, protocol=protocol) == meant


def test_a_domain_is_tried_by_the_names_that_servers_have_by_custom() -> None:
    assert customary_hosts("shop.example", protocol="pop3") == [
        "pop.shop.example",
        "mail.shop.example",
    ]
    assert customary_hosts("imap.shop.example", protocol="imap") == [
        "mail.shop.example"
    ]


@pytest.mark.parametrize(
    "typed", ["https://imap.shop.example/", "eva@shop.example", "a b", "-x.example"]
)
def test_what_is_no_name_is_said_to_be_none(typed: str) -> None:
    assert fault_of(tried(993, host=typed)) == (Step.NAME, Fault.NAME_MALFORMED)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "0.0.0.0",  # noqa: S104 - an address that is refused
        "224.0.0.1",
    ],
)
def test_the_machines_surroundings_are_never_connected_to(address: str) -> None:
    findings = tried(993, host=address)

    assert fault_of(findings) == (Step.NAME, Fault.ADDRESS_REFUSED)


@given_any(st.ip_addresses())
def test_no_link_local_address_is_ever_let_through(address: object) -> None:
    assert is_refused(address) or not address.is_link_local  # type: ignore[arg-type, attr-defined] # IPv4 or IPv6


def test_a_closed_port_is_named_with_the_one_that_the_protocol_uses() -> None:
    port = free_port()

    findings = tried(port)

    assert fault_of(findings) == (Step.PORT, Fault.PORT_CLOSED)
    assert values_of(findings)["port"] == str(port)


def test_a_server_that_says_nothing_is_told_from_one_that_is_not_there() -> None:
    with a_server(says_nothing) as port:
        by_security = {
            security: fault_of(tried(port, security=security, step=1.0))
            for security in ("tls", "starttls", "none")
        }

    assert set(by_security.values()) == {(Step.PORT, Fault.SAYS_NOTHING)}


def test_a_port_without_tls_is_told_to_whoever_chose_tls() -> None:
    with a_server(says(GREETS)) as port:
        findings = tried(port, security="tls")

    assert fault_of(findings) == (Step.PORT, Fault.SPEAKS_PLAIN)


def test_a_port_of_tls_is_told_to_whoever_chose_starttls(tmp_path: Path) -> None:
    certificate = Authority(tmp_path).sign()

    with a_server(says(GREETS), certificate=certificate) as port:
        findings = tried(port, security="starttls", step=1.0)

    assert fault_of(findings) == (Step.PORT, Fault.SPEAKS_TLS)


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_an_smtp_server_is_told_from_an_imap_server(security: str) -> None:
    with a_server(says(b"220 mx.shop.example ESMTP\r\n")) as port:
        findings = tried(port, security=security)

    assert fault_of(findings) == (Step.PORT, Fault.SPEAKS_OTHER)
    values = values_of(findings)
    assert (values["spoken"], values["wanted"]) == ("SMTP", "IMAP")
    assert values["usual"] == ("993" if security == "tls" else "143")


def test_an_smtp_server_behind_tls_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    with a_server(says(b"220 mx ready\r\n"), certificate=authority.sign()) as port:
        findings = tried(port)

    assert fault_of(findings) == (Step.PORT, Fault.SPEAKS_OTHER)


def test_a_web_server_is_taken_for_no_mail_server() -> None:
    with a_server(answers_as_the_web_does) as port:
        findings = tried(port, step=1.0)

    assert fault_of(findings) == (Step.PORT, Fault.SPEAKS_UNKNOWN)
    assert values_of(findings)["usual"] == "993"


def test_a_server_that_turns_everyone_away_is_quoted() -> None:
    with a_server(says(b"* BYE too many connections\r\n")) as port:
        findings = tried(port, security="none")

    assert fault_of(findings) == (Step.PORT, Fault.TURNED_AWAY)
    assert values_of(findings)["said"] == "* BYE too many connections"


def test_a_certificate_of_an_unknown_authority_is_told_with_its_issuer(
    tmp_path: Path,
) -> None:
    with a_server(says(GREETS), certificate=Authority(tmp_path).sign()) as port:
        findings = tried(port)

    assert fault_of(findings) == (Step.TLS, Fault.OWN_AUTHORITY)
    assert values_of(findings)["issuer"] == "Authority of the tests"


def test_a_certificate_for_another_name_is_told_with_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    certificate = authority.sign("mail.shop.example")

    with a_server(says(GREETS), certificate=certificate) as port:
        findings = tried(port)

    assert fault_of(findings) == (Step.TLS, Fault.WRONG_NAME)
    assert values_of(findings)["names"] == "mail.shop.example"


@pytest.mark.parametrize(
    ("since", "until", "fault"),
    [(-9, -3, Fault.EXPIRED), (3, 9, Fault.NOT_YET_VALID)],
)
def test_a_certificate_out_of_its_days_is_told_with_them(
    since: int,
    until: int,
    fault: Fault,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    certificate = authority.sign(
        since=timedelta(days=since), until=timedelta(days=until)
    )

    with a_server(says(GREETS), certificate=certificate) as port:
        findings = tried(port)

    assert fault_of(findings) == (Step.TLS, fault)
    assert values_of(findings)["until"] > "2000"


def test_no_password_is_sent_where_starttls_is_not_offered() -> None:
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connection.sendall(GREETS)
        heard.append(connection.recv(1000))
        connection.sendall(b"a1 BAD no such command\r\n")
        heard.append(connection.recv(1000))

    with a_server(talk) as port:
        findings = tried(port, security="starttls")

    assert fault_of(findings) == (Step.TLS, Fault.STARTTLS_NOT_OFFERED)
    # the server may see the line end, or be gone before it looks
    assert b"".join(heard) == b"a1 STARTTLS\r\n"


def test_without_encryption_the_step_warns_and_the_rest_is_tried() -> None:
    with a_server(says(GREETS)) as port:
        findings = tried(port, security="none", step=1.0)

    assert [each.outcome for each in findings[:3]] == ["ok", "ok", "warning"]
    assert findings[2].fault == Fault.NO_TLS
    assert fault_of(findings)[0] == Step.LOGIN


def test_a_server_that_drips_cannot_hold_the_trial_beyond_its_time() -> None:
    begun = monotonic()

    with a_server(drips) as port:
        findings = tried(port, security="none", step=0.5, total=1.5)

    # it would drip for a minute
    assert monotonic() - begun < 20
    assert fault_of(findings)[0] == Step.PORT


def test_a_finding_survives_being_written_and_read() -> None:
    found = Finding(Step.FOLDER, Outcome.OK, None, {"count": "3"}, ("INBOX", "客户"))

    assert Finding.from_data(found.as_data()) == found


def test_a_secret_is_in_no_words_about_a_login() -> None:
    assert "a secret of hers" not in repr(Trial("imap", "x", 1, "tls", EVA))


@pytest.mark.parametrize(
    ("said", "host", "by_token", "fault"),
    [
        ("[AUTHENTICATIONFAILED] no", "imap.shop.example", False, Fault.LOGIN_REFUSED),
        ("Invalid credentials", "imap.gmail.com", False, Fault.NEEDS_APP_PASSWORD),
        ("LOGIN failed.", "outlook.office365.com", False, Fault.PASSWORDS_SWITCHED_OFF),
        ("AUTHENTICATE failed.", "imap.gmail.com", True, Fault.PERMISSION_REFUSED),
        ("[EXPIRED] change it", "imap.shop.example", False, Fault.PASSWORD_EXPIRED),
        ("[PRIVACYREQUIRED] TLS", "imap.shop.example", False, Fault.LOGIN_NEEDS_TLS),
        ("[UNAVAILABLE] later", "imap.gmail.com", False, Fault.LOGIN_NOT_NOW),
        ("[LIMIT] too many", "imap.gmail.com", True, Fault.LOGIN_NOT_NOW),
        ("[ODD] what", "imap.shop.example", False, Fault.LOGIN_REFUSED),
    ],
)
def test_a_refused_login_is_explained_by_its_code_and_whose_server_it_is(
    said: str, host: str, by_token: bool, fault: Fault
) -> None:
    trouble = refusal(said, host=host, user="eva", by_token=by_token)

    assert (trouble.fault, trouble.values["said"]) == (fault, said)


@given_any(st.binary(max_size=80))
def test_any_greeting_is_of_a_known_protocol_or_none(greeting: bytes) -> None:
    known = {"imap", "pop3", "smtp", "ftp", "ssh", "http", ""}

    assert protocol_of(greeting) in known
