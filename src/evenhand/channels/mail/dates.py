"""The Date field, read as generously as mailers write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
)
_COMMENT = re.compile(r"\([^()]*\)")
_ZONE_WORDS = re.compile(r"\b(?:GMT|UTC)(?=[+-]\d)")


def mail_date(text: str) -> datetime | None:
    """Return the instant with its offset (UTC when none is given), or None."""
    text = _ZONE_WORDS.sub("", _COMMENT.sub(" ", text[:120])).strip()
    for attempt in (text, text.replace(",", ", "), text.rpartition(" ")[0]):
        found = _attempt(attempt)
        if found is not None:
            return found
    return None


def _attempt(text: str) -> datetime | None:
    iso = _ISO.match(text)
    try:
        when = datetime.fromisoformat(iso[0]) if iso else parsedate_to_datetime(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when
