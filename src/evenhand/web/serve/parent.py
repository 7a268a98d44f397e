"""End with one's parent: no part of the desk outlives the process that started it."""

from __future__ import annotations

import os
import signal
import threading
import time

LOOK_EVERY = 0.5
# After the polite signal: what a job at hand may still take before the hard end.
GRACE = 10.0


def end_with(parent: int) -> None:
    """Watch the parent from a thread; when it is gone, end as for SIGTERM, then for good.

    By asking for the parent's number, not by a pipe: a `kill -9` of the parent is seen
    as well, also by processes that were forked rather than started.
    """
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
