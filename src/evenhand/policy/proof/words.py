"""Words as codes: every text of a page has a number, and there is room for others."""

from __future__ import annotations

from collections.abc import Iterable

OTHER = "another text"


class Words:
    """Gives each text a code; codes past those given stand for texts of no page."""

    __slots__ = ("_codes", "_texts")

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []

    def code(self, text: str) -> int:
        """Return the code of a text, new or known."""
        code = self._codes.setdefault(text, len(self._texts))
        if code == len(self._texts):
            self._texts.append(text)
        return code

    def text(self, code: int) -> str:
        """Return the text of a code; one that no page has for a code never given."""
        if 0 <= code < len(self._texts):
            return self._texts[code]
        text = f"{OTHER} {code - len(self._texts) + 1}"
        return text if text not in self._codes else text + "!"

    def codes(self, texts: Iterable[str]) -> list[int]:
        """Return the codes of these texts, ascending."""
        return sorted(self.code(text) for text in texts)

    @property
    def known(self) -> Iterable[int]:
        """Every code given so far."""
        return range(len(self._texts))
