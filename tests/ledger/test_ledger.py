"""The ledger only grows, and each reader handles each entry once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from evenhand.ledger import actions, queries
from evenhand.ledger.models import AppendOnly, Entry, Floor, Reading
from evenhand.ledger.readers import Reader, read_on
from tests.given import MONDAY

HOUR = timedelta(hours=1)


def an_entry(kind: str = "case.closed") -> Entry:
    return actions.record(kind=kind, subject="case:1", by="system", at=MONDAY)


def an_entry_of_key(key: int) -> Entry:
    """As two transactions at once may leave it: the lower key committed later."""
    return Entry.objects.create(
        pk=key,
        kind="case.closed",
        subject="case:1",
        matter="case:1",
        actor="system",
        at=MONDAY,
    )


def a_reader(heard: list[int], *, name: str = "test.heard") -> Reader:
    def handle(entry: Entry, _at: datetime) -> None:
        heard.append(entry.pk)

    return Reader(name=name, kinds=("case.closed",), handle=handle)


@pytest.mark.django_db
def test_an_entry_stands_or_falls_with_what_it_tells_of() -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            an_entry()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_entries_are_neither_changed_nor_removed() -> None:
    entry = an_entry()

    with pytest.raises(AppendOnly):
        Entry.objects.filter(pk=entry.pk).update(kind="case.opened")
    with pytest.raises(AppendOnly):
        Entry.objects.all().delete()

    entry.refresh_from_db()
    assert entry.kind == "case.closed"


@pytest.mark.django_db
def test_a_matter_is_the_subject_where_none_is_named() -> None:
    own = an_entry()
    other = actions.record(
        kind="promise.made",
        subject="promise:4",
        matter="case:1",
        by="member:2",
        at=MONDAY,
    )

    assert queries.of_matter("case:1") == [own, other]


@pytest.mark.django_db
def test_a_reader_handles_the_kinds_it_wants_once() -> None:
    heard: list[int] = []
    first, _, second = an_entry(), an_entry("case.opened"), an_entry()
    reader = a_reader(heard)

    assert read_on(reader, at=MONDAY) == 2
    assert read_on(reader, at=MONDAY) == 0

    assert heard == [first.pk, second.pk]


@pytest.mark.django_db
def test_two_readers_do_not_disturb_each_other() -> None:
    heard: list[int] = []
    entry = an_entry()

    read_on(a_reader(heard, name="one"), at=MONDAY)
    read_on(a_reader(heard, name="two"), at=MONDAY)

    assert heard == [entry.pk, entry.pk]


@pytest.mark.django_db
def test_an_entry_that_appears_below_the_highest_key_is_handled_too() -> None:
    heard: list[int] = []
    reader = a_reader(heard)
    high = an_entry_of_key(900)
    read_on(reader, at=MONDAY)
    heard.clear()

    low = an_entry_of_key(high.pk - 5)

    assert read_on(reader, at=MONDAY) == 1
    assert heard == [low.pk]


@pytest.mark.django_db
def test_what_fails_is_undone_told_and_left_unread_while_the_rest_goes_on() -> None:
    heard: list[int] = []
    bad, good = an_entry(), an_entry()
    failed: list[Entry] = []

    def handle(entry: Entry, at: datetime) -> None:
        actions.record(kind="test.half", subject="x:1", by="system", at=at)
        if entry == bad:
            raise RuntimeError
        heard.append(entry.pk)

    reader = Reader(name="test.heard", kinds=("case.closed",), handle=handle)

    assert read_on(reader, at=MONDAY, failed=failed.append) == 1

    assert (heard, failed) == ([good.pk], [bad])
    assert Entry.objects.filter(kind="test.half").count() == 1
    unread = queries.unread(reader=reader.name, kinds=reader.kinds, most=9)
    assert unread == [bad]
    assert read_on(reader, at=MONDAY, but=[bad.pk]) == 0


@pytest.mark.django_db
def test_the_floor_rises_only_over_what_is_settled_and_read() -> None:
    heard: list[int] = []
    reader = a_reader(heard)
    entry = an_entry_of_key(900)
    read_on(reader, at=MONDAY)

    def raise_floor(at: datetime) -> bool:
        return actions.raise_floor(reader=reader.name, kinds=reader.kinds, at=at)

    assert not raise_floor(MONDAY)
    assert not raise_floor(MONDAY + HOUR / 2)
    late = an_entry_of_key(entry.pk - 1)
    assert not raise_floor(MONDAY + HOUR)
    read_on(reader, at=MONDAY)
    assert raise_floor(MONDAY + HOUR)

    assert Floor.objects.get(reader=reader.name).entry_key == entry.pk
    assert Reading.objects.count() == 0
    assert heard == [entry.pk, late.pk]
    assert read_on(reader, at=MONDAY) == 0


@pytest.mark.django_db(transaction=True)
def test_readers_at_work_at_the_same_time_handle_each_entry_once() -> None:
    entries = [an_entry() for _ in range(40)]
    begin = threading.Barrier(3)

    def handle(entry: Entry, at: datetime) -> None:
        actions.record(
            kind="test.handled", subject=f"entry:{entry.pk}", by="system", at=at
        )

    reader = Reader(name="test.heard", kinds=("case.closed",), handle=handle)

    def read() -> None:
        try:
            begin.wait(60)
            while read_on(reader, at=MONDAY, most=10):
                pass
            read_on(reader, at=MONDAY, most=100)
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    handled = Entry.objects.filter(kind="test.handled")
    assert Counter(handled.values_list("subject", flat=True)) == Counter(
        f"entry:{entry.pk}" for entry in entries
    )


@pytest.mark.django_db
def test_what_is_recorded_together_stands_in_its_order_after_the_block() -> None:
    with actions.together():
        first = an_entry("case.opened")
        with actions.together():
            second = an_entry("message.received")
        inside = Entry.objects.count()

    written = list(Entry.objects.order_by("pk"))
    assert inside == 0
    assert [entry.kind for entry in written] == ["case.opened", "message.received"]
    assert [first.pk, second.pk] == [entry.pk for entry in written]


@pytest.mark.django_db
def test_of_a_block_that_fails_nothing_is_recorded_and_later_entries_are() -> None:
    def record_and_fail() -> None:
        with actions.together():
            an_entry("case.opened")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        record_and_fail()
    an_entry("case.closed")

    assert [entry.kind for entry in Entry.objects.all()] == ["case.closed"]
