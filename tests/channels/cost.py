"""What a reading costs this processor, whatever else it has to do."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

RUNS = 4


def takes(reading: Callable[[], object], *, within: float) -> bool:
    """Whether the quickest of some runs takes less than so many seconds.

    One run is enough where it does. Who shares the processor makes a run twice as long
    and more; what grows with the square of its input is too slow each time.
    """
    for _ in range(RUNS):
        gc.collect()
        began = process_time()
        reading()
        if process_time() - began < within:
            return True
    return False
