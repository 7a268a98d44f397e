"""Where the parts of a replay's pictures stand: inside the picture, as large as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evenhand.decisions.pictures import (
    BAND,
    HEIGHT_OF_BARS,
    WIDTH,
    flow_of,
    months_of,
    parts_of,
)
from evenhand.decisions.rules.replays import ASKS, Ending, Replayed, Report, Tally
from evenhand.kernel.money import Money

rows = st.sampled_from(["a", "b", "c", ASKS])
endings = st.builds(Ending, rows, st.one_of(st.none(), st.integers(0, 50_000)))
cases = st.builds(
    Replayed,
    st.sampled_from(["2026-09", "2026-10", "2026-11"]),
    st.sampled_from(["EUR", "JPY"]),
    endings,
    endings,
)


def report(replayed: list[Replayed]) -> Report:
    tally = Tally()
    for one in replayed:
        tally.add(one)
    return Report.kept(tally.as_data())


def a_case(
    old: str, new: str, *, before: int = 0, after: int = 0, month: str = "2026-11"
) -> Replayed:
    return Replayed(month, "EUR", Ending(old, before), Ending(new, after))


def test_every_case_goes_from_its_old_row_to_its_new_one() -> None:
    flow = flow_of(report([a_case("a", "a"), a_case("a", "b"), a_case("b", "b")]))

    assert [(n.name, n.cases, n.is_left) for n in flow.nodes] == [
        ("a", 2, True),
        ("b", 1, True),
        ("b", 2, False),
        ("a", 1, False),
    ]
    assert len(flow.ribbons) == 3
    assert flow.left_out == 0


def test_who_gets_less_is_told_apart_by_tone() -> None:
    less = a_case("a", "b", before=500, after=300)
    more = a_case("b", "a", before=300, after=500)

    flow = flow_of(report([less, more, a_case("c", "c")]))

    tones = {(r.line.name, r.line.other): r.tone for r in flow.ribbons}
    assert tones == {("a", "b"): "worse", ("b", "a"): "other", ("c", "c"): "same"}


def test_a_bar_goes_up_where_more_is_paid_and_down_where_less() -> None:
    (months,) = months_of(
        report(
            [
                a_case("a", "b", before=500, after=300, month="2026-10"),
                a_case("a", "b", before=300, after=700, month="2026-11"),
            ]
        )
    )

    down, up = months.bars
    assert (down.is_more, up.is_more) == (False, True)
    assert (down.y, up.y + up.height) == (60, 60)
    assert (down.height, up.height) == (27, 54)
    assert months.top == Money(400, "EUR")


def test_where_nothing_costs_more_or_less_there_is_no_picture() -> None:
    assert months_of(report([a_case("a", "b")])) == ()


def test_cases_are_cut_into_what_stays_moves_and_is_asked() -> None:
    parts = parts_of(report([a_case("a", "a"), a_case("a", "b"), a_case("a", ASKS)]))

    assert [(part.kind, part.cases) for part in parts] == [
        ("same", 1),
        ("moved", 1),
        ("asks", 1),
    ]
    assert parts_of(report([])) == ()


@given(st.lists(cases, max_size=60))
def test_every_part_lies_inside_its_picture(replayed: list[Replayed]) -> None:
    found = report(replayed)

    flow, parts = flow_of(found), parts_of(found)

    assert sum(part.cases for part in parts) == len(replayed)
    assert all(p.x >= 0 and p.x + p.width <= WIDTH + 0.5 for p in parts)
    assert all(n.y + n.height <= flow.height for n in flow.nodes)
    assert sum(n.height for n in flow.nodes if n.is_left) <= BAND + 3 * len(flow.nodes)
    for months in months_of(found):
        assert all(0 <= bar.y <= HEIGHT_OF_BARS for bar in months.bars)
        assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH for bar in months.bars)
