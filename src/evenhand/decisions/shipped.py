"""Pages to begin with: those that come with the desk, and a small one of three rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from evenhand.decisions.rules.heads import Said, said_in

# Small enough to be read at a glance; every kind of section that a first page needs.
BLANK = """+++
policy = "{policy}"
version = "{version}"
title = "Returns"
[money]
currency = "EUR"
+++
# Returns

We take things back for thirty days. What was used we do not take back. This page is
not legal advice.

## Facts

| fact | type | domain | ask |
|---|---|---|---|
| days | whole number | 0..3650 | How many days ago did it arrive? |
| used | yes/no | | Was it used? |
| price | money | 0.. | What did it cost? |

## Table: entitlement (first)

| id | when | verdict | give | amount | because | say |
|---|---|---|---|---|---|---|
| used | used yes | not_upheld | deny | | clause 2 | It was used, so I cannot take it back. |
| in-time | days <= 30 | upheld | refund | price | clause 1 | I refund {{amount}}. |
| late | | not_upheld | deny | | clause 1 | The thirty days are over. |

## Examples

| given | expect | amount |
|---|---|---|
| used no; days 30; price 80.00 | in-time | 80.00 |
| used no; days 31; price 80.00 | late | none |
| used yes; days 3; price 80.00 | used | none |
| days 3; price 80.00 | ask used | |
"""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A page that comes with the desk; `name` is its file without the ending."""

    name: str
    said: Said


def policies_folder() -> Path:
    """Return where the shipped pages lie: inside the package, or beside its source."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "shipped_policies"
    return shipped if shipped.is_dir() else package.parents[1] / "policies"


@lru_cache(maxsize=1)
def shipped_pages() -> tuple[Shipped, ...]:
    """Return the pages that come with the desk, by title."""
    found = [
        Shipped(path.stem, said)
        for path in policies_folder().glob("*.md")
        if (said := said_in(path.read_text(encoding="utf-8"))).policy
    ]
    return tuple(sorted(found, key=lambda page: page.said.title))


def shipped_text(name: str) -> str | None:
    """Return the text of a shipped page; None if there is none of this name."""
    if name not in {page.name for page in shipped_pages()}:
        return None
    return (policies_folder() / f"{name}.md").read_text(encoding="utf-8")


def blank_text(*, policy: str, on: date) -> str:
    """Return the small page under this name, with the day as its version."""
    return BLANK.format(policy=policy, version=on.isoformat())
