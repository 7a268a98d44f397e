"""Look into the database for the hub: what is new, and which cases a reach covers.

All of it is synchronous and runs in the hub's one database thread, one call at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from evenhand.cases import queries as cases
from evenhand.ledger import queries as ledger
from evenhand.ledger.models import Entry
from evenhand.staff.rules import Reach
from evenhand.web.live import events
from evenhand.web.live.events import Event

AT_ONCE = 500
# Further behind than this, a page is quicker made anew than told of each change.
REPLAY_MOST = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """What is new, and for each reach the cases among it that it covers."""

    events: Sequence[Event]
    visible: dict[Reach, frozenset[int]]
    more: bool


@dataclass(slots=True)
class Looker:
    """Remembers how far it has looked: the ledger's keys, and who is present where."""

    # SQLite has one writer, who gives keys in the order of commits
    look_back: int = field(
        default_factory=lambda: 0 if connection.vendor == "sqlite" else ledger.LOOK_BACK
    )
    last: int = 0
    _recent: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _present: dict[tuple[int, int], bool] = field(default_factory=dict)

    def begin(self) -> int:
        """Take what is there now as known; return the highest key."""
        self.last = ledger.last_key()
        known = Entry.objects.filter(id__gt=self.last - self.look_back)
        self._recent = OrderedDict.fromkeys(
            known.order_by("id").values_list("pk", flat=True) if self.look_back else ()
        )
        self._present = _present()
        return self.last

    def look(self, reaches: Iterable[Reach]) -> Batch:
        """Return what is new since the last look, also below the highest key."""
        entries = list(
            ledger.after(
                self.last - self.look_back, most=AT_ONCE, but=list(self._recent)
            )
        )
        present = _present()
        found = [event for event in map(events.of_entry, entries) if event is not None]
        found += _comings_and_goings(before=self._present, now=present)
        batch = Batch(
            events=found,
            visible={reach: _visible(reach, found) for reach in set(reaches)},
            more=len(entries) == AT_ONCE,
        )
        # remembered last: a look that failed half-way is made again from the start
        self._remember(entries)
        self._present = present
        return batch

    def _remember(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._recent[entry.pk] = None
            self.last = max(self.last, entry.pk)
        while len(self._recent) > 2 * self.look_back:
            self._recent.popitem(last=False)

    def replay(
        self, *, after: int, reach: Reach, late_since: datetime | None
    ) -> list[Event] | None:
        """Return what a reader of this reach missed; None where it is too much.

        Of the last few entries up to the key, those since `late_since` are told again:
        one of them may have been committed late. A page that looks again once too
        often is not wrong. None repeats nothing.
        """
        most = REPLAY_MOST + self.look_back
        start = after if late_since is None else after - self.look_back
        entries = list(ledger.after(start, most=most + 1))
        if len(entries) > most:
            return None
        told = [
            entry
            for entry in entries
            if entry.pk > after or (late_since is not None and entry.at >= late_since)
        ]
        found = [event for event in map(events.of_entry, told) if event is not None]
        visible = _visible(reach, found)
        return [event for event in found if event.case in visible]


def _comings_and_goings(
    *, before: Mapping[tuple[int, int], bool], now: Mapping[tuple[int, int], bool]
) -> list[Event]:
    changed = {
        key for key in before.keys() | now.keys() if before.get(key) != now.get(key)
    }
    return [
        events.of_presence(case=case, member=member) for case, member in sorted(changed)
    ]


def _present() -> dict[tuple[int, int], bool]:
    """Return (case, member) -> whether typing, of all who are present now."""
    return {
        (present.case_id, present.member_id): present.typing
        for present in cases.present_anywhere(at=datetime.now(tz=UTC))
    }


def _visible(reach: Reach, found: Sequence[Event]) -> frozenset[int]:
    asked = {event.case for event in found}
    if not asked:
        return frozenset()
    visible = cases.visible_to(reach).filter(pk__in=asked)
    return frozenset(visible.values_list("pk", flat=True))
