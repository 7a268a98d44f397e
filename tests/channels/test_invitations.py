"""An enclosed calendar file is told as what it announces."""

from __future__ import annotations

from hypothesis import given as examples
from hypothesis import strategies as st

from evenhand.channels.mail.invitations import LARGEST, Event, events

INVITATION = b"""BEGIN:VCALENDAR\r
METHOD:REQUEST\r
BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
DTSTART;TZID="Europe/Berlin":20261116T090000\r
DTEND;TZID=Europe/Berlin:20261116T100000\r
SUMMARY;LANGUAGE=de:Anprobe\\, zweiter Ter\r
 min\r
LOCATION:Oak Street 1\\nBerlin\r
ORGANIZER;CN="Novak: Eva":MAILTO:eva@mail.example\r
BEGIN:VALARM\r
SUMMARY:Reminder\r
END:VALARM\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_an_invitation_is_read() -> None:
    assert events(INVITATION) == (
        Event(
            method="REQUEST",
            summary="Anprobe, zweiter Termin",
            starts="2026-11-16 09:00 Europe/Berlin",
            ends="2026-11-16 10:00 Europe/Berlin",
            place="Oak Street 1 Berlin",
            organizer="eva@mail.example",
            cancelled=False,
        ),
    )


def test_a_day_and_a_time_of_the_world_are_written_as_such() -> None:
    (event,) = events(
        b"BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261116\nDTEND:20261116T080000Z\nEND:VEVENT"
    )

    assert (event.starts, event.ends) == ("2026-11-16", "2026-11-16 08:00 UTC")


def test_what_is_called_off_says_so() -> None:
    cancelled = INVITATION.replace(b"METHOD:REQUEST", b"METHOD:CANCEL")
    by_status = INVITATION.replace(b"BEGIN:VALARM", b"STATUS:CANCELLED\nBEGIN:VALARM")

    assert [each.cancelled for each in events(cancelled) + events(by_status)] == [
        True
    ] * 2


def test_what_is_no_calendar_or_too_large_announces_nothing() -> None:
    assert events(b"Dear Eva, see you on Monday.") == ()
    assert events(INVITATION + b" " * LARGEST) == ()
    assert events(b"BEGIN:VEVENT\nSUMMARY:never ends") == ()


@examples(st.lists(st.sampled_from([
    "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "SUMMARY:a", "METHOD:x",
    "DTSTART:20269999T999999", " folded", ":", 'DTSTART;TZID="a:b":20261116T090000',
]), max_size=20))  # fmt: skip
def test_no_lines_are_too_odd_to_be_read(lines: list[str]) -> None:
    for event in events("\n".join(lines).encode()):
        assert event.summary in {"", "a", "afolded"} or "folded" in event.summary
