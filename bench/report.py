"""Print a table, and keep it as JSON beside the facts of the machine."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

RESULTS = Path(__file__).resolve().parent / "results"


def report(
    name: str,
    *,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    figures: Mapping[str, object],
) -> None:
    """Print the rows under the columns; write all of it to bench/results/NAME.json."""
    shown = [list(columns), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in shown) for place in range(len(columns))]
    for row in shown:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "name": name,
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        **figures,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(kept, indent=1) + "\n")


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "load": [round(load, 2) for load in os.getloadavg()],
        "database": "postgresql"
        if "postgres" in os.environ.get("EVENHAND_DATABASE_URL", "")
        else "sqlite",
    }


def _shown(cell: object) -> str:
    return f"{cell:,.1f}" if isinstance(cell, float) else str(cell)
