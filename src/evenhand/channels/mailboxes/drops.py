"""Which mail the connection breaks at, so that it does not keep all others away. Pure."""

from __future__ import annotations

from dataclasses import dataclass

# a mail at which the connection breaks each time is left aside after so many times
MOST = 3
SAID = "the connection breaks whenever it is fetched"


@dataclass(slots=True)
class Drops:
    """At which mail the connection of one mailbox broke, and how often in a row.

    While `times` is not zero mails are fetched one by one, to find the one to blame.
    """

    mark: str = ""
    times: int = 0

    def note(self, mark: str) -> None:
        """The connection broke while this mail, or a batch from it on, was fetched."""
        self.times = self.times + 1 if mark == self.mark else 1
        self.mark = mark

    def blame(self, mark: str) -> bool:
        """Whether to leave this mail aside for now."""
        return self.mark == mark and self.times >= MOST

    def clear(self) -> None:
        """Something was fetched: the connection works."""
        self.mark, self.times = "", 0
