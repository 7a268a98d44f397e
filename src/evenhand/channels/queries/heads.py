"""The beginning of a raw mail, where a whole one is not needed."""

from __future__ import annotations

from django.db.models import BinaryField, F, Func, Value

# Enough for the lines of many servers; the rest of a mail is not fetched for this.
HEAD_BYTES = 32 * 1024


def head_of(raw: str) -> Func:
    """Return the first HEAD_BYTES of a column of raw mails."""
    return Func(
        F(raw),
        Value(1),
        Value(HEAD_BYTES),
        function="SUBSTR",
        output_field=BinaryField(),
    )
