"""TLS from the first byte or on request; a login only under it; renewals without a stop."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from evenhand.channels.models import Delivery
from evenhand.channels.smtp_server import Receiver
from evenhand.channels.smtp_tls import Certificate, UnusableCertificate
from tests.channels.certificates import a_certificate
from tests.channels.sink import a_receiver, started
from tests.given_mail import raw_mail
from tests.serving.processes import until

OURS = ["help@shop.example"]
database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> tuple[Path, Path]:
    made = a_certificate(tmp_path)
    settings.SMTP_TLS_FILES = made
    return made


def trusting(files: tuple[Path, Path]) -> ssl.SSLContext:
    """A client that trusts this certificate alone, and checks the name in it."""
    return ssl.create_default_context(cafile=str(files[0]))


@database
def test_starttls_is_offered_and_mail_comes_through_it(
    files: tuple[Path, Path],
) -> None:
    raw = raw_mail()

    with a_receiver() as port, smtplib.SMTP("localhost", port, timeout=60) as client:
        client.ehlo()
        offered = client.has_extn("starttls")
        client.starttls(context=trusting(files))
        client.sendmail("eva@mail.example", OURS, raw)

        assert offered
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert isinstance(client.sock, ssl.SSLSocket)
        assert client.sock.version() == "TLSv1.3"
    assert bytes(Delivery.objects.get().raw) == raw


@database
def test_without_a_certificate_neither_tls_nor_a_login_is_offered() -> None:
    with a_receiver() as port, smtplib.SMTP("localhost", port, timeout=60) as client:
        client.ehlo()

        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert client.docmd("STARTTLS")[0] == 454


@database
def test_where_tls_is_required_mail_without_it_is_refused(
    files: tuple[Path, Path], settings: Settings
) -> None:
    settings.SMTP_TLS = "required"

    with a_receiver() as port, smtplib.SMTP("localhost", port, timeout=60) as client:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("eva@mail.example", OURS, raw_mail())
        before = Delivery.objects.count()
        client.starttls(context=trusting(files))
        client.sendmail("eva@mail.example", OURS, raw_mail())

    assert (refused.value.smtp_code, before) == (530, 0)
    assert Delivery.objects.count() == 1


@database
def test_tls_from_the_first_byte(files: tuple[Path, Path], settings: Settings) -> None:
    settings.SMTP_TLS = "immediate"

    with (
        a_receiver() as port,
        smtplib.SMTP_SSL(
            "localhost", port, timeout=60, context=trusting(files)
        ) as client,
    ):
        client.sendmail("eva@mail.example", OURS, raw_mail())

    assert Delivery.objects.count() == 1


@database
def test_words_sent_before_the_handshake_are_not_taken_for_words_within(
    files: tuple[Path, Path],
) -> None:
    with (
        a_receiver() as port,
        socket.create_connection(("localhost", port), timeout=60) as client,
    ):
        answer_on(client)
        client.sendall(b"EHLO a\r\n")
        answer_on(client)
        client.sendall(b"STARTTLS\r\nMAIL FROM:<mallory@mail.example>\r\n")
        answer_on(client)
        with trusting(files).wrap_socket(client, server_hostname="localhost") as safe:
            safe.sendall(b"EHLO a\r\n")
            greeted = answer_on(safe)
            safe.sendall(b"RCPT TO:<help@shop.example>\r\n")
            after = answer_on(safe)
            safe.sendall(b"QUIT\r\n")
            answer_on(safe)

    assert greeted == b"250 HELP\r\n"
    assert after == b"503 Error: need MAIL command\r\n"


def answer_on(client: socket.socket) -> bytes:
    """Read byte by byte to the end of an answer and return its last line."""
    line = b""
    while not (line.endswith(b"\r\n") and line[3:4] == b" "):
        line = b"" if line.endswith(b"\r\n") else line
        line += client.recv(1)
    return line


@database
@pytest.mark.parametrize("encryption", ["offered", "immediate"])
def test_a_login_is_asked_for_and_checked_under_tls(
    files: tuple[Path, Path], settings: Settings, encryption: str
) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "relay", "täglich Brot"
    settings.SMTP_TLS = encryption
    connect = over_tls if encryption == "immediate" else by_starttls

    with a_receiver() as port, connect(port, files) as client:
        with pytest.raises(smtplib.SMTPSenderRefused) as early:
            client.sendmail("eva@mail.example", OURS, raw_mail())
        wrong = plain(client, "relay", "taglich Brot")
        stored = Delivery.objects.count()
        right = plain(client, "relay", "täglich Brot")
        client.sendmail("eva@mail.example", OURS, raw_mail())

    assert (early.value.smtp_code, wrong, stored, right) == (530, 535, 0, 235)
    assert Delivery.objects.count() == 1


def over_tls(port: int, files: tuple[Path, Path]) -> smtplib.SMTP:
    return smtplib.SMTP_SSL("localhost", port, timeout=60, context=trusting(files))


def by_starttls(port: int, files: tuple[Path, Path]) -> smtplib.SMTP:
    client = smtplib.SMTP("localhost", port, timeout=60)
    client.starttls(context=trusting(files))
    return client


def plain(client: smtplib.SMTP, user: str, password: str) -> int:
    client.ehlo()
    given = b64encode(f"\0{user}\0{password}".encode()).decode()
    return client.docmd("AUTH", f"PLAIN {given}")[0]


@database
def test_a_password_in_clear_is_refused_and_guessing_ends_the_connection(
    files: tuple[Path, Path], settings: Settings
) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "relay", "right"

    with a_receiver() as port:
        with smtplib.SMTP("localhost", port, timeout=60) as client:
            client.ehlo()
            in_clear = (client.has_extn("auth"), plain(client, "relay", "right"))
        client = by_starttls(port, files)
        guesses = [plain(client, "relay", guess) for guess in ("a", "b", "c", "right")]
        client.close()

    assert in_clear == (False, 538)
    assert guesses == [535, 535, 535, 421]


@database
def test_a_renewed_certificate_is_used_from_the_next_connection_on(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    with a_receiver() as port:
        with by_starttls(port, files):
            renewed = a_certificate(tmp_path / "renewed")
            replace(files, renewed)
        with by_starttls(port, renewed) as client:
            assert client.noop()[0] == 250
        files[1].write_text("half a k", encoding="ascii")
        with by_starttls(port, renewed) as client:
            assert client.noop()[0] == 250


def replace(files: tuple[Path, Path], renewed: tuple[Path, Path]) -> None:
    for old, new in zip(files, renewed, strict=True):
        old.write_bytes(new.read_bytes())
        stamp = old.stat().st_mtime_ns + 10**9  # however coarse the file system's clock
        os.utime(old, ns=(stamp, stamp))


@database
def test_a_failed_handshake_gives_its_place_back(
    files: tuple[Path, Path], settings: Settings
) -> None:
    settings.SMTP_CONNECTIONS_EACH = 1
    receiver = Receiver("127.0.0.1", 0)

    with started(receiver) as port:
        client = smtplib.SMTP("localhost", port, timeout=60)
        with pytest.raises(ssl.SSLCertVerificationError):
            client.starttls(context=ssl.create_default_context())
        client.close()

        until(lambda: not receiver.guests.inside)
        with by_starttls(port, files) as another:
            assert another.noop()[0] == 250


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda chain, _key: chain.unlink(), "certificate.pem: No such file"),
        (lambda _chain, key: key.write_text("?"), "are no pair in PEM form"),
        (
            lambda chain, key: key.write_bytes(
                a_certificate(chain.parent / "other")[1].read_bytes()
            ),
            "are no pair in PEM form (key values mismatch)",
        ),
    ],
)
def test_a_certificate_that_cannot_be_used_says_why(
    tmp_path: Path, spoil: Callable[[Path, Path], object], why: str
) -> None:
    files = a_certificate(tmp_path)
    spoil(*files)

    with pytest.raises(UnusableCertificate) as unusable:
        Certificate(*files)

    assert why in str(unusable.value)
