"""Senders that hand mails in by SMTP, LMTP and the pipe, and break off as networks do."""

from __future__ import annotations

import random
import smtplib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

TRY_AGAIN_AFTER = 0.1
# how the line is cut: after the recipient, among the bytes, before the answer is read
CUTS = ("cut after RCPT", "cut in DATA", "cut before the 250")
KILLS = ("receiver killed after RCPT", "receiver killed in DATA")


@dataclass(frozen=True, slots=True)
class Door:
    """A way in: an address of a receiver, and how to kill who listens there."""

    host: str
    port: int
    kill: Callable[[], bool]
    lmtp: bool = False


@dataclass(slots=True)
class Senders:
    """Hand in mails as mail servers do: each again and again until it is taken.

    `may_send` holds them back, so that mails come as long as something goes wrong;
    every `pipe_every`th goes through the pipe, every `lay_every`th into a mailbox.
    """

    doors: Sequence[Door]
    left: list[EmailMessage]
    faults: list[str]
    may_send: Callable[[int], bool]
    chance: random.Random
    # gives a mail to `evenhand mail deliver`; whether that says it is kept
    pipe: Callable[[EmailMessage], bool]
    pipe_every: int = 0
    # lays a mail into a mailbox that the desk fetches
    lay: Callable[[EmailMessage, int], bool] | None = None
    lay_every: int = 8
    many: int = 2
    handed_in: int = 0
    tries: int = 0
    # once everything has gone wrong that was to, no fault comes back
    may_break: bool = True
    met: Counter[str] = field(default_factory=Counter)
    _begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._run, daemon=True) for _ in range(self.many)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _run(self) -> None:
        while self.left:
            taken = self._next()
            if taken is None:
                time.sleep(0.02)
                continue
            while not self._is_taken(*taken):
                time.sleep(TRY_AGAIN_AFTER)
            with self._lock:
                self.handed_in += 1

    def _next(self) -> tuple[EmailMessage, int] | None:
        """Return a mail and its number; None while they are held back, or all are gone."""
        with self._lock:
            if not (self.left and self.may_send(self._begun)):
                return None
            self._begun += 1
            return self.left.pop(), self._begun - 1

    def _is_taken(self, mail: EmailMessage, number: int) -> bool:
        with self._lock:
            self.tries += 1
            piped = self.pipe_every and number % self.pipe_every == 0
            laid = self.lay is not None and number % self.lay_every == 1
            by_line = not (piped or laid)
            fault = self.faults.pop() if by_line and self.faults else ""
        if piped:
            return self.pipe(mail)
        if laid and self.lay is not None:
            return self.lay(mail, number)
        door = self.chance.choice(self.doors)
        try:
            return self._say(door, mail, fault)
        except (OSError, smtplib.SMTPException):
            if fault and self.may_break:
                self.faults.append(fault)  # nobody was there to be cut off
            return False

    def _say(self, door: Door, mail: EmailMessage, fault: str) -> bool:
        kind = smtplib.LMTP if door.lmtp else smtplib.SMTP
        if fault:
            self._break_off(kind(door.host, door.port, timeout=25), mail, fault, door)
            return False
        with kind(door.host, door.port, timeout=25) as server:
            server.send_message(mail)
        return True

    def _break_off(
        self, server: smtplib.SMTP, mail: EmailMessage, fault: str, door: Door
    ) -> None:
        """Begin as always, and then do what the fault is named after."""
        server.ehlo_or_helo_if_needed()
        server.mail(str(mail["From"]))
        server.rcpt(str(mail["To"]))
        raw = mail.as_bytes().replace(b"\n", b"\r\n")
        if not fault.endswith("RCPT"):
            server.docmd("DATA")
            server.send(raw[: len(raw) // 2])
        if fault == "cut before the 250":
            server.send(raw[len(raw) // 2 :] + b".\r\n")
        happened = door.kill() if fault in KILLS else True
        if happened:
            self.met[fault] += 1
        with suppress(OSError):
            if server.sock is not None:
                server.sock.shutdown(socket.SHUT_RDWR)
        server.close()
