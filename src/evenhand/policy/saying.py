"""Sentences that keep what they were made of, so that an edge can say them otherwise.

The room knows no languages of the desk. It marks a sentence with `_`; who shows it
hands `said_in` a translator, such as gettext.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

Translate = Callable[[str], str]


class Said(str):
    """A sentence in English; `pattern` and `values` say it in another language.

    A value may be such a sentence itself.
    """

    __slots__ = ("pattern", "values")

    pattern: str
    values: dict[str, object]

    def __new__(cls, pattern: str, /, **values: object) -> Self:
        """Fill the pattern's {holes}; without values its braces are plain text."""
        made = super().__new__(cls, pattern.format(**values) if values else pattern)
        made.pattern = pattern
        made.values = values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Let copies and pickles be made of the parts."""
        return (self.pattern,), self.values


_ = Said  # the mark by which the words of the source are found


def said_in(text: str, translate: Translate) -> str:
    """Say a sentence in the language of `translate`; other text stays as it is."""
    if not isinstance(text, Said):
        return text
    pattern = translate(text.pattern) if text.pattern else ""
    if not text.values:
        return pattern
    return pattern.format(
        **{
            name: said_in(value, translate) if isinstance(value, str) else value
            for name, value in text.values.items()
        }
    )


def as_data(text: str) -> Any:
    """Return a sentence as JSON holds it: text, or its pattern with its values."""
    if not isinstance(text, Said):
        return text
    values = {
        name: as_data(value) if isinstance(value, str) else _plain(value)
        for name, value in text.values.items()
    }
    return {"pattern": text.pattern, "values": values}


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)


def from_data(data: Any) -> str:
    """Read what `as_data` wrote."""
    if not isinstance(data, Mapping):
        return str(data)
    values = {
        name: value if isinstance(value, int | float) else from_data(value)
        for name, value in data["values"].items()
    }
    return Said(data["pattern"], **values)


def in_turn(texts: Sequence[str], between: str) -> Said:
    """Put sentences side by side without losing what each was made of."""
    pattern = between.join(f"{{part{n}}}" for n in range(len(texts)))
    return Said(pattern, **{f"part{n}": text for n, text in enumerate(texts)})
