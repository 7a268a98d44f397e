"""When a mail that did not leave is tried again; which ways in tell the sender."""

from __future__ import annotations

from datetime import timedelta

_FIRST = (5, 15, 60, 180, 600, 1800)
_THEN = timedelta(hours=1)
MOST_TRIES = 30
# the ways in whose envelope names the sender, so that an empty one means a report;
# a file tells none, and neither does standard input without --from
TELL_THE_SENDER = frozenset({"smtp", "lmtp", "pipe"})
# fetched out of a folder in which a server keeps what was sent
SENT_MAIL = "sent"


def next_try(*, tries: int) -> timedelta | None:
    """Return the wait after so many tries, None after the last: about a day in all.

    The first waits are short, for a server that restarts; then hourly, as long as
    a customer may be left to believe that we wrote.
    """
    if tries >= MOST_TRIES:
        return None
    return timedelta(seconds=_FIRST[tries - 1]) if tries <= len(_FIRST) else _THEN
