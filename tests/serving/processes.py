"""Real processes of the desk for tests: start them, wait for them, end them."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

SOURCE = Path(__file__).resolve().parents[2] / "src"
START_WITHIN = 60.0
END_WITHIN = 60.0
# Below the ports that the system gives to whoever connects (from 32768 on), so that no
# client takes one between its choice and its use; each process of a run begins elsewhere.
_PORTS = range(12_000, 32_000)
_from = count(random.SystemRandom().choice(_PORTS))


def free_port() -> int:
    """Return a port on which nobody listens, and which this process gives once."""
    while True:
        port = _PORTS[next(_from) % len(_PORTS)]
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def database_url() -> str:
    """The URL of the database that this very test uses, for other processes."""
    stored = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{Path(stored['NAME']).resolve()}"
    user = f"{quote(stored['USER'])}:{quote(stored['PASSWORD'])}@"
    if str(stored["HOST"]).startswith("/"):
        return f"postgres://{user}/{stored['NAME']}?host={stored['HOST']}"
    return f"postgres://{user}{stored['HOST']}:{stored['PORT']}/{stored['NAME']}"


def environment(**settings_: str) -> Mapping[str, str]:
    """The variables for another process of this test's desk; ports that are free."""
    given = {
        "PYTHONPATH": str(SOURCE),
        "EVENHAND_DATA_FOLDER": str(settings.DATA_FOLDER),
        "EVENHAND_DATABASE_URL": database_url(),
        "EVENHAND_WEB_LISTEN": f"127.0.0.1:{free_port()}",
        "EVENHAND_SMTP_LISTEN": f"127.0.0.1:{free_port()}",
    }
    return {**os.environ, **given, **settings_}


def evenhand(*words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(  # noqa: S603 - our own program and words
        [sys.executable, "-m", "evenhand", *words],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def running(*words: str, env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Keep a command running; end it with SIGTERM, and fail where it does not end."""
    process = subprocess.Popen(  # noqa: S603 - our own program and words
        [sys.executable, "-m", "evenhand", *words],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
        process.terminate()
        process.wait(END_WITHIN)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def until(holds: Callable[[], bool], *, within: float = START_WITHIN) -> None:
    """Wait until it holds; fail where it does not in time."""
    give_up_at = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up_at, "it did not come to hold in time"
        time.sleep(0.05)


def answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=5):
            return True
    except OSError:
        return False
