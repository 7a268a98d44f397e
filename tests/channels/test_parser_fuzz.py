"""Spoilt mails are read or refused: no crash, no hang, no line lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from tests.channels.fuzzing import LARGEST_SEED, SEEDS, Hung, mutant, tried, within


def test_the_mails_that_are_spoilt_can_be_read_before() -> None:
    assert all(tried(raw) for raw in SEEDS)


@pytest.mark.parametrize("seed", range(20))
def test_a_spoilt_mail_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret: the same mutants each time

    read = 0
    for _ in range(40):
        with within():
            read += tried(mutant(SEEDS, chance))

    assert read > 20


@pytest.mark.outside
def test_a_spoilt_mail_of_another_project_is_too(outside_data: Path) -> None:
    chance = random.Random(4)  # noqa: S311 - no secret: the same mutants each time
    files = sorted(
        path for path in (outside_data / "mail" / "msg").rglob("*") if path.is_file()
    )
    seeds = [path.read_bytes()[:LARGEST_SEED] for path in chance.sample(files, 100)]

    read = 0
    for _ in range(400):
        with within():
            read += tried(mutant(seeds, chance))

    assert read > 300


@examples(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert tried(raw) in {True, False}


def test_what_takes_too_long_would_be_seen() -> None:
    with pytest.raises(Hung):
        endless()


def endless() -> None:
    with within(0.05):
        while True:
            pass
