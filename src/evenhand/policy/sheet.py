"""The sheet of a case: every name of the page with its value, None for unknown."""

from __future__ import annotations

from typing import Any

# Values were checked against their declared kinds on the way in (facts.value_reader);
# from there on they are only handed on.
Sheet = dict[str, Any]


class Absent:
    """The one value of an outcome that no row gave: no test holds for it but `null`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()
