"""A whole desk as its users have it: real processes, real SMTP both ways, a demo shop."""

from __future__ import annotations

import os
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests import migrated
from tests.serving.processes import free_port

START_WITHIN = 120.0
ARRIVE_WITHIN = 60.0
UNDO_SECONDS = 12


@dataclass(slots=True)
class Sink:
    """The customers' mail server: takes every mail and keeps it."""

    received: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(message_from_bytes(content, policy=policy.default))
        return "250 kept"

    def wait_for(self, *, to: str, words: str, of: str = "") -> EmailMessage:
        """Return the mail to this address with these words, once it has arrived.

        `of` is the number of its case: the demo writes to the same people.
        """
        deadline = time.monotonic() + ARRIVE_WITHIN
        while time.monotonic() < deadline:
            mail: EmailMessage
            for mail in reversed(self.received):
                is_of_it = of in str(mail["Reply-To"])
                if is_of_it and to in str(mail["To"]) and words in text_of(mail):
                    return mail
            time.sleep(0.1)
        seen = [(str(m["To"]), str(m["Subject"])) for m in self.received]
        raise AssertionError(f"no mail to {to} with {words!r} arrived, only {seen}")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    return str(body.get_content()) if body else ""


@dataclass(frozen=True, slots=True)
class Desk:
    url: str
    smtp_port: int
    sink: Sink
    environment: dict[str, str]

    def send(  # as a customer's mail program would
        self,
        *,
        sender: str,
        subject: str,
        text: str,
        reply_to: EmailMessage | None = None,
    ) -> None:
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = (
            str(reply_to["Reply-To"] or reply_to["From"])
            if reply_to
            else ("Kite and Loom <help@kiteandloom.example>")
        )
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{time.time_ns()}@mail.example>"
        if reply_to is not None:
            mail["In-Reply-To"] = str(reply_to["Message-ID"])
            mail["References"] = str(reply_to["Message-ID"])
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=60) as server:
            server.send_message(mail)

    def hand_over(self, raw: bytes, *, sender: str) -> None:
        """Hand a mail over as it is, as a mail server would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=60) as server:
            server.sendmail(sender, ["help@kiteandloom.example"], raw)

    def run(self, *words: str, given: str = "") -> str:
        """Run an `evenhand` command on this desk's data."""
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "evenhand", *words],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def a_database(folder: Path) -> Iterator[str]:
    """The URL of a fresh database where the tests have theirs, migrated if they do so."""
    if not migrated.server():
        if migrated.is_begun():
            migrated.copied_to(folder / "evenhand.sqlite3")
        yield ""
        return
    name = f"journey_{os.getpid()}"
    if migrated.is_begun():
        migrated.copied_to(name)
    else:
        migrated.tell(f'CREATE DATABASE "{name}"')
    try:
        yield migrated.url_of(name)
    finally:
        migrated.drop(name)


@contextmanager
def a_desk(folder: Path) -> Iterator[Desk]:
    """A served demo shop over a database of its own; it ends with the block."""
    sink = Sink()
    mail_out = Controller(
        sink, hostname="127.0.0.1", port=free_port(), ready_timeout=START_WITHIN
    )
    mail_out.start()
    web, smtp = free_port(), free_port()
    with a_database(folder) as database:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")},
            "EVENHAND_DATA_FOLDER": str(folder),
            "EVENHAND_DATABASE_URL": database,
            "EVENHAND_WEB_LISTEN": f"127.0.0.1:{web}",
            "EVENHAND_SMTP_LISTEN": f"127.0.0.1:{smtp}",
            "EVENHAND_PUBLIC_URL": f"http://127.0.0.1:{web}",
            "EVENHAND_MAIL_OUT": f"smtp://127.0.0.1:{mail_out.port}",
            "EVENHAND_MAIL_ADDRESS": "help@kiteandloom.example",
            "EVENHAND_SHOP_NAME": "Kite & Loom",
            # long enough to press Undo, short enough not to wait for at each answer
            "EVENHAND_UNDO_SECONDS": str(UNDO_SECONDS),
        }
        desk = Desk(f"http://127.0.0.1:{web}", smtp, sink, environment)
        try:
            if not migrated.is_begun():
                desk.run("migrate")
            desk.run("demo", "seed")
            with served(desk, folder / "serve.log"):
                yield desk
        finally:
            mail_out.stop()


@contextmanager
def served(desk: Desk, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "evenhand", "serve"],
            env=desk.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_served(desk, server, log)
            yield
        finally:
            server.terminate()
            server.wait(timeout=60)


def wait_until_served(desk: Desk, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with (
                urllib.request.urlopen(f"{desk.url}/accounts/login/", timeout=10),  # noqa: S310 - loopback
                socket.create_connection(("127.0.0.1", desk.smtp_port), timeout=10),
            ):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the desk did not come up:\n{log.read_text()}")
