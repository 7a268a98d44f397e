"""Reading once what several mails ask for."""

from __future__ import annotations

from itertools import count

import pytest

from evenhand.kernel.look import one_look, seen, undone_together


def test_within_a_look_it_is_read_once_and_afterwards_anew() -> None:
    numbers = count(1)

    with one_look():
        first = [seen("number", lambda: next(numbers)) for _ in range(3)]
        with one_look():
            inner = seen("number", lambda: next(numbers))
        last = seen("number", lambda: next(numbers))
    with one_look():
        anew = seen("number", lambda: next(numbers))

    assert first == [1, 1, 1]
    assert (inner, last) == (1, 1)
    assert anew == 2


def test_outside_of_a_look_it_is_read_each_time() -> None:
    numbers = count(1)

    assert [seen("number", lambda: next(numbers)) for _ in range(3)] == [1, 2, 3]


def test_what_is_empty_is_read_again() -> None:
    teams: list[str] = []

    with one_look():
        assert seen("teams", lambda: list(teams)) == []
        teams.append("Desk")
        assert seen("teams", lambda: list(teams)) == ["Desk"]


def test_what_was_seen_in_a_transaction_that_is_undone_is_forgotten() -> None:
    teams = ["Desk"]

    def look_and_fail() -> None:
        with undone_together():
            seen("teams", lambda: list(teams))
            raise RuntimeError

    with one_look():
        with pytest.raises(RuntimeError):
            look_and_fail()
        teams.remove("Desk")

        assert seen("teams", lambda: list(teams)) == []
