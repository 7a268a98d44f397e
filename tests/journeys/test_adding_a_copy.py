"""One more address gets a copy: added by keys alone, seen before it leaves, undone whole."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk
from tests.journeys.people import a_person
from tests.journeys.test_undo_and_later import ANSWER, opens_the_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.enable_socket,
]
ANN = "ann@carrier.example"
CHIP = f"input[name=added][value='{ANN}']"


def test_a_copy_is_added_by_keys_shown_and_sent(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    mei = a_person(browser, desk, axe_source)
    ref = opens_the_case(mei, desk, "The coat")
    page = mei.page
    page.fill("#composer-text", ANSWER)

    page.locator(".add-copy > summary").press("Enter")
    mei.looks("add-copy")
    page.locator("#new-copy").press_sequentially("ann at carrier")
    page.keyboard.press("Enter")
    mei.sees("#page [role=alert]", "This is no mail address: ann at carrier")
    mei.looks("copy-refused")
    expect(page.locator("#new-copy")).to_be_focused()
    page.fill("#new-copy", f"Ann Lee <{ANN}>")
    page.locator("#new-copy").press("Enter")
    expect(page.locator(CHIP)).to_be_checked()
    mei.sees("#composer", f"{ANN} has received nothing of this case so far")
    expect(page.locator("#new-copy")).to_have_value("")
    expect(page.locator("details.add-copy :focus")).to_have_count(1)
    expect(page.locator("#composer-text")).to_have_value(ANSWER)
    mei.looks("copy-added")

    takes_it_off_and_puts_it_back(page)
    mei.presses("/reply/")
    mei.sees("[data-held]", ANN)
    page.locator("body").press("u")
    expect(page.locator("[data-held]")).to_have_count(0)
    expect(page.locator(CHIP)).to_be_checked()
    mei.presses("/reply/")
    arrived = desk.sink.wait_for(to="rosa@mail.example", words="lining", of=ref)
    assert arrived["Cc"] == ANN
    assert mei.faults == []


def takes_it_off_and_puts_it_back(page: Page) -> None:
    """By keys; each is kept with the words."""
    for _ in range(2):
        with page.expect_response(lambda answer: "/draft/" in answer.url):
            page.locator(CHIP).press("Space")
    page.reload()
    expect(page.locator(CHIP)).to_be_checked()
