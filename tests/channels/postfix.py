"""A real Postfix of the tests' own, on the loopback, which tells nobody outside."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.serving.processes import answers, free_port, until

SETTINGS = """\
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = {base}/mail.log
maillog_file_prefixes = {base}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.shop.example
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
relay_domains = shop.example
recipient_delimiter = +
transport_maps = texthash:{base}/etc/transport
relayhost = [127.0.0.1]:{world}
disable_dns_lookups = yes
smtp_host_lookup = native
lmtp_host_lookup = native
lmtp_line_length_limit = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
"""
SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
evenhand unix - n n - 1 pipe
  user=daemon null_sender=
  argv={base}/hand-over mail deliver --from=${{sender}} --to=${{recipient}}
"""
# A pipe may not run as root, and another user may not read the tests' database. So
# Postfix runs this, and the tests run the command with its words and its mail.
HAND_OVER = """\
#!/bin/sh
umask 0
folder="{base}/handed/$$"
mkdir "$folder" || exit 75
for word in "$@"; do printf '%s\\n' "$word"; done >"$folder/words"
cat >"$folder/mail"
: >"$folder/ready"
while ! test -e "$folder/done"; do sleep 0.05; done
cat "$folder/said" >&2
exit "$(cat "$folder/status")"
"""
Run = Callable[[list[str], bytes], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Postfix:
    port: int
    base: Path

    def log(self) -> str:
        log = self.base / "mail.log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


@contextmanager
def a_postfix(*, to: str, world: int, run: Run | None = None) -> Iterator[Postfix]:
    """Run Postfix with shop.example's mail handed over `to` a transport.

    All other mail goes to the port `world` of this machine; `run` does what the pipe
    is to do, and returns its exit status and what it says.
    """
    program = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("Postfix is not installed (Debian's package postfix)")
    if os.geteuid() != 0:
        pytest.skip("Postfix is started by root alone")
    base = Path(tempfile.mkdtemp(prefix="evenhand-postfix-"))
    postfix = Postfix(free_port(), base)
    _write_settings(postfix, to=to, world=world)
    words = [program, "-c", str(base / "etc")]
    try:
        subprocess.run([*words, "start"], check=True, capture_output=True)  # noqa: S603 - a program and words of ours
        until(lambda: answers(f"127.0.0.1:{postfix.port}"))
        with _handing_over(base, run):
            yield postfix
    finally:
        subprocess.run([*words, "stop"], check=False, capture_output=True)  # noqa: S603 - a program and words of ours
        shutil.rmtree(base)


def _write_settings(postfix: Postfix, *, to: str, world: int) -> None:
    base = postfix.base
    base.chmod(0o755)
    for folder in ("etc", "queue", "data", "handed"):
        (base / folder).mkdir()
    (base / "handed").chmod(0o777)  # made by the pipe's user, read by ours
    shutil.chown(base / "data", "postfix")
    settings = SETTINGS.format(base=base, world=world)
    (base / "etc" / "main.cf").write_text(settings, encoding="ascii")
    services = SERVICES.format(base=base, port=postfix.port)
    (base / "etc" / "master.cf").write_text(services, encoding="ascii")
    (base / "etc" / "transport").write_text(f"shop.example {to}\n", encoding="ascii")
    script = base / "hand-over"
    script.write_text(HAND_OVER.format(base=base), encoding="ascii")
    script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


@contextmanager
def _handing_over(base: Path, run: Run | None) -> Iterator[None]:
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            for ready in (base / "handed").glob("*/ready"):
                assert run is not None
                _hand_over(ready.parent, run)
            time.sleep(0.05)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _hand_over(folder: Path, run: Run) -> None:
    (folder / "ready").unlink()
    words = (folder / "words").read_text(encoding="utf-8").splitlines()
    status, said = run(words, (folder / "mail").read_bytes())
    (folder / "status").write_text(str(status), encoding="ascii")
    (folder / "said").write_text(said, encoding="utf-8")
    (folder / "done").touch()
