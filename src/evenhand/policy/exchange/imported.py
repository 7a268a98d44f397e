"""What an import gives: pages, and what did not come over as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evenhand.policy.program import Page


class ImportFault(ValueError):
    """A file is no decision model of the kind that was said; the message says why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing of the file that the page does not say, or says in another way."""

    where: str
    what: str
    why: str

    def __str__(self) -> str:
        return " ".join(f"{self.where}: {self.what}: {self.why}".split())


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """A policy page made from a table or a model, loaded once to see that it holds.

    `names` maps each name of the page to what the file calls it. `left_out` is lost;
    `changed` came over with its meaning, but not in the words of the file.
    """

    name: str
    text: str
    page: Page
    names: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    changed: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """The pages of a file, and what belongs to no page; nothing is dropped unsaid."""

    pages: tuple[ImportedPage, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def everything_left_out(self) -> tuple[LeftOut, ...]:
        """What is lost, of the file and of each of its pages."""
        return (*self.left_out, *(one for p in self.pages for one in p.left_out))
