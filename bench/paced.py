"""Mails at a steady pace, and how long after its 250 each stands in a member's inbox."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count

CONNECTIONS = 8
LOOK_EVERY = 0.02


@dataclass(slots=True)
class Paced:
    """Hands in `rate` mails a second for `seconds`, whatever became of those before."""

    address: str
    rate: float
    seconds: float
    a_mail: Callable[[int], EmailMessage]
    # number -> seconds (monotonic) of its 250; how late it was begun; how long it took
    taken: dict[int, float] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    dialogue: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0
    _next: count[int] = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def many(self) -> int:
        return int(self.rate * self.seconds)

    def run(self) -> None:
        """Send all; return when the last was answered."""
        mails = [self.a_mail(number) for number in range(self.many)]
        began = time.monotonic() + 0.5
        threads = [
            threading.Thread(target=self._send, args=(mails, began))
            for _ in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send(self, mails: Sequence[EmailMessage], began: float) -> None:
        host, _, port = self.address.rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=60) as server:
            while (number := next(self._next)) < len(mails):
                due = began + number / self.rate
                time.sleep(max(0.0, due - time.monotonic()))
                start = time.monotonic()
                server.send_message(mails[number])
                end = time.monotonic()
                with self._lock:
                    self.taken[number] = end
                    self.late.append(start - due)
                    self.dialogue.append(end - start)
        with self._lock:
            self.cpu_seconds += time.thread_time()


@dataclass(slots=True)
class Watch:
    """Looks into the inbox again and again and notes when each case first stands there.

    `look` gives the subjects on a page and the mark of the next one. A page that holds
    nothing known is followed by the next: more came than it shows.
    """

    look: Callable[[str], tuple[Sequence[str], str]]
    seen: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            after = ""
            while True:
                subjects, after = self.look(after)
                now = time.monotonic()
                new = [each for each in subjects if each not in self.seen]
                self.seen.update(dict.fromkeys(new, now))
                if not after or len(new) < len(subjects):
                    break
        self.cpu_seconds = time.thread_time()


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """Return p50, p95, p99 and the maximum, in milliseconds."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = min(len(ordered) - 1, int(share * len(ordered)))
        return round(ordered[place] * 1000, 1)

    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1.0)}
