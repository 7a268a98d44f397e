"""How long a page takes to check, from 26 rules to 1,000.

    .venv/bin/python bench/policy_check.py [--json FILE]

The pages are random but fixed: rules of three to five conditions over facts of words,
numbers and yes/no; one rule is written twice, so that one row is never reached.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

from evenhand.policy import Page, load
from evenhand.policy.proof import check, compare
from evenhand.policy.proof.findings import Report

SIZES = ((26, 10), (100, 12), (250, 15), (500, 18), (1000, 18))


def a_page(rules: int, facts: int, *, seed: int = 1, moved: int = 0) -> str:
    """Write a page of so many rules; `moved` shifts one boundary by so much."""
    chance = random.Random(seed)  # noqa: S311  # a fixed page, not a secret
    lines = ['+++\npolicy = "bench"\nversion = "1"\n+++\n# Bench\n\n## Facts\n']
    lines += ["| fact | type | domain |", "|---|---|---|"]
    kinds = [("one of", "whole number", "yes/no")[place % 3] for place in range(facts)]
    domains = {
        "one of": ", ".join(f"v{word}" for word in range(8)),
        "whole number": "0..1000",
        "yes/no": "",
    }
    lines += [f"| f{p} | {kind} | {domains[kind]} |" for p, kind in enumerate(kinds)]
    lines += ["\n## Table: verdict (first)\n", "| id | when | give |", "|---|---|---|"]
    rows = list(_rows(rules, kinds, chance, moved))
    rows.insert(rules // 2, rows[0].replace("| r0 |", "| again |"))
    return "\n".join([*lines, *rows, "| rest | | z |"]) + "\n"


def _rows(
    rules: int, kinds: list[str], chance: random.Random, moved: int
) -> Iterator[str]:
    for rule in range(rules):
        tested = chance.sample(range(len(kinds)), chance.randint(3, 5))
        cells = [f"f{fact} {_cell(kinds[fact], chance)}" for fact in tested]
        if rule == rules - 1 and moved:
            cells.append(f"f1 <= {900 - moved}")
        yield f"| r{rule} | {'; '.join(cells)} | {chance.choice('abc')} |"


def _cell(kind: str, chance: random.Random) -> str:
    if kind == "one of":
        words = chance.sample(range(8), chance.randint(1, 3))
        return ", ".join(f"v{word}" for word in words)
    if kind == "yes/no":
        return chance.choice(("yes", "no"))
    low = chance.randrange(0, 900, 30)
    return f"[{low}..{low + chance.choice((30, 60, 90, 100))}]"


def measured(rules: int, facts: int) -> dict[str, float]:
    """Check one page, and compare it with itself and with a version moved by one."""
    page = load(a_page(rules, facts))
    began = time.process_time()
    report = check(page, seconds=60)
    spent = time.process_time() - began
    assert "again" in [one.row for one in report.findings], _told(report)  # noqa: S101  # the bench stands on it
    return {"rules": rules, "check": spent, **_versions(page, rules, facts)}


def _versions(page: Page, rules: int, facts: int) -> dict[str, float]:
    found = {}
    for name, moved in (("equal", 0), ("differ", 1)):
        began = time.process_time()
        compare(page, load(a_page(rules, facts, moved=moved)), seconds=60)
        found[name] = time.process_time() - began
    return found


def _told(report: Report) -> str:
    return "; ".join(one.what for one in report.findings)


def main() -> None:
    """Print a line a page; CPU seconds of one core."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    file = parser.parse_args().json
    print(f"{'rules':>6} {'check s':>9} {'equal s':>9} {'differ s':>9}")
    results = []
    for rules, facts in SIZES:
        one = measured(rules, facts)
        results.append(one)
        print(f"{rules:6} {one['check']:9.2f} {one['equal']:9.2f} {one['differ']:9.2f}")
    if file:
        file.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
