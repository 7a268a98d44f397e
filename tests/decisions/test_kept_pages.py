"""Pages kept ready: the ones used last, within so many characters."""

from __future__ import annotations

import pytest

from evenhand.decisions.kept_pages import KeptPages
from evenhand.policy import PolicyError, load
from evenhand.policy.program import Page
from tests.given_decisions import small_page

ONE, TWO, THREE = (small_page(version=str(n)) for n in (1, 2, 3))
LONG = len(ONE)


class Reading:
    """Reads pages and notes which."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, text: str) -> Page:
        self.texts.append(text)
        return load(text)


def test_a_page_is_read_once_while_there_is_room() -> None:
    reading = Reading()
    kept = KeptPages(reading, most=2 * LONG)

    first = kept.page(ONE)

    assert kept.page(ONE) is first
    assert reading.texts == [ONE]
    assert (len(kept), kept.characters) == (1, LONG)


def test_the_one_used_longest_ago_makes_room() -> None:
    reading = Reading()
    kept = KeptPages(reading, most=2 * LONG)
    for text in (ONE, TWO, ONE, THREE):
        kept.page(text)

    kept.page(ONE)
    kept.page(TWO)

    assert reading.texts == [ONE, TWO, THREE, TWO]
    assert (len(kept), kept.characters) == (2, 2 * LONG)


def test_a_page_longer_than_all_the_room_is_kept_alone() -> None:
    reading = Reading()
    kept = KeptPages(reading, most=LONG // 2)
    kept.page(ONE)
    kept.page(TWO)

    kept.page(TWO)

    assert reading.texts == [ONE, TWO]
    assert (len(kept), kept.characters) == (1, LONG)


def test_a_text_that_is_no_page_is_not_kept() -> None:
    kept = KeptPages(load, most=LONG)

    with pytest.raises(PolicyError):
        kept.page("nothing")

    assert (len(kept), kept.characters) == (0, 0)
