"""The desk's own decisions as lines of facts, to be replayed."""

from __future__ import annotations

import json
from pathlib import Path

from django.utils import timezone

from evenhand.decisions.models import Decision

CHUNK = 2_000


def write_history(path: Path, *, policy: str, currency: str = "") -> int:
    """Write the facts of every live decision by a policy, a JSON line each.

    Facts stand as they were known when it was decided; beside them the month of the
    decision and the tier of the customer. With a currency, only what was decided in
    it: a page of one currency must not add up others. Returns how many there are.
    """
    stored = Decision.objects.filter(version__policy=policy, superseded_at__isnull=True)
    if currency:
        stored = stored.filter(currency__in=(currency, ""))
    kept = stored.order_by("pk").values_list(
        "facts", "decided_at", "issue__case__customer__tier"
    )
    count = 0
    with path.open("w", encoding="utf-8") as lines:
        for facts, at, tier in kept.iterator(CHUNK):
            month = f"{timezone.localtime(at):%Y-%m}"
            line = {"facts": facts, "month": month, "group": tier or "none"}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count
