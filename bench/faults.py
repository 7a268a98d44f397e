"""Kill the desk's processes at random while mail goes in and out; count what is left.

    python bench/faults.py                          on SQLite
    python -m tests.postgres python bench/faults.py on PostgreSQL

A sender hands in mails over SMTP and repeats each until it hears 250; answers go out to
a real SMTP server that counts. `kill -9` hits the supervisor, the server, its worker
processes, the mail receiver and the worker. Status 1 where a mail was lost, or where
one that came in was filed twice. A mail that went out twice under one Message-ID is
counted and shown: between the other side's 250 and our commit no protocol helps.
"""

from __future__ import annotations

import argparse
import random
import smtplib
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from desk import Desk, answers, free_port
from report import report

if TYPE_CHECKING:
    from answers import Answers

SENDERS = 2
KINDS = ("supervisor", "web", "web's own", "mail", "worker")
BETWEEN_KILLS = (0.2, 2.0)
SECONDS_A_KILL = 2.0
DRAIN_WITHIN = 150.0


@dataclass(slots=True)
class Sink:
    """Takes whatever the desk sends, and counts it by its Message-ID."""

    received: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        head = BytesHeaderParser().parsebytes(envelope.original_content or b"")
        self.received[str(head["Message-ID"]).strip("<> ")] += 1
        return "250 OK"


@dataclass(slots=True)
class Senders:
    """Hand in mails as mail servers do: each again and again until it is taken."""

    address: str
    left: list[EmailMessage]
    # the longest rest between two mails, so that they come as long as we kill
    rest: float
    handed_in: int = 0
    tries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._send, daemon=True) for _ in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _send(self) -> None:
        while True:
            with self._lock:
                if not self.left:
                    return
                mail = self.left.pop()
            while not self._is_taken(mail):
                time.sleep(0.1)
            with self._lock:
                self.handed_in += 1
            time.sleep(random.uniform(0, self.rest))  # noqa: S311 - guards nothing

    def _is_taken(self, mail: EmailMessage) -> bool:
        host, _, port = self.address.rpartition(":")
        with self._lock:
            self.tries += 1
        try:
            with smtplib.SMTP(host, int(port), timeout=15) as server:
                server.send_message(mail)
        except (OSError, smtplib.SMTPException):
            return False
        return True


