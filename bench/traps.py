"""The steps at which something can happen to a process, and the arming of one of them."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

# a step that nobody reaches within this (s) is left; the work may be done by then
REACHED_WITHIN = 25.0
LOOK_EVERY = 0.02


@dataclass(frozen=True, slots=True)
class Step:
    """A moment in a process of a role: before or after a statement, or a commit with it."""

    role: str
    when: str
    mark: str

    def __str__(self) -> str:
        return f"{self.role}: {self.when} {self.mark}"


RECEIVING = (
    Step("mail", "before", "INSERT channel_delivery"),
    Step("mail", "after", "INSERT channel_delivery"),
    Step("mail", "after", "INSERT job"),
    Step("mail", "before commit", "INSERT channel_delivery"),
    Step("mail", "after commit", "INSERT channel_delivery"),
)
FILING = (
    Step("worker", "after", "UPDATE job"),
    Step("worker", "after", "INSERT channel_mail_id"),
    Step("worker", "after", "INSERT case"),
    Step("worker", "after", "INSERT case_message"),
    Step("worker", "before", "INSERT channel_placement"),
    Step("worker", "after", "UPDATE channel_delivery"),
    Step("worker", "before commit", "INSERT case_message"),
    Step("worker", "after commit", "INSERT case_message"),
)
SENDING = (
    Step("worker", "after", "SELECT channel_outgoing"),
    Step("worker", "before", "UPDATE channel_recipient"),
    Step("worker", "after", "UPDATE channel_outgoing"),
    Step("worker", "before commit", "UPDATE channel_outgoing"),
    Step("worker", "after commit", "UPDATE channel_outgoing"),
)
FETCHING = (
    Step("fetch", "after", "INSERT channel_delivery"),
    Step("fetch", "after", "INSERT job"),
    Step("fetch", "before commit", "INSERT channel_delivery"),
    Step("fetch", "after commit", "INSERT channel_delivery"),
)
PIPING = (
    Step("pipe", "before", "INSERT channel_delivery"),
    Step("pipe", "before commit", "INSERT channel_delivery"),
    Step("pipe", "after commit", "INSERT channel_delivery"),
)


@dataclass(slots=True)
class Trapper:
    """Arms one trap after another for one role, each until a process walks into it."""

    folder: Path
    # "mail", "pipe", "worker", or "worker-out" for what it sends
    slot: str
    # what is to happen where, in this order
    plan: Sequence[tuple[Step, str]]
    met: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    rest: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> int:
        return self.met.total() + self.missed.total()

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        for number, (step, action) in enumerate(self.plan):
            if self.stop.wait(self.rest):
                return
            is_met = self._set(f"{self.slot}-{number}", step, action)
            (self.met if is_met else self.missed)[f"{action} at {step}"] += 1

    def _set(self, name: str, step: Step, action: str) -> bool:
        """Arm it and wait; whether somebody reached the step."""
        armed, met = self.folder / f"armed-{self.slot}", self.folder / f"met-{name}"
        draft = self.folder / f"draft-{self.slot}"
        told = {
            "number": name,
            "when": step.when,
            "mark": step.mark,
            "action": action,
        }
        draft.write_text(json.dumps(told))
        draft.rename(armed)
        until = time.monotonic() + REACHED_WITHIN
        while time.monotonic() < until and not self.stop.is_set():
            if met.exists():
                return True
            time.sleep(LOOK_EVERY)
        with suppress(FileNotFoundError):
            armed.unlink()
        return met.exists()


def plan(
    steps: Sequence[Step], actions: Sequence[str], *, many: int, chance: random.Random
) -> list[tuple[Step, str]]:
    """Return so many traps: each step as often as the others, in a random order."""
    kinds = [action for action, _ in zip(cycle(actions), range(many), strict=False)]
    chance.shuffle(kinds)
    traps = list(zip(cycle(steps), kinds, strict=False))
    chance.shuffle(traps)
    return traps
