"""How many small mistakes in the shipped pages their own examples and invariants notice.

python bench/policy_mutants.py [PAGE …]: makes every mutant of each page (see
tests/policy/mutation/pages.py for the kinds of mistake), runs the page's examples on
it, and, where they notice nothing, the proof: a mutant proved to decide every case as
the page does is no mistake and not counted; one that breaks a Never or an Always is
noticed. Prints a line for a page, then the mutants that nothing noticed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.report import report
from tests.policy.mutation.killing import Judged, judge
from tests.policy.mutation.pages import mutants
from tests.policy.shipped import NAMES, page_of

COLUMNS = ("page", "mutants", "same", "by examples", "by proof", "alive", "%", "s")


def main() -> None:
    """Judge the pages named, or all of them."""
    names = sys.argv[1:] or NAMES
    found, rows = {}, []
    for name in names:
        begun = time.perf_counter()
        judged = judge(page_of(name), mutants(page_of(name).policy))
        found[name] = judged
        rows.append(_row(name, judged, time.perf_counter() - begun))
    figures = {name: _figures(judged) for name, judged in found.items()}
    report("policy_mutants", columns=COLUMNS, rows=rows, figures={"pages": figures})
    for name, judged in found.items():
        for mutant in judged.alive:
            sys.stdout.write(f"{name}: nothing noticed: {mutant.what}\n")


def _row(name: str, judged: Judged, seconds: float) -> tuple[object, ...]:
    made = judged.counted + len(judged.same)
    same, alive = len(judged.same), len(judged.alive)
    killed = judged.by_examples, judged.by_proof
    return name, made, same, *killed, alive, judged.share, seconds


def _figures(judged: Judged) -> dict[str, object]:
    return {
        "counted": judged.counted,
        "by_examples": judged.by_examples,
        "by_proof": judged.by_proof,
        "percent": round(judged.share, 1),
        "not_noticed": [mutant.what for mutant in judged.alive],
    }


if __name__ == "__main__":
    main()
