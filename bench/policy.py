"""How fast a page decides, asks and finds the nearest way, against others in one run.

    .venv/bin/python bench/policy.py [--all]

One decision is measured over the 26 rules of bench/pages/returns26.md, against the same
rules in zen-engine (returns26.jdm.json) and written by hand (by_hand.py). The questions
and the nearest way are measured on a random page of 500 rules. All three give the same
row for every case, or the run ends. Times are of the processor; the ratios count, as
all stand in one run.

The other parts have scripts of their own, which `--all` runs after this one: how long a
page takes to check, how fast millions of cases are replayed, what the examples catch.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import by_hand
import zen
from policy_check import a_page
from report import report

from evenhand.policy import Page, decide, load
from evenhand.policy.counterfactual import nearest, wanting
from evenhand.policy.decision import Decision, Status

PAGES = Path(__file__).resolve().parent / "pages"
PARTS = ("policy_check.py", "policy_replay.py", "policy_mutants.py")
CASES, ROUNDS = 1_000, 12
WIDE, WIDE_FACTS, WIDE_CASES = 500, 18, 60
Case = dict[str, Any]


def main() -> int:
    """Measure, print, keep; exit with 1 if the engines do not agree."""
    page = load((PAGES / "returns26.md").read_text())
    content = (PAGES / "returns26.jdm.json").read_text()
    table = zen.ZenEngine().create_decision(content)
    cases = some_cases(page, CASES)
    if not agree(page, table, cases):
        print("the engines differ")
        return 1
    one = one_decision(page, table, cases)
    rows = [*one_rows(one), *wide_rows()]
    report(
        "policy",
        columns=("what", "microseconds", "ratio"),
        rows=rows,
        figures={"rows": [list(row) for row in rows]},
    )
    return run_parts() if "--all" in sys.argv[1:] else 0


def run_parts() -> int:
    """Run the scripts of the other parts, each with its own table; count failures."""
    here = Path(__file__).resolve().parent
    scripts = [here / part for part in PARTS if (here / part).exists()]
    runs = [subprocess.run([sys.executable, str(one)], check=False) for one in scripts]  # noqa: S603  # our own scripts
    return sum(run.returncode != 0 for run in runs)


def agree(page: Page, table: Any, cases: Sequence[Case]) -> bool:
    """Whether all three give each case the same row and the same outcome."""
    return all(
        (decision.rule, decision.outcome) == by_hand.decide(case)
        and table.evaluate(case)["result"]
        == {**decision.outcome, "rule": decision.rule}
        for case in cases[:500]
        for decision in (decide(page, case),)
    )


def some_cases(page: Page, count: int, *, gaps: float = 0) -> list[Case]:
    """Draw cases: words alike, numbers skewed to the small, some facts unknown."""
    chance = random.Random(1)  # noqa: S311  # fixed cases, not a secret
    return [
        {
            fact.name: _value(fact.name, fact.domain.words, fact.domain.high, chance)
            for fact in page.policy.facts
            if chance.random() >= gaps
        }
        for _ in range(count)
    ]


def _value(name: str, words: Sequence[str], high: Any, chance: random.Random) -> object:
    if words:
        return chance.choice(words)
    if name in ("final_sale", "receipt"):
        return chance.random() < (0.08 if name == "final_sale" else 0.9)
    if name == "return_rate":
        return round(chance.betavariate(1.2, 6), 3)
    if name == "amount":
        return min(int(chance.lognormvariate(8.6, 1.1)), 5_000_000)
    if name in ("days", "orders_12m"):
        return min(int(chance.expovariate(1 / 45)), 800)
    return chance.randint(0, 1000) if high else chance.random() < 0.5


def one_decision(page: Page, table: Any, cases: Sequence[Case]) -> Mapping[str, float]:
    """Time each way to decide; in microseconds a case, the best of some rounds.

    The rounds of all ways take turns, so that a busy machine is busy for all of them.
    The trace is there when `decide` returns; to read every field of it is timed apart.
    """
    traced = {"trace": True}
    ways: dict[str, Callable[[Case], object]] = {
        "hand": by_hand.decide,
        "plain": lambda case: decide(page, case, trace=False),
        "trace": lambda case: decide(page, case),
        "read": lambda case: read_whole(decide(page, case)),
        "zen": table.evaluate,
        "zen trace": lambda case: table.evaluate(case, traced),
    }
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, run in ways.items():
            best[name] = min(best[name], timed(run, cases))
    return best


def read_whole(decision: Decision) -> int:
    """Look at every field of a trace; return how many there are."""
    seen = 0
    for _table, _hit, passed, matched in decision.trace:
        for _rule, failed, unknown, _ in passed:
            for _fact, actual, _test, held in failed:
                seen += actual is not None and held is False
            seen += len(unknown)
        seen += len(matched)
    return seen + len(decision.citations)


def timed(run: Callable[[Case], object], cases: Sequence[Case]) -> float:
    """Return the microseconds that a case takes."""
    began = time.perf_counter()
    for case in cases:
        run(case)
    return (time.perf_counter() - began) / len(cases) * 1e6


def one_rows(one: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Write the rows of the table for one decision."""
    by_trace = f"{one['zen trace'] / one['trace']:.1f} times faster than zen"
    by_read = f"{one['zen trace'] / one['read']:.1f} times faster than zen"
    by_plain = f"{one['plain'] / one['hand']:.2f} times by hand"
    return [
        ("26 rules by hand in Python", f"{one['hand']:.2f}", ""),
        ("decide, no trace", f"{one['plain']:.2f}", by_plain),
        ("decide with the full trace", f"{one['trace']:.2f}", by_trace),
        ("the same, every field of the trace read", f"{one['read']:.2f}", by_read),
        ("zen-engine, no trace", f"{one['zen']:.1f}", ""),
        ("zen-engine with trace", f"{one['zen trace']:.1f}", ""),
    ]


def wide_rows() -> list[tuple[str, str, str]]:
    """Time loading, questions and the nearest way on a page of 500 rules."""
    text = a_page(WIDE, WIDE_FACTS)
    began = time.process_time()
    page = load(text)
    loading = (time.process_time() - began) * 1e3
    rows = [(f"load {WIDE} rules", f"{loading * 1e3:.0f}", f"{loading:.0f} ms")]
    for gaps in (1.0, 0.5, 0.2):
        asked = [
            case
            for case in some_cases(page, WIDE_CASES, gaps=gaps)
            if _asks(page, case)
        ]
        spent = [_spent(partial(decide, page, case, trace=False)) for case in asked]
        rows.append(_row(f"questions, {gaps:.0%} unknown, {len(asked)} cases", spent))
    cases = some_cases(page, WIDE_CASES)
    for give in "abz":
        spent = [
            _spent(partial(nearest, page, case, wanted=wanting(give=give)))
            for case in cases
        ]
        rows.append(_row(f"nearest way to {give}", spent))
    return rows


def _asks(page: Page, case: Case) -> bool:
    return decide(page, case, trace=False).status is Status.NEEDS_FACT


def _spent(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return (time.process_time() - began) * 1e6


def _row(what: str, spent: Sequence[float]) -> tuple[str, str, str]:
    late = quantiles(spent, n=20)[-1] / 1e3
    return what, f"{median(spent):.0f}", f"19 of 20 within {late:.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
