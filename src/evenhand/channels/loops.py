"""When so many mails come from one address that a machine must be answering a machine."""

from __future__ import annotations

from datetime import datetime, timedelta

WITHIN = timedelta(hours=1)
# older mail is being filled in from an archive: nobody writes it now
FRESH = timedelta(days=1)


def is_loop(
    *, lately: int, most: int, written_at: datetime | None, at: datetime
) -> bool:
    """Whether one more mail of an address is one too many.

    `lately` counts its mails of the last hour that were filed, `written_at` is the
    date in the mail's head, if it has one. Two automatic programs that write to each
    other without any mark of it are known by nothing else.
    """
    is_old = written_at is not None and written_at < at - FRESH
    return lately >= most and not is_old
