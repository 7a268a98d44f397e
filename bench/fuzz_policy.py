"""Spoil the shipped policy pages so many times: python bench/fuzz_policy.py 200000 [SEED].

Prints how many mutants load and how many are refused, the slowest (seconds of the
processor to read it), and every mutant that ends in anything else, which is a fault of
ours (exit code 1).
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.policy.fuzzing import mutant, seeds, tried  # needs the path

LOADS, REFUSED = "loads", "is refused"
_TOLD = 10_000
_PRINTED = 4  # of so many mutants that load one is formatted and printed too


def main(count: int, seed: int) -> int:
    """Try so many mutants; return how many kinds of fault they found."""
    chance, texts = random.Random(seed), seeds()  # noqa: S311  # no secret
    outcomes: Counter[str] = Counter()
    slowest, slow = 0.0, ""
    for number in range(count):
        text = mutant(texts, chance)
        start = time.process_time()
        outcome = _outcome(text, printed=False)
        spent = time.process_time() - start
        if spent > slowest:
            slowest, slow = spent, text
        if outcome == LOADS and number % _PRINTED == 0:
            outcome = _outcome(text, printed=True)
        outcomes[outcome] += 1
        if (number + 1) % _TOLD == 0:
            print(f"{number + 1} tried", file=sys.stderr, flush=True)
        if outcome not in (LOADS, REFUSED) and outcomes[outcome] == 1:
            print(outcome, _kept(text, f"fuzz-{seed}-{number}.md"), flush=True)
    for name, found in outcomes.most_common():
        print(f"{found:8} {name}")
    where = _kept(slow, f"fuzz-{seed}-slowest.md")
    print(f"{count} mutants, seed {seed}; slowest {slowest:.2f} s: {where}")
    return len(outcomes.keys() - {LOADS, REFUSED})


def _outcome(text: str, *, printed: bool) -> str:
    try:
        return LOADS if tried(text, printed=printed) else REFUSED
    except Exception as error:  # noqa: BLE001  # any other error is what we look for
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {place.name} ({place.lineno}): {error!s:.80}"


def _kept(text: str, name: str) -> Path:
    path = Path(tempfile.gettempdir()) / name
    path.write_text(text, "utf-8", "replace")
    return path


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(1 if main(*(given + [20_000, 1][len(given) :])) else 0)
