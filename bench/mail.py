"""Mails a second from the SMTP dialogue to the case, beside the floor.

    python bench/mail.py                           on SQLite
    python -m tests.postgres python bench/mail.py  on PostgreSQL

The floor is a receiver of the same kind that only appends the bytes to a file and
calls fsync before it says 250. Both get the same mails from the same senders.
"""

from __future__ import annotations

import argparse
import os
import smtplib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import BinaryIO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from desk import Desk, answers, free_port
from report import report

SENDERS = 4
FILE_WITHIN = 300.0
PARAGRAPH = "I ordered it two weeks ago and nobody has told me where it is now. "


class Floor:
    """Stores and syncs; reads nothing of what it stores."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self._file.write(bytes(envelope.original_content or b""))
        self._file.flush()
        os.fsync(self._file.fileno())
        return "250 OK"


def a_mail(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Customer {number % 100} <customer{number % 100}@mail.example>"
    mail["To"] = "help@shop.example"
    mail["Subject"] = f"Parcel {number}"
    mail["Message-ID"] = f"<in.{number}@mail.example>"
    mail["Date"] = "Mon, 16 Nov 2026 09:00:00 +0000"
    mail.set_content(f"Letter {number}.\n\n" + f"{PARAGRAPH}\n" * 20)
    mail.add_alternative(
        f"<p>Letter {number}.</p>" + f"<p>{PARAGRAPH}</p>" * 20, "html"
    )
    return mail


def hand_in(address: str, mails: Sequence[EmailMessage]) -> float:
    """Send all mails over a few lasting connections; return the seconds until the last 250."""
    host, _, port = address.rpartition(":")

    def send(part: Sequence[EmailMessage]) -> None:
        with smtplib.SMTP(host, int(port), timeout=60) as server:
            for mail in part:
                server.send_message(mail)

    threads = [
        threading.Thread(target=send, args=(mails[place::SENDERS],))
        for place in range(SENDERS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def measure_floor(mails: Sequence[EmailMessage]) -> float:
    with tempfile.NamedTemporaryFile(prefix="evenhand-floor-") as file:
        port = free_port()
        controller = Controller(Floor(file.file), hostname="127.0.0.1", port=port)
        controller.start()
        try:
            return len(mails) / hand_in(f"127.0.0.1:{port}", mails)
        finally:
            controller.stop()


def measure_receiver(mails: Sequence[EmailMessage]) -> float:
    """Return mails a second that the receiving process takes, nothing filing beside it."""
    desk = Desk()
    try:
        desk.run("migrate")
        desk.start("mail", "receive")
        desk.wait(lambda: answers(desk.smtp), what="the start")
        return len(mails) / hand_in(desk.smtp, mails)
    finally:
        desk.close()


def measure_desk(mails: Sequence[EmailMessage]) -> tuple[float, float, float]:
    """Return mails a second taken, mails a second filed, and CPU ms for each mail."""
    desk = Desk()
    try:
        desk.run("migrate")
        import answers as database  # noqa: PLC0415 - Django reads its settings now

        counted = database.Answers(many=0)
        desk.start("serve")
        desk.wait(lambda: answers(desk.smtp) and answers(desk.web), what="the start")
        used = desk.cpu_seconds()
        began = time.monotonic()
        taken = len(mails) / hand_in(desk.smtp, mails)
        desk.wait(
            _all_filed(counted.filed, len(mails)), what="filing", within=FILE_WITHIN
        )
        filed = len(mails) / (time.monotonic() - began)
        return taken, filed, (desk.cpu_seconds() - used) * 1000 / len(mails)
    finally:
        desk.close()


def _all_filed(filed: Callable[[], int], many: int) -> Callable[[], bool]:
    return lambda: filed() >= many


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure mails a second.")
    parser.add_argument("--mails", type=int, default=1000)
    mails = [a_mail(number) for number in range(parser.parse_args().mails)]
    floor = measure_floor(mails)
    alone = measure_receiver(mails)
    taken, filed, cpu = measure_desk(mails)
    report(
        "mail",
        columns=("what", "mails a second", "of the floor"),
        rows=[
            ("store and fsync only (floor)", floor, "100 %"),
            ("taken: 250 after the commit", alone, f"{alone / floor:.0%}"),
            ("taken while others are filed", taken, f"{taken / floor:.0%}"),
            ("filed in a case, end to end", filed, f"{filed / floor:.0%}"),
        ],
        figures={
            "mails": len(mails),
            "floor_per_second": round(floor, 1),
            "taken_per_second": round(alone, 1),
            "taken_while_filing_per_second": round(taken, 1),
            "filed_per_second": round(filed, 1),
            "taken_ratio": round(alone / floor, 3),
            "ratio": round(filed / floor, 3),
            "cpu_ms_per_mail": round(cpu, 2),
        },
    )
    print(f"{cpu:.1f} ms of the processor for each mail")
    return 0


if __name__ == "__main__":
    sys.exit(main())
