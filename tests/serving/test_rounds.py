"""The worker's rounds over the ledger's readers."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from evenhand.ledger import actions as ledger
from evenhand.ledger.models import Entry, Floor
from evenhand.ledger.readers import Reader
from evenhand.web.background import LOOK_AGAIN, PERIODIC, READERS, Rounds
from tests.given import MONDAY

SECOND = timedelta(seconds=1)


def an_entry() -> Entry:
    return ledger.record(kind="case.closed", subject="case:1", by="system", at=MONDAY)


@pytest.mark.django_db
def test_a_round_handles_what_is_new_and_says_so() -> None:
    heard: list[int] = []

    def handle(entry: Entry, _at: datetime) -> None:
        heard.append(entry.pk)

    rounds = Rounds([Reader(name="t", kinds=("case.closed",), handle=handle)])
    first = an_entry()

    assert rounds(MONDAY)
    assert not rounds(MONDAY)
    second = an_entry()
    assert rounds(MONDAY)

    assert heard == [first.pk, second.pk]
    assert Floor.objects.get().entry_key == 0


@pytest.mark.django_db
def test_an_entry_that_fails_waits_longer_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried: list[datetime] = []

    def handle(_entry: Entry, at: datetime) -> None:
        tried.append(at)
        raise RuntimeError

    rounds = Rounds([Reader(name="t", kinds=("case.closed",), handle=handle)])
    an_entry()
    for seconds in range(0, 60, int(LOOK_AGAIN.total_seconds())):
        rounds(MONDAY + seconds * SECOND)

    gaps = [later - earlier for earlier, later in pairwise(tried)]
    assert len(tried) == 4
    assert gaps == sorted(gaps)
    assert len(caplog.records) == 4


def test_every_periodic_task_and_reader_is_wired_once() -> None:
    tasks = [periodic.task.module_path for periodic in PERIODIC]
    readers = [reader.name for reader in READERS]

    assert len(set(tasks)) == len(tasks) >= 2
    assert len(set(readers)) == len(readers)
    for periodic in PERIODIC:
        assert periodic.seconds >= 30
