"""Writers of SQLite wait for each other, in short steps, and not for ever."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from evenhand.ledger import actions as ledger
from evenhand.ledger.models import Entry, Floor
from tests.given import MONDAY

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "sqlite",
        reason="PostgreSQL has no single write lock",
    ),
]


@contextmanager
def another_writer() -> Iterator[threading.Event]:
    """Another thread holds the write lock until the event is set."""
    holds, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                holds.set()
                let_go.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(60)
    yield let_go
    let_go.set()
    thread.join(60)


def write() -> None:
    with transaction.atomic():
        ledger.record(kind="test.done", subject="x:1", by="system", at=MONDAY)


def test_a_writer_goes_on_within_milliseconds_of_the_one_before() -> None:
    waits = [_wait_after_a_long_writer()]
    # the best of some: this machine may have other things to do
    while min(waits) >= 0.06 and len(waits) < 12:
        waits.append(_wait_after_a_long_writer())

    assert min(waits) < 0.06, waits
    assert Entry.objects.filter(kind="test.done").count() == len(waits)


def _wait_after_a_long_writer() -> float:
    freed_at = []
    with another_writer() as let_go:

        def free() -> None:
            freed_at.append(time.monotonic())
            let_go.set()

        # long after SQLite's own wait has come to its longest steps
        threading.Timer(0.7, free).start()

        write()

        return time.monotonic() - freed_at[0]


def test_a_writer_that_waited_too_long_says_so_and_writes_nothing() -> None:
    options = connection.settings_dict["OPTIONS"]
    before = options["timeout"]
    options["timeout"] = 0.2
    try:
        with another_writer(), pytest.raises(OperationalError, match="is locked"):
            write()
    finally:
        options["timeout"] = before

    assert Entry.objects.count() == 0
    write()
    assert Entry.objects.count() == 1


def test_a_statement_outside_any_transaction_waits_as_well() -> None:
    with another_writer() as let_go:
        threading.Timer(0.3, let_go.set).start()

        Floor.objects.create(reader="test")

    assert Floor.objects.count() == 1


def test_freeing_a_statement_of_a_waiting_connection_holds_nobody_up() -> None:
    """Once a deadlock: the collector wanted the mutex that the waiting one held."""
    waits = threading.Event()

    def litter_and_wait() -> None:
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT 1 UNION SELECT 2")
            ring: list[object] = [cursor]
            ring.append(ring)
            del cursor, ring
            waits.set()
            Floor.objects.create(reader="test")
        finally:
            connection.close()

    with transaction.atomic():
        Entry.objects.create(kind="test.done", subject="x:1", actor="system", at=MONDAY)
        thread = threading.Thread(target=litter_and_wait)
        thread.start()
        assert waits.wait(60)
        time.sleep(0.2)
        started = time.monotonic()
        gc.collect()
        held_up = time.monotonic() - started
    thread.join(60)

    assert held_up < 5
    assert Floor.objects.count() == 1
