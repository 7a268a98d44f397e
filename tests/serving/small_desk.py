"""`python -m tests.serving.small_desk web worker`: the supervisor over parts of choice."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from evenhand.web.environment import Environment
from evenhand.web.serve.supervisor import Part, Supervisor


def part(name: str) -> Part:
    listens = None
    if name == "web":
        listens = Environment().address("EVENHAND_WEB_LISTEN", "127.0.0.1:8000")
    instead: Sequence[str] = ("--instead-of",) if name == "worker" else ()
    return Part(
        name=name,
        words=(name,),
        listens=listens,
        after_death=lambda pid: (*instead, str(pid)) if instead else (),
    )


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    say(f"supervisor {os.getpid()}")
    sys.exit(Supervisor(parts=[part(name) for name in sys.argv[1:]], say=say).run())
