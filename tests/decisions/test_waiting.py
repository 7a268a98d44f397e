from __future__ import annotations

import io
import re
import threading

import pytest
from django.core.management.base import OutputWrapper

from evenhand.decisions.management.waiting import Waiting
from evenhand.policy.sql.engines import duckdb_opened

LONG = "SELECT sum(sqrt(a * b)) FROM range(3000) a(a), range(100000) b(b)"


class Terminal(io.StringIO):
    """The edge of the machine: a screen that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_who_waits_at_a_terminal_sees_what_is_done_and_how_much_of_it() -> None:
    screen, connection = Terminal(), duckdb_opened().con
    seen = threading.Event()

    with Waiting(OutputWrapper(screen), every=0.01) as wait:
        wait.doing("replaying", connection)
        for _ in range(30):
            connection.execute(LONG).fetchall()
            if re.search(r"replaying, \d+ s, \d+ %\r", screen.getvalue()):
                seen.set()
                break

    assert seen.is_set()
    assert screen.getvalue().endswith("\x1b[2K\r")


@pytest.mark.parametrize("what", ["opening the cases", "replaying"])
def test_a_file_or_a_pipe_gets_no_line_of_waiting(what: str) -> None:
    out = io.StringIO()

    with Waiting(OutputWrapper(out), every=0.001) as wait:
        wait.doing(what)
        threading.Event().wait(0.05)

    assert out.getvalue() == ""
