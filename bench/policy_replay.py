"""How fast a page is replayed over millions of cases, against the engine's own scan.

    .venv/bin/python bench/policy_replay.py [CASES] [--memory 8GB]

The cases are made at random for bench/pages/returns26.md. They are kept as a file of
Parquet, which is what `evenhand policy replay --facts` is mostly given, and as a typed
table of DuckDB, as the history is. Each is measured against the engine's scan of the
same columns of itself: a count and a sum or a largest of each; of the file also a mere
count, which reads no word. The replay counts cases and money by row; the comparison does
so for two pages (a window of 30 days made 20). Times are of the processor, threads
together, the best of three; the ratios count, as all stand in one run.

To open cases is work too, done once for any number of replays: each column is looked at
once (its ends, how many cases lack it), and the few cases that lack a fact are laid into
a table of their own. It stands in a row of its own, and is in the last row: all that a
first replay takes.
"""

# ruff: noqa: S608 - names and texts are written by quoted() and text()

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from report import report

from evenhand.policy import Page, load
from evenhand.policy.kinds import NUMERIC, Kind
from evenhand.policy.sql.comparing import compare
from evenhand.policy.sql.files import open_facts
from evenhand.policy.sql.reading import quoted, text
from evenhand.policy.sql.replaying import replay

PAGE = Path(__file__).resolve().parent / "pages" / "returns26.md"
MILLION = 10**6
ROUNDS = 3
Row = tuple[str, str, str, str]


def main(arguments: list[str]) -> int:
    """Make the cases, measure, print, keep."""
    cases = int(arguments[0]) if arguments else 10 * MILLION
    memory = (
        arguments[arguments.index("--memory") + 1] if "--memory" in arguments else "8GB"
    )
    page, other = pages()
    with tempfile.TemporaryDirectory() as folder:
        table, file = Path(folder) / "cases.duckdb", Path(folder) / "cases.parquet"
        make(page, cases, table, memory)
        copy(table, file)
        rows = [
            *measured(file, page, other, memory),
            *measured(table, page, other, memory),
        ]
        sizes = {path.suffix: path.stat().st_size // 2**20 for path in (file, table)}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10
    report(
        f"policy_replay_{cases // MILLION}m",
        columns=("what", "processor s", "of the scan", "of the count"),
        rows=rows,
        figures={
            "cases": cases,
            "rows": rows,
            "file_mb": sizes,
            "memory_limit": memory,
            "most_memory_mb": most,
        },
    )
    print(f"{cases:,} cases, files of {sizes} MB")
    print(f"most memory {most} MB under a limit of {memory}")
    return 0


def measured(path: Path, page: Page, other: Page, memory: str) -> list[Row]:
    """Measure the scan of a file of cases, and what a page costs over it."""
    start = time.process_time()
    facts = open_facts(path, page.policy, memory=memory)
    opening = time.process_time() - start
    source = "given.facts" if path.suffix == ".duckdb" else text(str(path))
    connection = facts.connection
    count = best(lambda: scanned(connection, page, source, only_count=True))
    scan = best(lambda: scanned(connection, page, source))
    alone = best(lambda: replay(page, facts))
    two = best(lambda: compare(page, other, facts))
    connection.disconnect()
    found = {
        "count of the same columns": count,
        "scan of the same columns": scan,
        "replay with money by row": alone,
        "two pages compared with money": two,
        "opening": opening,
        "opening and replay": opening + alone,
        "opening and comparison": opening + two,
    }
    return [
        (
            f"{path.suffix}: {what}",
            f"{seconds:.2f}",
            f"{seconds / scan:.1f}",
            f"{seconds / count:.1f}",
        )
        for what, seconds in found.items()
    ]


def pages() -> tuple[Page, Page]:
    """Return the page, and the same with a window of 20 days in place of 30."""
    # Paid is what the percentages of the page are of, so that each answer has money.
    written = re.sub(r"\bamount\b", "paid", PAGE.read_text())
    written = written.replace("[money]", '[money]\nbase = "paid"')
    changed = written.replace("days <= 30", "days <= 20")
    if changed == written:
        raise SystemExit("the page has no window of 30 days")
    return load(written), load(changed)


def make(page: Page, cases: int, path: Path, memory: str) -> None:
    """Write cases at random, a million at a time, with few values unknown."""
    connection = duckdb.connect(str(path))
    connection.execute(f"SET memory_limit = {text(memory)}")
    for fact in page.policy.facts:
        if fact.domain.words:
            words = ", ".join(text(word) for word in fact.domain.words)
            connection.execute(
                f"CREATE TYPE {quoted('w_' + fact.name)} AS ENUM ({words})"
            )
    heads = ", ".join(f"{quoted(f.name)} {_type(f)}" for f in page.policy.facts)
    connection.execute(f"CREATE TABLE facts ({heads})")
    values = ", ".join(_drawn(f) for f in page.policy.facts)
    for start in range(0, cases, MILLION):
        count = min(MILLION, cases - start)
        connection.execute(f"INSERT INTO facts SELECT {values} FROM range({count})")
    connection.close()


def _type(fact: Any) -> str:
    if fact.domain.words:
        return quoted("w_" + fact.name)
    if fact.kind is Kind.YES_NO:
        return "BOOLEAN"
    if fact.kind is Kind.NUMBER:
        return "DECIMAL(9, 4)"
    return "INTEGER" if fact.kind is Kind.WHOLE else "BIGINT"


def _drawn(fact: Any) -> str:
    if fact.domain.words:
        words = ", ".join(text(word) for word in fact.domain.words)
        count = len(fact.domain.words)
        drawn = f"([{words}])[1 + CAST(floor(random() * {count}) AS INTEGER)]"
    elif fact.kind is Kind.YES_NO:
        drawn = "random() < 0.5"
    elif fact.kind is Kind.NUMBER:
        drawn = "round(random(), 2)"
    else:
        most = 120 if fact.kind is Kind.WHOLE else 50_000
        drawn = f"CAST(floor(random() * {most}) AS BIGINT)"
    return f"CASE WHEN random() < 0.002 THEN NULL ELSE {drawn} END"


def copy(table: Path, file: Path) -> None:
    """Write the same cases as a file of Parquet."""
    with duckdb.connect(str(table), read_only=True) as connection:
        connection.execute(f"COPY facts TO {text(str(file))}")


def scanned(
    connection: Any, page: Page, source: str, *, only_count: bool = False
) -> Any:
    """Read every column of the facts once, by the engine itself."""
    parts = ["count(*)"]
    for fact in page.policy.facts:
        name = quoted(fact.name)
        is_number = fact.kind in NUMERIC | {Kind.MONEY}
        read = f"sum({name})" if is_number else f"max({name})"
        parts.append(f"count({name})" if only_count else read)
    query = f"SELECT {', '.join(parts)} FROM {source}"
    return connection.con.sql(query).fetchall()


def best(work: Callable[[], Any]) -> float:
    """Return the least processor time of some runs, all threads together."""
    found = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
