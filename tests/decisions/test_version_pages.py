"""A version's own pages: back to it, calling it off, and days that fit."""

from __future__ import annotations

import re

import pytest

from evenhand.decisions import actions
from evenhand.decisions.models import PolicyVersion
from tests import given
from tests.decisions.refusing import everybody_is_there, nothing_changed, signed_in
from tests.given_decisions import published, small_page
from tests.given_drafts import a_draft, checked, everything_meant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def test_an_ended_version_comes_back_from_its_page() -> None:
    published(small_page(begins="2025-01-01"))
    published(small_page(version="2", begins="2026-01-01"))
    client = signed_in("marta")

    assert "Back to version 1" in (
        client.get("/policies/small/1/revert/").content.decode()
    )
    form = {"why": "Too strict.", "begins": "2999-01-01"}
    response = client.post("/policies/small/1/revert/", form)

    assert response.status_code == 303
    latest = PolicyVersion.objects.latest("pk")
    assert (latest.why, latest.reverts_to) == (
        "Too strict.",
        PolicyVersion.objects.get(version="1"),
    )
    assert client.get("/policies/small/9/revert/").status_code == 404


def test_a_scheduled_version_is_called_off_from_its_page() -> None:
    published(small_page(begins="2999-01-01"))
    client = signed_in("marta")

    response = client.post("/policies/small/1/call-off/", {"why": "A slip."})

    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert "Marta Ruiz called it off before it began:" in page


def test_a_version_that_has_the_text_of_an_earlier_one_says_of_which() -> None:
    published(small_page(begins="2025-01-01"))
    published(small_page(version="2", begins="2026-01-01"))
    client = signed_in("marta")
    form = {"why": "Too strict.", "begins": "2999-01-01"}

    again = client.post("/policies/small/1/revert/", form)["Location"]

    for address in (again, "/policies/"):
        assert "The text of version 1 again." in client.get(address).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans", "ja", "th"])
def test_the_day_to_begin_is_given_as_every_browser_reads_it(language: str) -> None:
    published(small_page(begins="2025-01-01"))
    published(small_page(version="2", begins="2026-01-01", ends="2998-12-31"))
    published(small_page(version="3", begins="2999-01-01"))
    client = signed_in("marta")
    client.post("/me/", {"language": language})
    unnamed = small_page(version="4").replace("from = 2026-01-01\n", "")
    draft = a_draft(unnamed)

    forms = [
        client.get(address).content.decode()
        for address in (
            "/policies/small/1/revert/",
            f"/policies/drafts/{draft.pk}/publish/",
        )
    ]

    for form in forms:
        [day] = re.findall(r'<input type="date" name="begins" value="([^"]*)"', form)
        assert day == "2999-01-02"


def test_calling_off_what_was_called_off_already_is_told() -> None:
    version = published(small_page(begins="2999-01-01"))
    actions.call_off(
        version=version, why="A slip.", by=given.the("marta"), at=given.MONDAY
    )
    address = "/policies/small/1/call-off/"

    with nothing_changed(), pytest.raises(actions.AlreadyCalledOff):
        actions.call_off(
            version=version, why="So it is.", by=given.the("ada"), at=given.MONDAY
        )
    with nothing_changed():
        page = signed_in("ada").post(address, {"why": "So it is."}, follow=True)

    assert page.redirect_chain == [("/policies/small/?version=1", 303)]
    assert "It was called off already." in page.content.decode()


def test_days_that_do_not_fit_are_told_with_the_first_free_day() -> None:
    published(small_page(begins="2025-01-01"))
    published(small_page(version="2", begins="2999-01-01"))
    draft = checked(a_draft(small_page(version="3", begins="2998-12-01")))

    form = {
        "revision": draft.revision,
        "why": "We begin.",
        "meant": everything_meant(draft),
    }

    with nothing_changed():
        refused = signed_in("marta").post(f"/policies/drafts/{draft.pk}/publish/", form)

    page = refused.content.decode()
    assert "Version 1 holds on some of these days." in page
    assert "The first free day is 2 January 2999;" in page


def test_a_version_that_cannot_stand_in_an_address_is_told_before_publishing() -> None:
    draft = a_draft(small_page(version="1/2"))
    client = signed_in("marta")

    editor = client.get(f"/policies/drafts/{draft.pk}/").content.decode()
    publish = client.get(f"/policies/drafts/{draft.pk}/publish/").content.decode()

    assert "&#x27;1/2&#x27; cannot be a version" in editor
    assert "1 fault in the text or its examples." in publish
