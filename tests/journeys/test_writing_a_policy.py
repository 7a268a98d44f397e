"""A new user writes a returns page, is told of a gap, mends it, and two publish it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.desk import Desk
from tests.journeys.people import Person, a_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "textarea[name=text]"
# a proof waits for the worker's lane, which other tests' work may keep busy
PROVED_WITHIN = 120_000
PLANTED = (
    ("| in-time | days <= 30 |", "| in-time | days <= 14 |"),
    ("| late | |", "| late | days > 15 |"),
    ("| used no; days 30; price 80.00 | in-time | 80.00 |\n", ""),
)


def test_a_page_is_written_mended_replayed_and_published_by_two(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    mei, sam = (a_person(browser, desk, axe_source) for _ in range(2))
    mei.signs_in("mei")
    sam.signs_in("sam")
    sam.goes_to("/policies/")
    sam.presses("/policies/publishing/")
    sam.sees("h2", "Two people publish a page")

    it_is_written_with_a_gap_and_mended(mei)
    it_is_replayed_and_proposed(mei)
    the_second_person_publishes_it(sam)

    sam.presses("/policies/publishing/")
    sam.sees("h2", "One person may publish a page")
    faults = [*mei.faults, *sam.faults]
    assert not faults, "\n".join(faults)


def it_is_written_with_a_gap_and_mended(mei: Person) -> None:
    """The proof names the day that no row speaks about, and what to write."""
    mei.goes_to("/policies/new/")
    mei.looks("policy-new")
    mei.page.get_by_role("button", name="Begin").click()
    mei.sees("#tryout", "all 4 hold")
    text, finding = mei.page.locator(TEXT), mei.page.locator("#findings")
    _plants_a_gap(text)
    expect(finding).to_contain_text("days 15", timeout=PROVED_WITHIN)
    expect(finding).to_contain_text("write days")
    mei.looks("policy-gap")
    text.fill(text.input_value().replace("| late | days > 15 |", "| late | |"))
    expect(finding).to_contain_text("no gap", timeout=PROVED_WITHIN)
    mei.looks("policy-mended")


def it_is_replayed_and_proposed(mei: Person) -> None:
    """No case was decided by the new page yet: those of another are taken."""
    mei.page.locator("#page").get_by_role("link", name="Replay").click()
    mei.page.locator("#page").get_by_role("button", name="Replay").click()
    expect(mei.page.locator("#replay")).to_contain_text(
        "would be asked first", timeout=PROVED_WITHIN
    )
    mei.page.locator("#page").get_by_role("link", name="Publish").click()
    mei.page.fill("textarea[name=why]", "Our first page.")
    mei.looks("policy-publish")
    mei.page.get_by_role("button", name="Propose it to a second person").click()
    mei.sees("h2", "Proposed")


def the_second_person_publishes_it(sam: Person) -> None:
    """The other one looks at what was proposed, and it is in force."""
    sam.goes_to("/policies/")
    drafts = sam.page.locator("section", has=sam.page.locator("#drafts-title"))
    drafts.locator("li", has_text="waits for a second person").locator("a").click()
    sam.looks("policy-second-person")
    sam.page.get_by_role("button", name="Publish").click()
    sam.page.wait_for_url(re.compile(r"/policies/my-returns/\?version="))
    sam.sees("#page", "in force")
    sam.looks("policy-page")
    sam.goes_to("/policies/")
    sam.looks("policies")


def _plants_a_gap(text: Locator) -> None:
    """Write the page anew with nothing said of day 15."""
    words = text.input_value()
    for before, after in PLANTED:
        assert before in words
        words = words.replace(before, after)
    text.fill(words)


def test_the_next_version_shows_what_it_would_have_changed(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    mei = a_person(browser, desk, axe_source)
    mei.signs_in("mei")
    mei.goes_to("/policies/new/?page=returns")
    mei.page.get_by_role("button", name="Begin").click()
    text = mei.page.locator(TEXT)
    text.wait_for()
    # a fault is told where it is, and the key for it goes there
    words = text.input_value()
    text.fill(words.replace("(first)", "(frist)", 1))
    mei.sees("#tryout", "frist")
    mei.page.keyboard.press("F8")
    at = text.evaluate("field => field.selectionStart")
    assert words[:at].count("\n") == words[: words.index("(first)")].count("\n")
    text.fill(words)
    mei.sees("#tryout", "no fault")

    mei.page.select_option("select[name=case]", index=1)
    mei.sees("#tryout", "same answer")
    mei.looks("policy-preview")

    mei.page.locator("#page").get_by_role("link", name="Replay").click()
    mei.page.locator("#page").get_by_role("button", name="Replay").click()
    expect(mei.page.locator("#flow-title")).to_be_visible(timeout=PROVED_WITHIN)
    mei.looks("policy-replay")

    assert not mei.faults, "\n".join(mei.faults)


def test_two_who_write_the_same_page_hear_of_each_other(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    mei, sam = (a_person(browser, desk, axe_source) for _ in range(2))
    mei.signs_in("mei")
    sam.signs_in("sam")
    mei.goes_to("/policies/new/")
    mei.page.get_by_role("button", name="Begin").click()
    mei.page.wait_for_url(re.compile(r"/policies/drafts/\d+/"))
    sam.goes_to(mei.page.url)

    mei.page.locator(TEXT).fill("+++\nmei was here\n")
    expect(mei.page.locator("[data-saved]")).to_have_text("Saved")
    sam.page.locator(TEXT).fill("+++\nsam was here\n")
    sam.sees("[data-conflict]", "Mei Tanaka has kept another text of this page")
    sam.looks("policy-conflict")
    sam.page.get_by_role("button", name="Keep mine").click()
    sam.page.wait_for_url(lambda url: url != mei.page.url)

    assert sam.page.locator(TEXT).input_value() == "+++\nsam was here\n"
    mei.page.reload()
    assert mei.page.locator(TEXT).input_value() == "+++\nmei was here\n"
    faults = [*mei.faults, *sam.faults]
    assert not faults, "\n".join(faults)
