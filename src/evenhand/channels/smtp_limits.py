"""How much of us one client or one sender may take, so that the rest still get in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from evenhand.kernel.addresses import same_form

MINUTE = 60.0
# past this the senders whose minute is over are forgotten
MOST_SENDERS = 10_000


@dataclass(slots=True)
class Guests:
    """Counts the open connections; used from the event loop's thread alone."""

    most: int
    most_each: int
    inside: Counter[str] = field(default_factory=Counter)

    def enter(self, address: str) -> bool:
        """Count one more connection of a client; False, and uncounted, where it is full."""
        if self.inside.total() >= self.most or self.inside[address] >= self.most_each:
            return False
        self.inside[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one connection less; a client without any is forgotten."""
        self.inside[address] -= 1
        if self.inside[address] <= 0:
            del self.inside[address]


@dataclass(slots=True)
class Pace:
    """At most so many mails a minute from one sender; 0 means as many as come.

    The generic cell rate algorithm (ITU-T I.371, virtual scheduling): for each sender
    the instant up to which the mails taken so far have used its time. A whole minute's
    worth may come at once; what is refused uses nothing.
    """

    a_minute: int
    used_up_to: dict[str, float] = field(default_factory=dict)

    def takes(self, sender: str, *, now: float) -> bool:
        """Whether one more mail of this sender is taken at `now` (seconds, monotonic).

        The empty sender of delivery reports belongs to every server and is not counted.
        """
        if not self.a_minute or not sender:
            return True
        key = same_form(sender)
        used = max(self.used_up_to.get(key, now), now) + MINUTE / self.a_minute
        # a hair of tolerance: the sum of n times 60/n is not always 60
        if used - now > MINUTE + 1e-6:
            return False
        self.used_up_to[key] = used
        if len(self.used_up_to) > MOST_SENDERS:
            self._forget(now)
        return True

    def _forget(self, now: float) -> None:
        self.used_up_to = {
            sender: used for sender, used in self.used_up_to.items() if used > now
        }
