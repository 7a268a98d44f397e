"""Two pages compared by what they mean: texts of cells and lines apart."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

_APART = frozenset({"text", "line", "column"})


def meaning(part: Any) -> Any:
    """A tree without the texts it was read from and the places where they stood."""
    if is_dataclass(part) and not isinstance(part, type):
        names = [one.name for one in fields(part) if one.name not in _APART]
        return (type(part).__name__, *(meaning(getattr(part, name)) for name in names))
    if isinstance(part, tuple):
        return tuple(meaning(one) for one in part)
    if isinstance(part, dict):
        return {key: meaning(value) for key, value in part.items()}
    return part
