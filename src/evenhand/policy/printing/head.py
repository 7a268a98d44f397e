"""The head of a page: its fields in one order, spelling and spacing."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date

from evenhand.policy import limits
from evenhand.policy.kinds import Rounding
from evenhand.policy.tree import Head

_ORDER: dict[str, tuple[str, ...]] = {
    "": (
        "policy",
        "version",
        "title",
        "language",
        "jurisdiction",
        "source",
        "reviewed_by",
        "reviewed_on",
    ),
    "titles": (),
    "effective": ("from", "to", "judged_on"),
    "money": ("currency", "currency_from", "rounding", "base"),
}
_SECTION = re.compile(r"\s*\[\s*(\w+(?:\.[\w-]+)?)\s*\]\s*(#.*)?")
_FIELD = re.compile(r"""\s*([\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')\s*=\s*(.*)""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
Chunks = dict[str, list[tuple[str, list[str]]]]


def formatted_head(text: str) -> str:
    """Put the fields of a head in order; comments stay with the field below them.

    A head in another of TOML's forms, which this would read differently, stays as it
    is; so does one that would grow past what a head may be.
    """
    chunks, rest = _chunks(text.split("\n"))
    lines: list[str] = []
    for section in sorted(chunks, key=_place_in(tuple(_ORDER))):
        order = _ORDER.get(section, ())
        if section:
            lines += ["", f"[{section}]"]
        for _, chunk in sorted(
            chunks[section], key=lambda one: _place_in(order)(one[0])
        ):
            lines += chunk
    new = "\n".join([*lines, *rest]).strip("\n")
    try:
        same = tomllib.loads(new) == tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        same = False
    return new if same and len(new) <= limits.HEAD_CHARACTERS else text


def _place_in(order: tuple[str, ...]) -> Callable[[str], int]:
    """Known names come in this order, others behind them as they stood."""
    return lambda name: order.index(name) if name in order else len(order)


def _chunks(lines: Iterable[str]) -> tuple[Chunks, list[str]]:
    """Cut a head into fields, each with the comments above it and its further lines."""
    chunks: Chunks = {"": []}
    section, comments, field = "", list[str](), list[str]()
    for line in lines:
        heading, match = _SECTION.fullmatch(line), _FIELD.fullmatch(line)
        if heading and _balanced(field):
            section, field = heading[1], []
            chunks.setdefault(section, [])
        elif match and _balanced(field):
            field = [*comments, f"{match[1]} = {match[2].rstrip()}"]
            comments = []
            chunks[section].append((match[1], field))
        elif line.lstrip().startswith("#") and _balanced(field):
            comments.append(line.strip())
        elif line.strip():
            field.append(line.rstrip())
    return chunks, comments


def _balanced(field: list[str]) -> bool:
    """Tell whether a field's list is closed, so that another field may begin."""
    text = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*', "", "\n".join(field))
    return text.count("[") == text.count("]")


def head_text(head: Head) -> str:
    """Write a head from its tree; what is not said is left out."""
    fields: dict[str, dict[str, object]] = {
        "": {
            "policy": head.policy,
            "version": head.version,
            "title": head.title,
            "language": head.language,
            "jurisdiction": head.jurisdiction,
            "source": head.source,
            "reviewed_by": head.reviewed_by,
            "reviewed_on": head.reviewed_on,
        },
        "titles": dict(head.titles),
        "effective": {
            "from": head.from_on,
            "to": head.to_on,
            "judged_on": head.judged_on,
        },
        "money": {
            "currency": head.currency,
            "currency_from": head.currency_from,
            "rounding": str(head.rounding) if head.currency else _unusual(head),
            "base": head.base,
        },
        **{f"words.{key}": dict(words) for key, words in head.words.items()},
    }
    lines: list[str] = []
    for section, values in fields.items():
        said = [f"{_key(key)} = {_toml(v)}" for key, v in values.items() if v]
        lines += ["", f"[{section}]"] if section and said else []
        lines += said
    return "\n".join(lines)


def _unusual(head: Head) -> str:
    return "" if head.rounding is Rounding.HALF_UP else str(head.rounding)


def _key(word: str) -> str:
    return word if _BARE.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def _toml(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)
