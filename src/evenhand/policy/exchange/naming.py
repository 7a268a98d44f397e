"""Names of other systems made into names that a page may use."""

from __future__ import annotations

import re
import unicodedata

from evenhand.policy.reserved import RESERVED

# `of` and `pct` are read as a share of an amount.
_MEANT = RESERVED | {"of", "pct", "in"}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNNAMED = re.compile(r"\W+")
_LONGEST = 48
_LONGEST_OF_A_PAGE = 56  # a desk holds 60, and a number may follow


def legal(original: str, longest: int = _LONGEST) -> str:
    """Return the name nearest to a foreign one: `Monthly Salary` is monthly_salary."""
    text = unicodedata.normalize("NFKC", original)
    words = _UNNAMED.sub("_", _HUMP.sub("_", text)).strip("_").lower()
    name = re.sub("__+", "_", words)[:longest].strip("_")
    if name and not name.isidentifier():
        name = f"n_{name}"
    return name if name and name.isidentifier() else "unnamed"


class Names:
    """Which name of the page stands for which of the file; no name twice."""

    __slots__ = ("_next", "_of", "taken")

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._next: dict[str, int] = {}
        self.taken: dict[str, str] = {}

    def of(self, original: str) -> str:
        """Return the page's name for a thing of the file, always the same one."""
        if original not in self._of:
            self._of[original] = self.fresh(original)
        return self._of[original]

    def fresh(self, original: str, wish: str = "", longest: int = _LONGEST) -> str:
        """Return a name that nothing has yet."""
        base = legal(wish or original, longest)
        base = f"{base}_" if base in _MEANT else base
        name, number = base, self._next.get(base, 2)
        while name in self.taken:
            name, number = f"{base.rstrip('_')}_{number}", number + 1
        self._next[base] = number
        self.taken[name] = original
        return name

    def of_page(self, original: str) -> str:
        """Return a name for a page, in words joined by hyphens; no page has it yet."""
        name = self.fresh(original, longest=_LONGEST_OF_A_PAGE)
        return name.strip("_").replace("_", "-")
