"""Whether Python, DuckDB, SQLite and PostgreSQL decide alike, over many cases a page.

    .venv/bin/python -m tests.postgres .venv/bin/python bench/policy_agreement.py [CASES]

Draws CASES (100,000) for each shipped page: boundaries and one beside, unknowns, the
examples of the page with facts changed. Prints every page with the statuses met and the
differences of each engine, which must be 0. PostgreSQL takes part where a database is
given. Exit 1 if anything differs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from report import report  # noqa: E402 - the tests lie beside this folder

from evenhand.policy import Page, load  # noqa: E402 - the same
from tests.policy import agreeing  # noqa: E402 - the same

CHUNK = 25_000
Engine = Callable[[Page, list[agreeing.Facts]], list[agreeing.Answer]]


def main(arguments: list[str]) -> int:
    """Run all pages; print a line a page."""
    numbers = [int(one) for one in arguments if one.isdigit()]
    named = [one for one in arguments if not one.isdigit()]
    count = numbers[0] if numbers else 100_000
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        engines = _engines(folder)
        for path in sorted((ROOT / "policies").glob("*.md")):
            if not named or path.stem in named:
                rows.append(_page(path, count, engines))
                print(*rows[-1], flush=True)
    report(
        "policy_agreement",
        columns=("page", "cases", "hit", "needs fact", "no rule", "fault", *engines),
        rows=rows,
        figures={"rows": [list(row) for row in rows]},
    )
    return 1 if any(differing for row in rows for differing in row[6:]) else 0


def _engines(folder: str) -> dict[str, Engine]:
    found: dict[str, Engine] = {
        "duckdb": agreeing.on_duckdb,
        "sqlite": lambda p, c: agreeing.on_sqlite(
            p, c, f"{folder}/{time.time_ns()}.db"
        ),
    }
    url = os.environ.get("EVENHAND_DATABASE_URL", "")
    if url.startswith("postgres"):
        found["postgresql"] = lambda p, c: agreeing.on_postgres(p, c, url)
    return found


def _page(path: Path, count: int, engines: dict[str, Engine]) -> list[object]:
    page = load(path.read_text())
    statuses: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    for seed, start in enumerate(range(0, count, CHUNK)):
        drawing = agreeing.Drawing(page, seed)
        cases = list(drawing.cases(min(CHUNK, count - start)))
        wanted = [agreeing.in_python(page, facts) for facts in cases]
        statuses.update(answer["status"] for answer in wanted)
        for name, run in engines.items():
            found = agreeing.differences(cases, wanted, run(page, cases))
            differing[name] += len(found)
            for facts, one, other in found[:3]:
                print(path.stem, name, facts, one, other, sep="\n  ")
    words = ("hit", "needs_fact", "no_rule", "fault")
    return [
        path.stem,
        count,
        *(statuses[w] for w in words),
        *(differing[n] for n in engines),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
