"""How long to wait before a part that died starts again, and when to give it up."""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_WAIT = 0.25
LONGEST_WAIT = 5.0
TOO_MANY = 5
WITHIN = 60.0


@dataclass(slots=True)
class Deaths:
    """The recent deaths of one part, in seconds of any steady clock."""

    at: list[float] = field(default_factory=list)

    def wait_after(self, now: float) -> float | None:
        """Note a death; return the wait before the next start, None to give it up.

        The wait doubles with each death of the last minute; the fifth is one too many.
        """
        self.at = [died for died in self.at if now - died < WITHIN]
        self.at.append(now)
        if len(self.at) >= TOO_MANY:
            return None
        return min(FIRST_WAIT * 2.0 ** (len(self.at) - 1), LONGEST_WAIT)
