"""Where a page of a list ends: the instant and the key of its last row, as one word."""

from __future__ import annotations

from datetime import UTC, datetime

# Digits that every key of a database holds.
_MOST_DIGITS = 18


def mark(*, at: datetime, key: int) -> str:
    """Return the word after which the next page begins."""
    return f"{at.isoformat()}_{key}"


def read_mark(word: str) -> tuple[datetime, int] | None:
    """Return the instant (UTC) and the key of a mark; None where it is none of ours.

    It comes from an address, so anything may stand there: an instant without a zone,
    one beyond the calendar, a key that no database holds.
    """
    moment, _, key = word.rpartition("_")
    if not (key.isascii() and key.isdigit() and len(key) <= _MOST_DIGITS):
        return None
    try:
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), int(key)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
