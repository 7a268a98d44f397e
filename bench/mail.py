"""Mails a second from the SMTP dialogue to the case, beside the floor.

    python bench/mail.py                           on SQLite
    python -m tests.postgres python bench/mail.py  on PostgreSQL
    python bench/mail.py --pace 50 --seconds 60    a steady stream, on SQLite
    python -m tests.postgres python bench/mail.py --pace 100 --seconds 60 --workers 2

The floor is a receiver of the same kind that only appends the bytes to a file and
calls fsync before it says 250. Both get the same mails from the same senders.

With --pace so many mails a second are handed in, and for each is measured how long
after its 250 a member's inbox shows it. Status 1 where a hundredth of them took a
second or more.
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
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import BinaryIO

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from desk import Desk, answers, free_port
from paced import Paced, Watch, quantiles
from report import report

SENDERS = 4
FILE_WITHIN = 300.0
WITHIN_MS = 1000.0
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
    mail["Date"] = format_datetime(datetime.now(tz=UTC))
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


def measure_pace(*, pace: float, seconds: float, workers: int) -> int:
    """Hand in a steady stream and report how long each mail took to the inbox."""
    desk = Desk(EVENHAND_MAIL_PER_ADDRESS="100000")
    try:
        desk.run("migrate")
        import answers as database  # noqa: PLC0415 - Django reads its settings now

        known = database.Answers(many=0)
        desk.start("serve")
        for _ in range(workers - 1):
            desk.start_beside("worker")
        desk.wait(lambda: answers(desk.smtp) and answers(desk.web), what="the start")
        hand_in(desk.smtp, [a_mail(number) for number in range(-20, 0)])
        desk.wait(_all_filed(known.filed, 20), what="the first mails")
        watch = Watch(known.inbox)
        watch.start()
        stream = Paced(desk.smtp, pace, seconds, a_mail)
        used, began = desk.cpu_seconds(), time.monotonic()
        stream.run()
        wanted = {f"Parcel {number}": taken for number, taken in stream.taken.items()}
        desk.wait(lambda: wanted.keys() <= watch.seen.keys(), what="the last mail")
        used, took = desk.cpu_seconds() - used, time.monotonic() - began
        watch.stop()
        waits = [max(0.0, watch.seen[subject] - wanted[subject]) for subject in wanted]
    finally:
        desk.close()
    return _report_pace(stream, watch, waits, used=used, took=took, workers=workers)


def _report_pace(
    stream: Paced,
    watch: Watch,
    waits: Sequence[float],
    *,
    used: float,
    took: float,
    workers: int,
) -> int:
    told = {
        "from 250 to the inbox": quantiles(waits),
        "dialogue up to the 250": quantiles(stream.dialogue),
        "begun late by the sender": quantiles(stream.late),
    }
    report(
        "mail_paced",
        columns=("ms", "p50", "p95", "p99", "max"),
        rows=[(what, *each.values()) for what, each in told.items()],
        figures={
            "pace": stream.rate,
            "mails": stream.many,
            "workers": workers,
            "seconds": round(took, 1),
            "ms": told,
            "desk_cpu_ms_per_mail": round(used * 1000 / stream.many, 2),
            "sender_cpu_ms_per_mail": round(stream.cpu_seconds * 1000 / stream.many, 2),
            "watch_cpu_ms_per_mail": round(watch.cpu_seconds * 1000 / stream.many, 2),
        },
    )
    desk_ms = used * 1000 / stream.many
    sender_ms = stream.cpu_seconds * 1000 / stream.many
    print(
        f"{stream.many} mails, {stream.many / took:.0f} a second; of the processor"
        f" {desk_ms:.1f} ms a mail the desk, {sender_ms:.1f} the senders,"
        f" {watch.cpu_seconds / took:.0%} of one for looking"
    )
    return 0 if told["from 250 to the inbox"]["p99"] < WITHIN_MS else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure mails a second.")
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--pace", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.pace:
        return measure_pace(
            pace=arguments.pace, seconds=arguments.seconds, workers=arguments.workers
        )
    mails = [a_mail(number) for number in range(arguments.mails)]
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
