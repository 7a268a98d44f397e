"""Pages a second and processor time for each, beside a bare Django page.

    python bench/pages.py                           on SQLite
    python -m tests.postgres python bench/pages.py  on PostgreSQL

The desk and the bare page run under the same server with one worker process, one after
the other, over the same database with the same cases.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from desk import Desk, answers, free_port
from report import report

CLIENTS = 2
WARM_UP = 30
CASES = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """Pages a second, processor milliseconds for each page, and the time to wait."""

    per_second: float
    cpu_ms: float
    p50_ms: float
    p95_ms: float


def ask(
    address: str, path: str, *, cookie: str, until: float, waits: list[float]
) -> None:
    """Get the page again and again over one connection until the instant."""
    host, _, port = address.rpartition(":")
    line = http.client.HTTPConnection(host, int(port), timeout=30)
    while time.monotonic() < until:
        began = time.monotonic()
        line.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"})
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200 or not body:
            raise RuntimeError(f"{path} answered {answer.status}")
        waits.append(time.monotonic() - began)
    line.close()


def measure(
    address: str, path: str, *, cookie: str, server: psutil.Process, seconds: float
) -> Measured:
    warm: list[float] = []
    while len(warm) < WARM_UP:
        ask(address, path, cookie=cookie, until=time.monotonic() + 0.3, waits=warm)
    waits: list[float] = []
    used, began = cpu(server), time.monotonic()
    threads = [
        threading.Thread(
            target=ask,
            args=(address, path),
            kwargs={"cookie": cookie, "until": began + seconds, "waits": waits},
        )
        for _ in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    return Measured(
        per_second=len(waits) / took,
        cpu_ms=(cpu(server) - used) * 1000 / len(waits),
        p50_ms=statistics.median(waits) * 1000,
        p95_ms=statistics.quantiles(waits, n=20)[-1] * 1000,
    )


def cpu(server: psutil.Process) -> float:
    processes = [server, *server.children(recursive=True)]
    times = [process.cpu_times() for process in processes]
    return sum(one.user + one.system for one in times)


def measure_bare(seconds: float) -> Measured:
    port = free_port()
    script = Path(__file__).resolve().parent / "bare.py"
    process = subprocess.Popen([sys.executable, str(script), "127.0.0.1", str(port)])  # noqa: S603 - our own program and words
    address = f"127.0.0.1:{port}"
    try:
        while not answers(address):
            time.sleep(0.1)
        server = psutil.Process(process.pid)
        return measure(address, "/", cookie="", server=server, seconds=seconds)
    finally:
        process.terminate()
        process.wait(15)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pages a second.")
    parser.add_argument("--seconds", type=float, default=8.0)
    seconds = parser.parse_args().seconds
    desk = Desk()
    try:
        desk.run("migrate")
        import scenes  # noqa: PLC0415 - Django reads its settings now

        cookie, case = scenes.build(many=CASES)
        desk.start("web")
        desk.wait(lambda: answers(desk.web), what="the start")
        server = desk.family()[0]
        found = {
            path: measure(desk.web, path, cookie=cookie, server=server, seconds=seconds)
            for path in ("/", f"/cases/{case}/")
        }
        desk.stop()
        bare = measure_bare(seconds)
    finally:
        desk.close()
    inbox, case_page = found.values()
    _report(bare, inbox, case_page)
    return 0


def _report(bare: Measured, inbox: Measured, case_page: Measured) -> None:
    named = {"bare page, 50 rows": bare, "inbox": inbox, "case page": case_page}
    report(
        "pages",
        columns=("page", "a second", "cpu ms", "p50 ms", "p95 ms", "cpu of bare"),
        rows=[
            (
                name,
                one.per_second,
                one.cpu_ms,
                one.p50_ms,
                one.p95_ms,
                f"{one.cpu_ms / bare.cpu_ms:.1f} times",
            )
            for name, one in named.items()
        ],
        figures={
            name: {
                "per_second": round(one.per_second, 1),
                "cpu_ms": round(one.cpu_ms, 2),
                "p50_ms": round(one.p50_ms, 1),
                "p95_ms": round(one.p95_ms, 1),
                "ratio": round(one.per_second / bare.per_second, 3),
            }
            for name, one in named.items()
        },
    )


if __name__ == "__main__":
    sys.exit(main())
