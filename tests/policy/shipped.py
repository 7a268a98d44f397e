"""The pages that come with Evenhand, read once; and their examples by their note."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from evenhand.policy.loading import load
from evenhand.policy.program import Page
from evenhand.policy.tree import Example

FOLDER = Path(__file__).resolve().parents[2] / "policies"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


def text_of(name: str) -> str:
    """The text of a shipped page."""
    return (FOLDER / f"{name}.md").read_text("utf-8")


@cache
def page_of(name: str) -> Page:
    """A shipped page, loaded with its examples."""
    return load(text_of(name))


@cache
def noted(name: str) -> dict[str, Example]:
    """The examples of a page by what stands in their column `note`."""
    lines = text_of(name).splitlines()
    found = {}
    for example in page_of(name).policy.examples:
        note = lines[example.line - 1].strip().strip("|").rsplit("|", 1)[-1].strip()
        found[note] = example
    return found
