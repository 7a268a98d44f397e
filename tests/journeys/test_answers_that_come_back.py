"""An answer that waits shows its files, and comes back into the box that is open."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.desk import Desk
from tests.journeys.people import Person, a_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.enable_socket,
]
MAIL = (
    "From: Rosa Diaz <rosa@mail.example>\r\nTo: help@kiteandloom.example\r\n"
    "Subject: {subject}\r\nMessage-ID: <{key}@mail.example>\r\n"
    "In-Reply-To: <{thread}-1@mail.example>\r\n\r\n{text}\r\n"
)
ANSWER = (
    "Dear Rosa,\n\nThank you for telling me that a button came off."
    " Please reply with a photo of it, so that I can decide today.\n\nMei Chen"
)


@pytest.mark.parametrize("subject", ["The buttons", "The zipper"])
def test_words_that_come_back_stand_above_what_was_typed_since(
    subject: str, browser: Browser, desk: Desk, axe_source: str, tmp_path: Path
) -> None:
    mei = a_person(browser, desk, axe_source)
    rosa_writes(desk, 1, subject, "One came off.")
    opens_the_case(mei, subject)
    label = tmp_path / "label.txt"
    label.write_text("A label.", encoding="utf-8")
    mei.page.locator("input[type=file]").set_input_files(label)
    mei.sees("[data-file-list]", "label.txt")
    mei.page.fill("#composer-text", ANSWER)
    # what is said of the draft moves the buttons below it: not while one is pressed
    mei.sees("[data-checks]", "done")
    mei.page.locator(".send-later > summary").click()
    mei.page.get_by_role("button", name="Send at this time").click()
    mei.sees("[data-held]", "label.txt")
    expect(mei.page.locator("[data-file-list] li")).to_have_count(0)

    # the answer to the press comes after the news of what became of it: without them,
    # or with them and without the words that were saved since
    mei.page.route("**/held/**", LATE[subject])
    mei.page.route("**/draft/", lambda route: route.fulfill(status=204))
    mei.page.locator("#composer-text").press_sequentially("And the second one?")
    rosa_writes(desk, 2, f"Re: {subject}", "Two are gone.")
    # at once: the desk looks for answers that were overtaken by itself, now and then
    mei.sees("#thread", "Two are gone.")
    with mei.page.expect_response("**/held/**"):
        mei.page.locator("[data-held] [name=now]").click()
    mei.page.wait_for_timeout(500)

    both = f"{ANSWER}\n\nAnd the second one?"
    expect(mei.page.locator("#composer-text")).to_have_value(both)
    mei.sees("[data-returned]", "did not leave")
    mei.sees("[data-file-list]", "label.txt")
    assert mei.faults == []


def _older_than_the_news(route: Route) -> None:
    answer = route.fetch()
    time.sleep(3)
    route.fulfill(response=answer)


def _older_than_the_words(route: Route) -> None:
    route.fetch()
    time.sleep(3)
    page = route.request.frame.page
    route.fulfill(response=page.request.get(page.url))


LATE = {"The buttons": _older_than_the_news, "The zipper": _older_than_the_words}


def rosa_writes(desk: Desk, number: int, subject: str, text: str) -> None:
    thread = subject.rsplit(maxsplit=1)[-1]
    key = f"{thread}-{number}"
    mail = MAIL.format(thread=thread, key=key, subject=subject, text=text)
    desk.hand_over(mail.encode(), sender="rosa@mail.example")


def opens_the_case(mei: Person, subject: str) -> None:
    mei.signs_in("mei")
    row = mei.page.locator("[data-case-link]", has_text=subject)
    for _ in range(60):
        mei.goes_to(f"/?q={subject[4:]}")
        if row.count():
            break
        mei.page.wait_for_timeout(500)
    row.first.click()
    mei.sees("#thread", "One came off.")