def a_mail(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Customer {number % 50} <customer{number % 50}@mail.example>"
    mail["To"] = "help@shop.example"
    mail["Subject"] = f"Where is my parcel {number}?"
    mail["Message-ID"] = f"<in.{number}@mail.example>"
    mail["Date"] = "Mon, 16 Nov 2026 09:00:00 +0000"
    mail.set_content(f"This is letter {number}.\n\nPlease tell me where it is.\n" * 5)
    return mail


class Killer:
    """Kills one process of the desk after another, and starts anew what nobody else does."""

    def __init__(self, desk: Desk, *, kills: int, chance: random.Random) -> None:
        self.desk = desk
        self.left = kills
        self.chance = chance
        self.killed: Counter[str] = Counter()

    def go_on(self) -> bool:
        """Wait a moment and kill; False once all kills are done."""
        if self.left == 0:
            return False
        # the kind first, so that each is hit as often as the others
        kind = self.chance.choice(KINDS)
        victim = self._wait_for(kind)
        time.sleep(self.chance.uniform(*BETWEEN_KILLS))
        with suppress(psutil.NoSuchProcess):
            victim.kill()
            self.killed[kind] += 1
            self.left -= 1
        return True

    def _wait_for(self, kind: str) -> psutil.Process:
        found: list[psutil.Process] = []

        def is_there() -> bool:
            self.see_that_it_runs()
            found[:] = [
                one for one in self.desk.family() if kind_of(one, self.desk) == kind
            ]
            return bool(found)

        self.desk.wait(is_there, what=f"a process of kind {kind}")
        return found[-1]

    def see_that_it_runs(self) -> None:
        """Start `serve` again where it is gone, once its old parts have ended."""
        process = self.desk.process
        if process is not None and process.poll() is None:
            return
        self.desk.wait(lambda: not self.desk.family(), what="the end of orphans")
        self.desk.start("serve")


def kind_of(process: psutil.Process, desk: Desk) -> str:
    if desk.process is not None and process.pid == desk.process.pid:
        return "supervisor"
    # just forked, it still bears its parent's words, or none
    with suppress(psutil.Error, ValueError):
        words = process.cmdline()
        part = words[words.index("evenhand.web.serve.child") + 2]
        parent = process.parent()
        is_forked = (
            parent is not None and "evenhand.web.serve.child" in parent.cmdline()
        )
        return f"{part}'s own" if is_forked else part
    return "other"


def main() -> int:
    arguments = _arguments()
    chance = random.Random(arguments.seed)  # noqa: S311 - chooses whom to kill, guards nothing
    sink, controller = Sink(), None
    port = free_port()
    desk = Desk(EVENHAND_MAIL_OUT=f"smtp://127.0.0.1:{port}")
    began = time.monotonic()
    try:
        controller = Controller(sink, hostname="127.0.0.1", port=port)
        controller.start()
        desk.run("migrate")
        from answers import Answers  # noqa: PLC0415 - Django reads its settings now

        spread = arguments.kills * SECONDS_A_KILL
        writer = Answers(many=arguments.outgoing, rest=spread / arguments.outgoing)
        desk.start("serve")
        desk.wait(lambda: answers(desk.smtp) and answers(desk.web), what="the start")
        mails = [a_mail(number) for number in range(arguments.mails)]
        senders = Senders(
            desk.smtp, left=list(mails), rest=2 * SENDERS * spread / len(mails)
        )
        threads = [*senders.start(), writer.start()]
        killer = Killer(desk, kills=arguments.kills, chance=chance)
        while killer.go_on() or any(thread.is_alive() for thread in threads):
            killer.see_that_it_runs()
            time.sleep(0.05)
        drained_after = _drain(desk, killer, writer, mails=arguments.mails)
        return _report(
            arguments,
            sink,
            senders,
            killer,
            writer,
            took=time.monotonic() - began,
            drain=drained_after,
        )
    finally:
        desk.close()
        if controller is not None:
            controller.stop()


def _drain(desk: Desk, killer: Killer, writer: Answers, *, mails: int) -> float:
    began = time.monotonic()

    def is_drained() -> bool:
        killer.see_that_it_runs()
        return writer.filed() >= mails and writer.sent() >= writer.many

    desk.wait(is_drained, what="draining", within=DRAIN_WITHIN)
    return time.monotonic() - began


def _report(
    arguments: argparse.Namespace,
    sink: Sink,
    senders: Senders,
    killer: Killer,
    writer: Answers,
    *,
    took: float,
    drain: float,
) -> int:
    incoming = writer.incoming_counts()
    wanted_in = [f"in.{number}@mail.example" for number in range(arguments.mails)]
    wanted_out = writer.queued_ids()
    rows = [
        _counted("in", wanted_in, incoming),
        _counted("out", wanted_out, sink.received),
    ]
    figures = {
        "incoming": dict(zip(COLUMNS[1:], rows[0][1:], strict=True)),
        "outgoing": dict(zip(COLUMNS[1:], rows[1][1:], strict=True)),
        "kills": dict(killer.killed),
        "smtp_tries": senders.tries,
        "seconds": round(took, 1),
        "drained_after_seconds": round(drain, 1),
        "seed": arguments.seed,
    }
    report("faults", columns=COLUMNS, rows=rows, figures=figures)
    print(
        f"kills: {dict(killer.killed)}; {took:.0f} s, drained {drain:.0f} s after the last"
    )
    lost = rows[0][2] + rows[1][2]
    return 1 if lost or rows[0][3] else 0


COLUMNS = ("way", "mails", "lost", "doubled")


def _counted(
    way: str, wanted: list[str], found: Counter[str]
) -> tuple[str, int, int, int]:
    lost = sum(found[one] == 0 for one in wanted)
    doubled = sum(found[one] > 1 for one in wanted)
    return way, len(wanted), lost, doubled


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--outgoing", type=int, default=100)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument(
        "--seed", type=int, default=int(datetime.now(tz=UTC).timestamp())
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
