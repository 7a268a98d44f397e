"""Work counted in calls, Python's and C's, not timed.

The count is the same on every machine. A million calls are about a tenth of a second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

from evenhand.policy.errors import Fault
from tests.policy.writing import faults_of

MOST_CALLS = 8_000_000


def calls_of(work: Callable[[], object]) -> int:
    """Do something; return the calls that it took."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def measured(text: str) -> tuple[tuple[Fault, ...], int]:
    """The faults of a page, and the calls that finding them took."""
    faults: list[Fault] = []
    calls = calls_of(lambda: faults.extend(faults_of(text)))
    return tuple(faults), calls
