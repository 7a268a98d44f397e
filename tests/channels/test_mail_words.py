"""Reasons of mail are told in the reader's language, whatever stands in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from evenhand.channels.templatetags.mail_words import reason_words

ROOM = Path(__file__).resolve().parents[2] / "src" / "evenhand" / "channels"
# Where reasons are written down: raised, or kept with a mail.
WRITTEN = re.compile(
    r"(?:Unfileable\(|Unreadable\(|reason=|why=|error=|words =|or)"
    r'\s*f?"([a-z][^"]* [^"]*|empty)"'
)


def written_reasons() -> set[str]:
    files = [*(ROOM / "actions").glob("*.py"), *(ROOM / "mail").glob("*.py")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    found = {reason for text in texts for reason in WRITTEN.findall(text)}
    return {re.sub(r"{[^}]*}", "…", reason) for reason in found}


def test_there_are_reasons_to_hold_to_their_words() -> None:
    assert "it reports on a delivery that was not ours" in written_reasons()
    assert "given up after … tries: …" in written_reasons()


@pytest.mark.parametrize("reason", sorted(written_reasons()))
def test_every_reason_that_the_room_writes_is_known_in_every_language(
    reason: str,
) -> None:
    for language in ("zh-hans", "ja", "th"):
        with translation.override(language):
            assert reason_words(reason) != reason


def test_what_a_server_said_stands_in_the_sentence_as_it_was_said() -> None:
    stored = "given up after 9 tries: 451 try later: 100% full"

    with translation.override("ja"):
        said = reason_words(stored)

    assert said.endswith("451 try later: 100% full")
    assert "9" in said


@pytest.mark.parametrize(
    "stored", ["550 no such user", "it is a mail of our own that came back to us"]
)
def test_in_english_and_for_what_is_not_ours_it_is_said_as_it_is_stored(
    stored: str,
) -> None:
    assert reason_words(stored) == stored
