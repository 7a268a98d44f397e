"""The parts of the live updates that need no server: looking, waiting, the right to see."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from evenhand.ledger.models import Entry
from evenhand.staff.rules import Reach
from evenhand.web.live import stream
from evenhand.web.live.events import Event, of_entry
from evenhand.web.live.hub import WAITING_MOST, Listener
from evenhand.web.live.look import Looker
from tests import given
from tests.serving.streams import signed_in

ALL = Reach(all_teams=True, teams=frozenset())


def an_entry(key: int, *, matter: str, kind: str = "case.handed_over") -> Entry:
    """An entry with a key of our choice, as two transactions at once may leave it."""
    return Entry.objects.create(
        pk=key,
        kind=kind,
        subject=matter,
        matter=matter,
        actor="system",
        at=given.MONDAY,
    )


@pytest.mark.django_db
def test_a_lower_key_that_commits_later_is_not_lost_and_told_once() -> None:
    case = given.a_case()
    looker = Looker(look_back=100)
    first = looker.begin()
    an_entry(first + 7, matter=case.as_matter)
    assert [event.key for event in looker.look([ALL]).events] == [first + 7]

    an_entry(first + 3, matter=case.as_matter)

    assert [event.key for event in looker.look([ALL]).events] == [first + 3]
    assert looker.look([ALL]).events == []


@pytest.mark.django_db
def test_one_look_asks_once_for_each_reach_and_keeps_them_apart() -> None:
    shop, studio = given.the("mei").reach, given.the("sam").reach
    case = given.a_case()
    looker = Looker()
    looker.begin()
    given.a_message(case)

    batch = looker.look([shop, studio, shop])

    assert batch.visible == {shop: frozenset({case.pk}), studio: frozenset()}


@pytest.mark.django_db
def test_what_was_missed_is_replayed_within_reach_only() -> None:
    shop, studio = given.the("mei").reach, given.the("sam").reach
    looker = Looker(look_back=0)
    before = looker.begin()
    case = given.a_case()

    assert looker.replay(after=before, reach=studio, late_since=None) == []
    missed = looker.replay(after=before, reach=shop, late_since=None)
    assert missed is not None
    assert [event.case for event in missed] == [case.pk]


@pytest.mark.django_db
def test_who_was_cut_off_is_told_again_what_may_have_been_committed_late() -> None:
    case = given.a_case()
    looker = Looker(look_back=100)
    last = looker.begin()
    an_entry(last + 7, matter=case.as_matter)

    def keys(late_since: datetime | None) -> list[int | None]:
        told = looker.replay(after=last + 7, reach=ALL, late_since=late_since)
        assert told is not None
        return [event.key for event in told]

    assert keys(None) == []
    assert last + 7 in keys(given.MONDAY)
    assert keys(given.MONDAY + timedelta(seconds=1)) == []


@pytest.mark.django_db
def test_an_approval_and_a_promise_are_told_to_their_lists_too() -> None:
    matter = given.a_case().as_matter
    asked = of_entry(an_entry(9001, matter=matter, kind="approval.asked"))
    made = of_entry(an_entry(9002, matter=matter, kind="promise.made"))
    member = of_entry(an_entry(9003, matter="member:1", kind="member.added"))

    assert asked is not None
    assert b'"subjects": ["%s", "inbox", "approvals"]' % matter.encode() in asked.text
    assert made is not None
    assert b'"subjects": ["%s", "inbox", "promises"]' % matter.encode() in made.text
    assert member is None


def test_a_reader_that_does_not_keep_up_is_cut_off_and_its_memory_let_go() -> None:
    listener = Listener(member=1, reach=ALL)
    for key in range(WAITING_MOST):
        listener.offer(Event(case=1, key=key, text=b""))
    ended_before = listener.ended

    listener.offer(Event(case=1, key=WAITING_MOST, text=b""))

    assert (ended_before, listener.ended) == (False, True)
    assert listener.take() == []


@pytest.mark.django_db
def test_a_stream_ends_with_its_session_its_password_and_its_account() -> None:
    mei = given.the("mei")
    client = signed_in(mei)
    session = client.session.session_key
    assert session is not None
    assert stream.reach_of(session) == mei.reach

    mei.is_active = False
    mei.save()
    assert stream.reach_of(session) is None

    mei.is_active = True
    mei.set_password("another long and quiet river")
    mei.save()
    assert stream.reach_of(session) is None

    other = signed_in(mei)
    other_session = other.session.session_key
    assert other_session is not None
    assert stream.reach_of(other_session) == mei.reach
    other.logout()
    assert stream.reach_of(other_session) is None
