"""How long tests by chance run: short each time, longer when somebody asks.

`EVENHAND_TEST_TIMES=50 pytest tests/channels/test_merged_at_random.py` tries fifty times
as many examples; do so after a change of what such a test walks through.
"""

from __future__ import annotations

import os


def examples(few: int) -> int:
    """Return how many examples to try where a few are tried each time."""
    return few * int(os.environ.get("EVENHAND_TEST_TIMES", "1"))
