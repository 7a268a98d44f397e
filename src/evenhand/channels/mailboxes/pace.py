"""How long a fetcher waits: before it connects again, before it asks again. Pure."""

from __future__ import annotations

from datetime import timedelta

from evenhand.channels.mailboxes.findings import Fault

# A fault that passes by itself is tried soon; one that a person must mend seldom, since
# servers lock who is refused again and again.
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
FIRST_SLOW_WAIT, LONGEST_SLOW_WAIT = 60.0, 1800.0
# A connection that worked and ended is taken up again at once: servers end them daily.
AFTER_WORK = 1.0
# connections in a row that may break while a mail is fetched before the waits grow
MOST_AT_ONCE = 6

# Servers may end an IDLE after 30 minutes (RFC 2177), routers forget a silent
# connection much sooner; and what came while IDLE was being renewed waits this long.
FIRST_IDLE, LONGEST_IDLE = 2.0, 240.0
# seconds between two looks where the server tells nothing by itself
ASK_IMAP, ASK_POP3 = 60.0, 120.0

# a mail that the server did not hand out is asked for again, at last once a day: while
# it lies there it is not given up
STUCK_WAITS = (60, 300, 1800, 7200, 21600, 86400)

_PASSING = frozenset(
    {
        Fault.NO_NAME_SERVER,
        Fault.PORT_CLOSED,
        Fault.PORT_SILENT,
        Fault.NO_ROUTE,
        Fault.SAYS_NOTHING,
        Fault.TURNED_AWAY,
        Fault.TLS_FAILED,
        Fault.LOGIN_NOT_NOW,
        Fault.TOKENS_UNREACHABLE,
        Fault.TOO_SLOW,
        Fault.HUNG_UP,
        Fault.OUR_FAULT,
    }
)


def passes(fault: str) -> bool:
    """Whether a fault may go away without anybody mending it; an unknown one may not."""
    return fault in _PASSING


def wait_before(
    *, failures: int, fault: str, jitter: float, while_fetching: bool = False
) -> float:
    """Return the seconds before the next connection after so many failures (1 or more).

    Doubles up to a bound; one that broke while a mail was fetched is taken up sooner
    at first, to find out whether it is that mail. `jitter` from 0 to 1 stretches it by up to a quarter, so that
    mailboxes of one server do not come back all at once.
    """
    first, longest = (
        (FIRST_WAIT, LONGEST_WAIT)
        if passes(fault)
        else (FIRST_SLOW_WAIT, LONGEST_SLOW_WAIT)
    )
    if while_fetching and failures <= MOST_AT_ONCE:
        return AFTER_WORK * (1 + jitter / 4)
    wait = min(first * 2.0 ** min(failures - 1, 20), longest)
    return wait * (1 + jitter / 4)


def idle_for(*, quiet: int) -> float:
    """Return the seconds of the next IDLE after so many that brought nothing.

    Short ones first: mails often come close together, and one that comes while IDLE
    begins may stand in the server's answer unread until it ends.
    """
    return min(FIRST_IDLE * 2.0 ** min(quiet, 20), LONGEST_IDLE)


def stuck_wait(*, tries: int) -> timedelta:
    """Return when a mail that was refused `tries` times (1 or more) is asked for again."""
    return timedelta(seconds=STUCK_WAITS[min(tries, len(STUCK_WAITS)) - 1])


def is_to_be_told(*, tries: int) -> bool:
    """Whether a mail has been refused so often that a person should know: once."""
    return tries == len(STUCK_WAITS) - 1
