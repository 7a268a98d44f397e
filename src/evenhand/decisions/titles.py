"""How the published pages are called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from evenhand.decisions import pages, queries
from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.rules.heads import said_in
from evenhand.decisions.shelves import Shelf, shelves_of


def titled_shelves(*, today: date, language: str) -> list[tuple[Shelf, str]]:
    """Return every published page with its title in this language."""
    shelves = shelves_of(queries.policies(), today=today)
    titles = titles_of([shelf.shown for shelf in shelves], language=language)
    return [(shelf, titles[shelf.shown.pk]) for shelf in shelves]


def titles_by_name(*, today: date, language: str) -> dict[str, str]:
    """Return name -> title in this language of every published page."""
    shelves = titled_shelves(today=today, language=language)
    return {shelf.name: title for shelf, title in shelves}


def titles_of(versions: Iterable[PolicyVersion], *, language: str) -> dict[int, str]:
    """Return version key -> its title in this language, else in that of the page.

    Only the head of each text is read: a page that a later release reads no more has
    its title still.
    """
    found = list(versions)
    texts = pages.texts_of(found)
    return {v.pk: said_in(texts[v.pk]).title_in(language) or v.title for v in found}
