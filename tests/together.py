"""Which tests one process of a run takes one after the other, and first of all.

They share what is started once for them: a desk and a browser, or a Dovecot. Each of
the others goes to whichever process is free. The groups are the longest: the rest is
short enough to end together.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

ROOT = Path(__file__).resolve().parents[1]
# The file that is made once all tests are handed out: whoever waits for it may begin.
HANDED_OUT = "EVENHAND_TESTS_HANDED_OUT"
GROUPS = {
    "tests/journeys": "desk and browser",
    "tests/serving": "processes",
    "tests/faults": "processes",
}


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Groups are handed out first, the largest before the others."""

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Forget a unit once it is done: else all are counted again at each test's end."""
        super().mark_test_complete(node, item_index, duration)
        units = self.assigned_work[node]
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(units[scope].values()):
            del units[scope]

    def _assign_work_unit(self, node: WorkerController) -> None:
        super()._assign_work_unit(node)
        if not self.workqueue and (file := os.environ.get(HANDED_OUT)):
            Path(file).touch()

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
