"""Spoil the shipped policy pages so many times: python bench/fuzz_policy.py 200000 [SEED].

Prints how many mutants load and how many are refused, the slowest, and every mutant
that ends in anything else, which is a fault of ours (exit code 1).
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

_PRINTED = 4  # of so many mutants that load one is formatted and printed too


def main(count: int, seed: int) -> int:
    """Try so many mutants; return how many kinds of fault they found."""
    chance, texts = random.Random(seed), seeds()  # noqa: S311  # no secret
    outcomes: Counter[str] = Counter()
    faults: dict[str, str] = {}
    slowest, began = 0.0, time.monotonic()
    for number in range(count):
        text = mutant(texts, chance)
        start = time.monotonic()
        try:
            loads = tried(text, printed=number % _PRINTED == 0)
            outcomes["loads" if loads else "is refused"] += 1
        except Exception as error:  # noqa: BLE001  # any other error is what we look for
            place = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{type(error).__name__} in {place.name} ({place.lineno})"
            outcomes[name] += 1
            if name not in faults:
                faults[name] = text
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{number}.md"
                kept.write_text(text, "utf-8", "replace")
                print(f"{name}: {kept}", *error.args[:1], flush=True)
        slowest = max(slowest, time.monotonic() - start)
    for name, found in outcomes.most_common():
        print(f"{found:8} {name}")
    print(f"{count} mutants, seed {seed}, {time.monotonic() - began:.0f} s")
    print(f"slowest {slowest:.2f} s")
    return len(faults)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(1 if main(*(given + [20_000, 1][len(given) :])) else 0)
