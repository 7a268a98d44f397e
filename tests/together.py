"""Which tests one process of a run takes one after the other, and first of all.

They share what is started once for them: a desk and a browser, or a Dovecot. Each of
the others goes to whichever process is free. The groups are the longest: the rest is
short enough to end together.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
BROWSER = "desk and browser"
GROUPS = {
    "tests/journeys": BROWSER,
    "tests/serving": "processes",
    "tests/faults": "processes",
}
# Journeys in one row would last longer than all else: these have a second desk.
SECOND_DESK = (
    "tests/journeys/test_answers_that_come_back.py",
    "tests/journeys/test_connecting_a_mailbox.py",
    "tests/journeys/test_merging_cases.py",
    "tests/journeys/test_way_of_a_case.py",
)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Groups are handed out first, the largest before the others."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(file: str) -> str:
    """Return the group of a test file's tests, or nothing where each is for itself."""
    if file in SECOND_DESK:
        return f"second {BROWSER}"
    folder = file.rpartition("/")[0]
    if folder in GROUPS:
        return GROUPS[folder]
    text = (ROOT / file).read_text(encoding="utf-8")
    return "Dovecot" if "dovecot: Dovecot" in text else ""
