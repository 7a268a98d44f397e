"""The commands check and prove a page, and know when a second person is needed."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.decisions import drafts
from evenhand.decisions.models import PolicyDraft, PolicyVersion
from evenhand.ledger.models import Entry
from tests import given
from tests.decisions.refusing import everybody_is_there, nothing_changed
from tests.given_decisions import published, small_page
from tests.given_drafts import two_people_are_needed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def run(tmp_path: Path, text: str, *more: str) -> str:
    file, out = tmp_path / "small.md", StringIO()
    file.write_text(text, encoding="utf-8")
    call_command("policy_publish", str(file), *more, stdout=out)
    return out.getvalue()


def test_the_command_publishes_a_file(tmp_path: Path) -> None:
    told = run(tmp_path, small_page(), "--why", "We begin.")

    version = PolicyVersion.objects.get()
    assert (version.published_by, version.why) == (None, "We begin.")
    assert told == "small 1 holds from 2026-01-01 until further\n"


def test_the_command_says_every_fault_with_its_place(tmp_path: Path) -> None:
    text = small_page().replace("broken yes", "broken maybe")

    with nothing_changed(), pytest.raises(CommandError, match=r"line \d+, column \d+"):
        run(tmp_path, text)


def test_the_command_says_what_it_cannot_read(tmp_path: Path) -> None:
    missing = tmp_path / "none.md"

    with nothing_changed(), pytest.raises(CommandError, match="No such file"):
        call_command("policy_publish", str(missing))


def test_a_gap_keeps_a_page_back_with_the_case_and_what_to_write(
    tmp_path: Path,
) -> None:
    gap = small_page().replace("| S-3 | |", "| S-3 | price > 10.00 |")

    with nothing_changed(), pytest.raises(CommandError, match="covers this case"):
        run(tmp_path, gap)


def test_what_has_to_be_meant_is_listed_and_meant_says_it(tmp_path: Path) -> None:
    published(small_page())
    later = small_page(version="2", begins="2026-12-01")

    with nothing_changed(), pytest.raises(CommandError, match="It was not replayed"):
        run(tmp_path, later)
    run(tmp_path, later, "--meant")

    assert PolicyVersion.objects.latest("pk").effective_from == date(2026, 12, 1)


def test_the_command_proposes_where_a_second_person_is_needed(tmp_path: Path) -> None:
    two_people_are_needed()

    told = run(tmp_path, small_page())

    draft = PolicyDraft.objects.get()
    assert (draft.state, draft.proposed_by) == ("proposed", None)
    assert told == (
        "small needs a second person: it waits under Policies,"
        f" at /policies/drafts/{draft.pk}/publish/\n"
    )
    assert PolicyVersion.objects.count() == 0


def test_the_command_says_how_many_people_publishing_takes() -> None:
    out = StringIO()
    for words in ([], ["two"], ["two"], ["one"]):
        call_command("policy_publishing", *words, stdout=out)

    assert out.getvalue().splitlines() == [
        "one person may publish a page",
        "two people publish a page: one proposes, another confirms",
        "two people publish a page: one proposes, another confirms",
        "one person may publish a page",
    ]
    assert not drafts.needs_second_person()
    entries = Entry.objects.filter(kind="publishing.rule_set")
    assert [entry.actor for entry in entries] == ["system", "system"]
    assert given.SYSTEM == "system"
