"""Kept passwords lie sealed under the desk's secret and outlive a change of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from evenhand.channels.secrets import UnreadableSecret, seal, unseal

OLD = "the first secret of this desk, long enough for it"
NEW = "the second secret of this desk, long enough too"


@runs(max_examples=50)
@given(st.text())
def test_what_was_sealed_is_read_again(text: str) -> None:
    assert unseal(seal(text)) == text


def test_the_seal_shows_nothing_of_the_text_and_never_looks_the_same() -> None:
    first, second = seal("Pflaume-7"), seal("Pflaume-7")

    assert first != second
    assert "Pflaume" not in first


def test_a_former_key_still_reads(settings: Settings) -> None:
    settings.SECRET_KEY = OLD
    sealed = seal("Pflaume-7")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

    assert unseal(sealed) == "Pflaume-7"


def test_another_key_is_told_with_the_setting_that_mends_it(
    settings: Settings,
) -> None:
    settings.SECRET_KEY = OLD
    sealed = seal("Pflaume-7")
    settings.SECRET_KEY = NEW

    with pytest.raises(UnreadableSecret, match="EVENHAND_SECRET_KEY_FALLBACKS") as told:
        unseal(sealed)
    assert "Pflaume" not in str(told.value)


def test_a_spoiled_seal_is_not_read() -> None:
    sealed = seal("Pflaume-7")

    with pytest.raises(UnreadableSecret):
        unseal(sealed[:-6] + "AAAAA=")
