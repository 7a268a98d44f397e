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
GROUPS = {
    "tests/journeys": "desk and browser",
    "tests/serving": "processes",
    "tests/faults": "processes",
}


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Groups are handed out first, the largest before the others."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(file: str) -> str:
    """Return the group of a test file's tests, or nothing where each is for itself."""
    folder = file.rpartition("/")[0]
    if folder in GROUPS:
        return GROUPS[folder]
    text = (ROOT / file).read_text(encoding="utf-8")
    return "Dovecot" if "dovecot: Dovecot" in text else ""
