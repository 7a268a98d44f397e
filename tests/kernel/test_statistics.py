"""Figures with intervals, against values from the books."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.kernel.statistics import mean, median, quantile, share

FIGURES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # all of them: never a certainty
        (10, 10, 0.7225, 1.0000),
    ],
)
def test_a_share_has_wilsons_interval(
    hits: int, n: int, low: float, high: float
) -> None:
    found = share(hits=hits, n=n)

    assert found is not None
    assert found.value == hits / n
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.n == n


@given(data=st.data(), n=st.integers(1, 5000))
def test_a_share_lies_in_its_interval_and_its_mirror_image_too(
    data: st.DataObject, n: int
) -> None:
    hits = data.draw(st.integers(0, n))
    one, other = share(hits=hits, n=n), share(hits=n - hits, n=n)

    assert one is not None
    assert other is not None
    assert 0 <= one.low <= one.value <= one.high <= 1
    assert one.low == pytest.approx(1 - other.high, abs=1e-12)


def test_nothing_has_no_share_no_median_and_no_mean() -> None:
    assert share(hits=0, n=0) is None
    assert median([]) is None
    assert mean([]) is None


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [
        # ranks of the 95 % interval for a median (Conover; binomial tables)
        (6, 1, 6),
        (10, 2, 9),
        (15, 4, 12),
        (20, 6, 15),
        (30, 10, 21),
        (100, 40, 61),
    ],
)
def test_a_median_lies_between_two_of_the_values(n: int, low: int, high: int) -> None:
    found = median([float(rank) for rank in range(n, 0, -1)])

    assert found is not None
    assert (found.low, found.high) == (low, high)
    assert found.value == (n + 1) / 2


def test_below_six_values_the_interval_of_a_median_is_all_of_them() -> None:
    found = median([5, 1, 3, 2, 4])

    assert found is not None
    assert (found.value, found.low, found.high, found.n) == (3, 1, 5, 5)


@given(values=FIGURES)
def test_the_median_is_the_standard_librarys_and_in_its_interval(
    values: list[float],
) -> None:
    found = median(values)

    assert found is not None
    assert found.value == pytest.approx(statistics.median(values), abs=1e-6)
    assert found.low <= found.value <= found.high


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60),
    at=st.sampled_from([0.25, 0.5, 0.75]),
)
def test_quantiles_are_those_of_type_seven(values: list[float], at: float) -> None:
    quarters = statistics.quantiles(values, n=4, method="inclusive")

    assert quantile(values, at) == pytest.approx(quarters[int(at * 4) - 1], abs=1e-6)


def test_a_mean_has_its_normal_interval() -> None:
    found = mean([2, 4, 4, 4, 5, 5, 7, 9])

    assert found is not None
    assert found.value == 5
    # 1.96 times the standard deviation 2.1381 over the root of 8
    assert round(found.high - found.value, 4) == 1.4816
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_the_mean_of_one_value_claims_no_more_than_the_value() -> None:
    found = mean([7])

    assert found is not None
    assert (found.value, found.low, found.high, found.n) == (7, 7, 7, 1)


@given(many=st.integers(290, 320))
def test_the_median_of_many_is_no_wider_by_a_step_at_the_change_of_method(
    many: int,
) -> None:
    found = median([float(rank) for rank in range(many)])

    assert found is not None
    assert 0.10 < (found.high - found.low) / many < 0.125
