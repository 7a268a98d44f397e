"""The desk's own decisions as lines of facts, to be replayed."""

from __future__ import annotations

import json
from pathlib import Path

from evenhand.decisions.models import Decision

CHUNK = 2_000


def write_history(path: Path, *, policy: str) -> int:
    """Write the facts of every live decision by a policy, a JSON line each.

    Facts stand as they were known when it was decided. Returns how many there are.
    """
    stored = Decision.objects.filter(version__policy=policy, superseded_at__isnull=True)
    count = 0
    with path.open("w", encoding="utf-8") as lines:
        for facts in (
            stored.order_by("pk").values_list("facts", flat=True).iterator(CHUNK)
        ):
            lines.write(json.dumps({"facts": facts}, ensure_ascii=False) + "\n")
            count += 1
    return count
