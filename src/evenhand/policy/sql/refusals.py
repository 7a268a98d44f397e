"""What SQL cannot say exactly, said before anything is counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Untranslatable(ValueError):
    """A page has something that no column of SQL can hold exactly; where, and why."""

    def __init__(self, why: str, *, where: str = "", line: int = 0) -> None:
        place = f"line {line}, {where}" if line else where
        super().__init__(f"{place}: {why}" if place else why)
        self.why = why
        self.where = where
        self.line = line

    def at(self, where: str, line: int = 0) -> Untranslatable:
        """Return the same refusal with its place, if it has none yet."""
        if self.where:
            return self
        return Untranslatable(self.why, where=where, line=line)


@contextmanager
def placed(where: str, line: int = 0) -> Iterator[None]:
    """Say in a refusal where on the page it arose."""
    try:
        yield
    except Untranslatable as refusal:
        raise refusal.at(where, line) from None


@contextmanager
def of_some_depth() -> Iterator[None]:
    """Refuse what is nested deeper than a query can be written."""
    try:
        yield
    except RecursionError:
        why = "what follows from what is nested too deep for one query"
        raise Untranslatable(f"{why}; let fewer facts follow from each other") from None
