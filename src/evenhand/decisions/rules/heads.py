"""Change what the head of a page says of its version and days; all else stays as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from evenhand.policy import limits

_TABLE = re.compile(r"\s*\[(?P<name>[\w.]+)\]\s*(#.*)?$")
_KEY = re.compile(r"\s*(?P<name>\w+)\s*=")


@dataclass(frozen=True, slots=True)
class Said:
    """What a head says of itself, as far as it can be read; a page may be unfinished."""

    policy: str = ""
    version: str = ""
    title: str = ""
    begins: date | None = None
    titles: Mapping[str, str] = field(default_factory=dict)  # by language

    def title_in(self, language: str) -> str:
        """Return the title in a language such as `zh-hans`, else the page's own."""
        return self.titles.get(language[:2]) or self.title


def said_in(text: str) -> Said:
    """Read name, version, title and first day of a page that may be full of faults."""
    _, head, body = _parts(text)
    heading = next((x[2:] for x in body.splitlines() if x.startswith("# ")), "")
    try:
        data = tomllib.loads(head[: limits.HEAD_CHARACTERS])
    except (ValueError, RecursionError):  # bad TOML, endless digits, depth
        return Said(title=heading.strip())
    effective = data.get("effective")
    begins = effective.get("from") if isinstance(effective, dict) else None
    return Said(
        policy=_word(data.get("policy")),
        version=_word(data.get("version")),
        title=_word(data.get("title")) or heading.strip(),
        begins=begins if type(begins) is date else None,
        titles=_titles(data.get("titles")),
    )


def _titles(found: object) -> Mapping[str, str]:
    titles = found if isinstance(found, dict) else {}
    return {key: _word(title) for key, title in titles.items()}


def _word(found: object) -> str:
    return found.strip() if isinstance(found, str) else ""


def with_head(text: str, *, version: str, begins: date | None, policy: str = "") -> str:
    """Return the page with another version, which begins on this day and has no end.

    The head keeps its other lines and their order; a day that is None is taken out.
    `policy` gives the page another name, empty keeps the one it has.
    """
    opening, head, body = _parts(text)
    wanted = {"": {"version": f'"{version}"'}, "effective": {"to": ""}}
    wanted["effective"]["from"] = begins.isoformat() if begins else ""
    if policy:
        wanted[""]["policy"] = f'"{policy}"'
    return f"{opening}{_rewritten(head, wanted)}{body}"


def _parts(text: str) -> tuple[str, str, str]:
    """Cut the text at the two lines of +++: before, between, after (signs included)."""
    lines = text.splitlines(keepends=True)
    ends = [n for n, line in enumerate(lines) if line.strip() == "+++"]
    if len(ends) < 2:
        return "", "", text
    first, second = ends[:2]
    return (
        "".join(lines[: first + 1]),
        "".join(lines[first + 1 : second]),
        "".join(lines[second:]),
    )


def _rewritten(head: str, wanted: Mapping[str, Mapping[str, str]]) -> str:
    """Put each wanted value in its table: in its place, else at the table's begin."""
    left = {table: dict(values) for table, values in wanted.items()}
    lines: list[str] = []
    table, begins_at = "", {"": 0}
    for line in head.splitlines():
        opened = _TABLE.match(line)
        if opened:
            table = opened["name"]
            lines.append(line)
            begins_at[table] = len(lines)
            continue
        key = _KEY.match(line)
        value = left.get(table, {}).pop(key["name"], None) if key else None
        if value is None:
            lines.append(line)
        elif value and key:
            lines.append(f"{key['name']} = {value}")
    return _added(lines, left, begins_at)


def _added(
    lines: list[str], left: Mapping[str, Mapping[str, str]], begins_at: dict[str, int]
) -> str:
    # from the last table to the first: what is put in moves the places below it
    for table in sorted(left, key=lambda name: begins_at.get(name, -1), reverse=True):
        new = [f"{name} = {value}" for name, value in left[table].items() if value]
        if not new:
            continue
        if table in begins_at:
            at = begins_at[table]
            lines[at:at] = new
        else:
            lines += [f"[{table}]", *new]
    return "".join(f"{line}\n" for line in lines)
