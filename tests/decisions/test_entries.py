from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.decisions.rules.entries import entered, read_entry, read_kept, to_keep
from evenhand.decisions.rules.versions import Window, check_name, overlap
from evenhand.policy.errors import FactError, PolicyError
from evenhand.policy.kinds import Kind, Value
from evenhand.policy.tree import Domain, Fact

PRICE = Fact("price", Kind.MONEY, Domain(low=0))
STATE = Fact("state", Kind.ONE_OF, Domain(words=("new", "used")))
MARKS = Fact("marks", Kind.TEXTS, Domain(words=("tag", "collar", "hem")))
LENGTH = Fact("length", Kind.DURATION)
LINES = Fact("lines", Kind.LINES, fields=(PRICE, STATE))
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
money = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("129.00", PRICE, 12_900),
        (" 1,129.5 ", PRICE, 112_950),
        ("yes", Fact("told", Kind.YES_NO), True),
        ("No", Fact("told", Kind.YES_NO), False),
        ("3", Fact("repairs", Kind.WHOLE), 3),
        ("1.5", Fact("days", Kind.NUMBER), 1.5),
        ("2026-06-01", Fact("on", Kind.DATE), date(2026, 6, 1)),
        ("used", STATE, "used"),
        ("tag, collar", MARKS, ("tag", "collar")),
        ("unknown", STATE, None),
        ("3 days", LENGTH, 259_200),
        ("PT72H", LENGTH, 259_200),
        ("1, 2.5", Fact("sizes", Kind.NUMBERS), (1, 2.5)),
        ("5, 7.50", Fact("parts", Kind.AMOUNTS), (500, 750)),
        (
            "2026-06-01, 2026-06-02",
            Fact("on", Kind.DATES),
            (date(2026, 6, 1), date(2026, 6, 2)),
        ),
        ("(price 5.00, state used), (price 2)", LINES, ((500, "used"), (200, None))),
    ],
)
def test_what_somebody_enters_is_read_for_its_kind(
    text: str, fact: Fact, value: Value | None
) -> None:
    assert read_entry(text, fact=fact, currency="EUR") == value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("12.345", PRICE),
        ("12,34", PRICE),
        ("-1", PRICE),
        ("cheap", PRICE),
        ("maybe", Fact("told", Kind.YES_NO)),
        ("1.5", Fact("repairs", Kind.WHOLE)),
        ("2026-02-30", Fact("on", Kind.DATE)),
        ("old", STATE),
        ("tag, sleeve", MARKS),
        ("nan", Fact("days", Kind.NUMBER)),
        ("1e400", Fact("days", Kind.NUMBER)),
        ("9" * 400, PRICE),
        ("9" * 5000, Fact("repairs", Kind.WHOLE)),
        ("soon", LENGTH),
        ("(price 5.00", LINES),
        ("(colour red)", LINES),
        ("five", Fact("parts", Kind.AMOUNTS)),
    ],
)
def test_what_the_page_does_not_allow_is_refused(text: str, fact: Fact) -> None:
    with pytest.raises(FactError):
        read_entry(text, fact=fact, currency="EUR")


def test_unknown_can_be_a_word_of_the_page() -> None:
    cause = Fact("cause", Kind.ONE_OF, Domain(words=("unknown", "product")))

    assert read_entry("unknown", fact=cause, currency="EUR") == "unknown"


def test_yen_have_no_minor_units() -> None:
    assert read_entry("5000", fact=PRICE, currency="JPY") == 5_000
    assert entered(5_000, fact=PRICE, currency="JPY") == "5000"


@given(minor=money, currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_money_comes_back_as_it_was_entered(minor: int, currency: str) -> None:
    text = entered(minor, fact=PRICE, currency=currency)

    assert read_entry(text, fact=PRICE, currency=currency) == minor


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (259_200, LENGTH),
        ((1, 2.5), Fact("sizes", Kind.NUMBERS)),
        ((500, 750), Fact("parts", Kind.AMOUNTS)),
        ((date(2026, 6, 1),), Fact("on", Kind.DATES)),
        (((500, "used"), (200, None)), LINES),
    ],
)
def test_lists_and_lengths_come_back_as_they_were_entered_and_kept(
    value: Value, fact: Fact
) -> None:
    text = entered(value, fact=fact, currency="EUR")

    assert read_entry(text, fact=fact, currency="EUR") == value
    assert read_kept(to_keep(value), fact=fact, currency="EUR") == value


@given(day=days)
def test_days_come_back_as_they_were_kept(day: date) -> None:
    fact = Fact("on", Kind.DATE)

    assert read_kept(to_keep(day), fact=fact, currency="EUR") == day


@given(first=days, last=days, other=days, until=days)
def test_windows_overlap_when_they_share_a_day(
    first: date, last: date, other: date, until: date
) -> None:
    one = Window(min(first, last), max(first, last))
    two = Window(min(other, until), max(other, until))

    shared = max(one.begins, two.begins) <= min(one.last, two.last)

    assert overlap(one, two) == overlap(two, one) == shared
    assert overlap(one, Window(two.begins, None)) == (two.begins <= one.last)


@pytest.mark.parametrize("name", ["publish", "Returns", "a b", "../x", ""])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(PolicyError):
        check_name(name, "1")


def test_a_version_with_a_slash_is_refused() -> None:
    with pytest.raises(PolicyError):
        check_name("returns", "2026/11")
