"""Spoil so many mails and read them: python bench/fuzz_mail.py 200000 [SEED] [FOLDER].

The seeds are a few mails written for it and, where FOLDER is given, every mail in it.
Prints how many mutants are read and refused, the slowest (seconds of the processor),
the memory and its blocks before and after, and the first mutant of every fault (exit code 1).
"""

from __future__ import annotations

import gc
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.channels.fuzzing import (  # needs the path
    LARGEST_SEED,
    SEEDS,
    mutant,
    tried,
    within,
)

READ, REFUSED = "read", "refused"
_TOLD = 10_000
_PAGE = resource.getpagesize()


def main(count: int, seed: int, folder: str) -> int:
    """Try so many mutants; return how many kinds of fault they found."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    seeds = [*SEEDS, *_mails(folder)]
    outcomes: Counter[str] = Counter()
    slowest, slow = 0.0, b""
    begun, warm, blocks = time.monotonic(), 0.0, 0
    for number in range(count):
        raw = mutant(seeds, chance)
        start = time.process_time()
        outcome = _outcome(raw)
        spent = time.process_time() - start
        if spent > slowest:
            slowest, slow = spent, raw
        outcomes[outcome] += 1
        if number == min(_TOLD, count) - 1:
            warm, blocks = _memory(), _blocks()
        if (number + 1) % _TOLD == 0:
            told = f"{number + 1} tried, {_memory():.0f} MB, slowest {slowest:.2f} s"
            print(told, file=sys.stderr, flush=True)
        if outcome not in (READ, REFUSED) and outcomes[outcome] == 1:
            print(outcome, _kept(raw, f"mail-{seed}-{number}.eml"), flush=True)
    for name, found in outcomes.most_common():
        print(f"{found:8} {name}")
    where = _kept(slow, f"mail-{seed}-slowest.eml")
    print(f"{count} mutants of {len(seeds)} mails, seed {seed}, ", end="")
    print(
        f"{count / (time.monotonic() - begun):.0f}/s; slowest {slowest:.2f} s: {where}"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"memory {warm:.1f} MB after the first, {_memory():.1f} MB at the end, ", end=""
    )
    print(f"peak {peak:.1f} MB; {blocks} blocks, {_blocks()} at the end")
    return len(outcomes.keys() - {READ, REFUSED})


def _mails(folder: str) -> list[bytes]:
    files = (
        sorted(path for path in Path(folder).rglob("*") if path.is_file())
        if folder
        else []
    )
    return [path.read_bytes()[:LARGEST_SEED] for path in files]


def _outcome(raw: bytes) -> str:
    try:
        with within():
            return READ if tried(raw) else REFUSED
    except Exception as error:  # noqa: BLE001 - any error is what we look for
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {place.name} ({place.lineno}): {error!s:.80}"


def _memory() -> float:
    """Return the resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 2**20


def _blocks() -> int:
    """Count the blocks in use, without those that the interpreter keeps for later."""
    gc.collect()
    return sys.getallocatedblocks()


def _kept(raw: bytes, name: str) -> Path:
    path = Path(tempfile.gettempdir()) / f"evenhand-{name}"
    path.write_bytes(raw)
    return path


if __name__ == "__main__":
    given = sys.argv[1:]
    mutants = int(given[0]) if given else 200_000
    sys.exit(
        1 if main(mutants, int((given[1:] or ["1"])[0]), (given[2:] or [""])[0]) else 0
    )
