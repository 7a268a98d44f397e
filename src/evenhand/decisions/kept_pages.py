"""Pages kept ready, bounded by how long their texts are and not by how many."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from evenhand.policy.program import Page


class KeptPages:
    """Keeps the pages used last, so many characters of text together.

    Threads may ask at once; two that ask for the same new text may both read it.
    """

    def __init__(self, load: Callable[[str], Page], *, most: int) -> None:
        self._load = load
        self._most = most
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = Lock()
        self.characters = 0

    def __len__(self) -> int:
        return len(self._pages)

    def page(self, text: str) -> Page:
        """Return the page of a text, read if it is not kept; PolicyError as `load`."""
        with self._lock:
            found = self._pages.get(text)
            if found is not None:
                self._pages.move_to_end(text)
                return found
        found = self._load(text)
        with self._lock:
            self._keep(text, found)
        return found

    def _keep(self, text: str, page: Page) -> None:
        if text not in self._pages:
            self.characters += len(text)
        self._pages[text] = page
        # the newest stays, however long it is
        while self.characters > self._most and len(self._pages) > 1:
            dropped, _ = self._pages.popitem(last=False)
            self.characters -= len(dropped)
