"""A library, a gym and a vet: pages written from the reference, decided by hand first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from evenhand.policy import Decision, decide
from evenhand.policy.errors import Overlap
from tests.policy.test_unseen_pages import ids, unseen

LENT = {
    "due_on": "2026-09-30",
    "back_on": "2026-10-09",
    "purse": "EUR",
    "reader": "adult",
    "shelf": "fiction",
    "cover_price": 1200,
    "damage": [],
    "fines_open": [],
    "renewals": 0,
}
IN_OCTOBER = date(2026, 10, 23)
LOST = {"due_on": "2026-09-01", "back_on": "2026-10-28"}
LATEST = {"due_on": "2026-09-01", "back_on": "2026-10-23"}
CHILD = {"reader": "child", "damage": ["torn"]}


def answered(decision: Decision, *names: str) -> tuple[object, ...]:
    return decision.rule, *(decision.outcome.get(name) for name in names)


@pytest.mark.parametrize(
    ("known", "rule", "charge", "by", "level", "repairs"),
    [
        # Six working days without 5 October, two of grace: four at 0.25.
        ({}, "fine", 100, IN_OCTOBER, "agent", 0),
        ({"note_of": "illness"}, "excused", None, None, "agent", 0),
        ({"note_of": "strike"}, "fine", 100, IN_OCTOBER, "agent", 0),
        ({"back_on": "2026-10-02"}, "none", None, None, "agent", 0),
        ({"back_on": "2026-09-25"}, "none", None, None, "agent", 0),
        # Three days of grace if it was due from November on.
        (
            {"due_on": "2026-11-02", "back_on": "2026-11-05"},
            "none",
            None,
            None,
            "agent",
            0,
        ),
        (
            {"due_on": "2026-10-30", "back_on": "2026-11-04"},
            "fine",
            25,
            date(2026, 11, 18),
            "agent",
            0,
        ),
        ({"purse": "JPY"}, "fine", 160, IN_OCTOBER, "agent", 0),
        ({"shelf": "short loan"}, "fine", 200, IN_OCTOBER, "agent", 0),
        # 35 days would be 8.75; the cap is 8.00.
        (LATEST, "fine", 800, date(2026, 11, 6), "agent", 0),
        (
            LATEST | {"back_on": "2026-10-27"},
            "fine",
            800,
            date(2026, 11, 10),
            "agent",
            0,
        ),
        (LOST, "lost", 1450, date(2026, 11, 11), "approver", 0),
        (
            LOST | {"purse": "JPY", "cover_price": 5000},
            "lost",
            5400,
            date(2026, 11, 11),
            "approver",
            0,
        ),
        # No damage is named, so the exception holds.
        ({"reader": "child"}, "fine", 100, IN_OCTOBER, "agent", 0),
        (CHILD, "child", 0, None, "agent", 250),
        (
            CHILD | {"renewals": 3, "note_of": "illness"},
            "child",
            0,
            None,
            "agent",
            250,
        ),
        (
            CHILD | {"renewals": 3, "note_of": "strike"},
            "fine",
            100,
            IN_OCTOBER,
            "agent",
            250,
        ),
        (
            {"reader": "house-bound", "damage": ["pencil marks", "torn"]},
            "child",
            0,
            None,
            "agent",
            333,
        ),
        # 1.675 and 1.005, halves to the even cent.
        (
            {"damage": ["wet"], "cover_price": 500},
            "fine",
            100,
            IN_OCTOBER,
            "agent",
            168,
        ),
        (
            {"damage": ["wet"], "cover_price": 300},
            "fine",
            100,
            IN_OCTOBER,
            "agent",
            100,
        ),
        (
            {"back_on": None, "told": True},
            "told-us",
            None,
            date(2026, 10, 14),
            "agent",
            0,
        ),
        ({"reader": None}, "fine", 100, IN_OCTOBER, "agent", 0),
    ],
)
def test_a_library_fines_as_its_page_reads(
    known: dict[str, object],
    rule: str,
    charge: int | None,
    by: date | None,
    level: str,
    repairs: int,
) -> None:
    decision = decide(unseen("library-fines"), LENT | known)

    found = answered(decision, "charge", "by", "level", "repairs")
    assert found == (rule, charge, by, level, repairs)


@pytest.mark.parametrize(
    ("known", "asked"),
    [({"back_on": None}, ["told"]), (CHILD | {"renewals": 3}, ["note_of"])],
)
def test_a_library_asks_what_matters(
    known: dict[str, object], asked: list[str]
) -> None:
    decision = decide(unseen("library-fines"), LENT | known)

    assert [question.fact for question in decision.needs] == asked


TRAINED = {
    "plan": "yearly",
    "began": "2026-01-31",
    "asked": "2026-02-03",
    "fee": 120_000,
    "visits": 2,
    "extras": [],
    "closed_for": 0,
    "ratings": [],
    "days_off": [],
}
MAY = {"asked": "2026-05-01"}
JULY = {"began": "2026-07-10"}
HOLIDAY = {"began": "2026-09-30", "asked": "2026-10-01"}


def extra(kind: str, paid: int, used: int, until: str | None = "2027-12-01") -> Any:
    return {"kind": kind, "paid": paid, "used": used, "until": until}


@pytest.mark.parametrize(
    ("known", "rule", "amount", "papers"),
    [
        ({}, "cool", 110_000, ("contract",)),
        ({"plan": "day-pass"}, "no", 0, None),
        ({"plan": "day-pass", "visits": 0}, "cool", 120_000, ("contract",)),
        # Three full months from 31 January to 1 May.
        (MAY | {"ill": True}, "ill", 90_000, ("note", "contract")),
        (MAY | {"ill": True, "moved_km": 30}, "ill", 90_000, ("note", "contract")),
        (MAY | {"ill": False, "moved_km": 25.5}, "no", 0, None),
        (MAY | {"ill": False, "moved_km": 25.6}, "moved", 45_000, ("bank letter",)),
        (MAY | {"ill": False, "moved_km": 30, "plan": "monthly"}, "no", 0, None),
        (MAY | {"ill": False}, "no", 0, None),
        # A visit is 55.50 from July on.
        (JULY | {"asked": "2026-07-15"}, "cool", 108_900, ("contract",)),
        (JULY | {"asked": "2026-07-17", "visits": 0}, "cool", 120_000, ("contract",)),
        (JULY | {"asked": "2026-07-18", "visits": 0, "ill": False}, "no", 0, None),
        (JULY | {"asked": "2026-07-09", "visits": 0, "ill": False}, "no", 0, None),
        # 750.0075 is rounded up.
        (MAY | {"ill": True, "fee": 100_001}, "ill", 75_001, ("note", "contract")),
        ({"asked": "2027-01-05", "ill": True}, "ill", 10_000, ("note", "contract")),
        ({"asked": "2028-01-05", "ill": True}, "ill", 0, ("note", "contract")),
    ],
)
def test_a_gym_pays_back_as_its_page_reads(
    known: dict[str, object], rule: str, amount: int, papers: tuple[str, ...] | None
) -> None:
    decision = decide(unseen("gym"), TRAINED | known)

    assert answered(decision, "amount", "papers") == (rule, amount, papers)


@pytest.mark.parametrize(
    ("known", "longer", "lowest", "reasons"),
    [
        ({"closed_for": "P10D"}, 172_800, None, ["band"]),
        (HOLIDAY, 86_400, None, ["band"]),
        (HOLIDAY | {"closed_for": "P1W3D"}, 172_800, None, ["band"]),
        ({"days_off": ["2026-02-03"]}, 86_400, None, ["band"]),
        ({"ratings": [1.5, 4]}, None, 0, ["band"]),
        ({"ratings": [3, 4]}, None, 0.5, ["band"]),
        ({"ratings": [4]}, None, None, ["band"]),
        ({"extras": [extra("locker", 3000, 0)]}, None, None, ["band", "locker"]),
        (
            {"extras": [extra("personal training", 20_000, 2)]},
            None,
            None,
            ["band", "trainer", "dear"],
        ),
        (
            {"extras": [extra("personal training", 20_000, 2, None)] * 2},
            None,
            None,
            ["band", "dear"],
        ),
    ],
)
def test_a_gym_s_collecting_tables_read_as_written(
    known: dict[str, object],
    longer: int | None,
    lowest: float | None,
    reasons: list[str],
) -> None:
    decision = decide(unseen("gym"), TRAINED | known)

    assert answered(decision, "longer_for", "lowest") == ("cool", longer, lowest)
    assert ids(decision, "reasons") == reasons


def test_a_gym_whose_rows_say_different_things_stops() -> None:
    known = MAY | {"ill": False, "extras": [extra("locker", 3000, 0)]}

    with pytest.raises(Overlap, match="rows none, some match together"):
        decide(unseen("gym"), TRAINED | known)


TREATED = {
    "animal": "cat",
    "weight": 4.99,
    "fee": 10_000,
    "seen": "2026-03-31",
    "paid_on": "2026-04-01",
    "hurry": 60,
    "name": "x",
    "temps": [39.5],
    "shots": ["2025-03-31"],
    "bills": [],
    "tags": ["a;b"],
}
REX = {"animal": "dog", "name": "Rex"}


@pytest.mark.parametrize(
    ("known", "rule", "amount", "by", "level"),
    [
        # Two thirds of 10.000 dinars, broken fils dropped; a month before 31 March.
        ({}, "small", 6666, date(2026, 2, 28), "agent"),
        ({"weight": 5}, "edge", 10_000, date(2026, 4, 7), "agent"),
        ({"weight": 5, "fee": 100_001}, "edge", 1, date(2026, 4, 7), "agent"),
        ({"weight": 5.1, "hurry": 5400}, "big", 1275, date(2026, 4, 1), "agent"),
        ({"weight": 40, "hurry": 5401}, "slow", 10_000, date(2026, 3, 31), "agent"),
        (
            {"weight": 40, "hurry": "PT1H30M1S", "fee": 30_000, "seen": "2026-07-01"},
            "slow",
            15_125,
            date(2026, 6, 15),
            "manager",
        ),
        ({"weight": 40.01}, "heavy", 0, date(2026, 4, 1), "manager"),
        ({"animal": "dog", "weight": 5}, "dog", 1000, None, "agent"),
        (REX, "named", 10_000, date(2026, 3, 31), "agent"),
        (REX | {"name": 'say "hi"'}, "named", 10_000, date(2026, 3, 31), "agent"),
        ({"fee": 100_000}, "small", 66_666, date(2026, 2, 28), "manager"),
        ({"seen": "0001-01-01"}, "small", 6666, date(1, 1, 1), "agent"),
        ({"seen": "9999-12-31", "weight": 5}, "edge", 10_000, date.max, "agent"),
    ],
)
def test_a_vet_bills_as_its_page_reads(
    known: dict[str, object], rule: str, amount: int, by: date | None, level: str
) -> None:
    decision = decide(unseen("vet-clinic"), TREATED | known)

    assert answered(decision, "amount", "by", "level") == (rule, amount, by, level)


@pytest.mark.parametrize(
    ("known", "cares", "duties", "count", "summed"),
    [
        ({}, ["t"], ["look", "tag"], 1, 0),
        (REX, ["t", "r"], ["look", "tag"], 1, 0),
        ({"temps": [36], "tags": ["plain", "z"]}, ["n"], ["look", "tag"], 0, 0),
        ({"temps": [39.5, 38], "tags": ["z"]}, ["t"], ["look"], 1, 0),
        ({"temps": [40], "shots": ["2025-04-01"]}, ["t"], ["tag"], 1, 0),
        ({"shots": []}, ["t"], ["tag"], 1, 0),
        ({"seen": "2026-06-10"}, ["t"], ["look", "tag"], 1, 80 / 121),
        ({"seen": "2026-06-14", "weight": 1.5}, ["t"], ["look", "tag"], 1, 1.5),
    ],
)
def test_a_vet_s_listing_tables_read_as_written(
    known: dict[str, object],
    cares: list[str],
    duties: list[str],
    count: int,
    summed: float,
) -> None:
    decision = decide(unseen("vet-clinic"), TREATED | known)

    assert ids(decision, "cares") == cares
    assert ids(decision, "duties") == duties
    assert answered(decision, "n", "summed")[1:] == (count, summed)
