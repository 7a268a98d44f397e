"""A carrier is asked beside a case, answers, and the customer never learns: in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import Desk, text_of
from tests.journeys.people import Person, a_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SENDER = "Una Weir <una@mail.example>"
SUBJECT = "Where is my parcel 4711"
CARRIER = "traces@carrier.example"
ANSWER = (
    "Dear Una Weir,\n\nThank you for asking about your parcel. I understand that you wait"
    " for it. I have asked the carrier. Please reply to this mail if it has not reached"
    " you.\n\nKind regards\nMei Chen"
)


@pytest.fixture
def mei(desk: Desk, browser: Browser, axe_source: str) -> Iterator[Person]:
    person = a_person(browser, desk, axe_source)
    person.signs_in("mei")
    yield person
    assert person.faults == []


def test_a_carrier_is_asked_and_answers_beside_the_case(
    mei: Person, desk: Desk
) -> None:
    desk.send(
        sender=SENDER, subject=SUBJECT, text="It is late. Write to una@mail.example."
    )
    opens(mei)
    case = mei.page.url

    is_asked(mei)
    sent = desk.sink.wait_for(to=CARRIER, words="Where is parcel 4711 now?")
    assert "una@" not in sent.as_string()
    assert "Una" not in text_of(sent)
    desk.send(
        sender=f"Carrier <{CARRIER}>",
        subject=f"Re: {SUBJECT}",
        text="It lies in our depot in Graz.",
        reply_to=sent,
    )

    is_told(mei, case)
    mei.goes_to(case)
    mei.page.fill("#composer-text", ANSWER)
    mei.presses("/reply/")
    told = desk.sink.wait_for(to="una@mail.example", words="asked the carrier")
    for secret in ("carrier.example", "Graz", str(sent["Message-ID"])):
        assert secret not in told.as_string()


def opens(mei: Person) -> None:
    row = mei.page.locator("[data-case-link]", has_text=SUBJECT)
    for _ in range(60):
        mei.goes_to("/?q=parcel+4711")
        if row.count():
            break
        mei.page.wait_for_timeout(500)
    row.first.click()
    mei.sees("#case-title", SUBJECT)


def is_asked(mei: Person) -> None:
    """Quote what was ticked, be refused the customer, see what leaves, send it."""
    mei.page.get_by_role("link", name="Ask a third party").click()
    mei.sees("h1", "Ask a third party")
    mei.looks("aside-new")
    mei.page.fill("#aside-to", "una@mail.example")
    mei.page.fill("#aside-text", "Where is parcel 4711 now?")
    mei.page.click("summary:has-text('Pass on from the case')")
    mei.page.locator("input[name=quote]").first.check()
    mei.page.get_by_role("button", name="Quote what is ticked").click()
    expect(mei.page.locator("#aside-text")).to_have_value(
        re.compile(r"our customer wrote:\n> It is late\. Write to \[…\]\.")
    )
    see = mei.page.get_by_role("button", name="See what leaves").last
    see.click()
    mei.sees("[role=alert]", "is the customer")
    mei.looks("aside-refused")
    mei.page.fill("#aside-to", CARRIER)
    mei.page.set_input_files(
        "#aside-form input[type=file]",
        {"name": "slip.txt", "mimeType": "text/plain", "buffer": b"4711"},
    )
    # it lies with the desk: its row no longer changes under the pointer
    mei.sees(".file-chip:not([data-sending])", "slip.txt")
    see.click()
    mei.sees("[data-leaves]", "slip.txt")
    mei.looks("aside-leaves")
    is_undone_and_sent(mei)


def is_undone_and_sent(mei: Person) -> None:
    """What is taken back is in the form again, words and file; then it leaves."""
    send = mei.page.get_by_role("button", name="Send", exact=True)
    send.click()
    mei.sees("[data-held]", "Where is parcel 4711 now?")
    mei.page.locator("[data-undo]").click()
    mei.sees("[data-aside-back]", "taken back")
    expect(mei.page.locator("#aside-to")).to_have_value(CARRIER)
    mei.sees("[data-file-list]", "slip.txt")
    mei.looks("aside-back")
    mei.page.get_by_role("button", name="See what leaves").last.click()
    send.click()
    mei.sees("[data-held]", "Where is parcel 4711 now?")
    mei.looks("aside-waits")
    mei.page.get_by_role("link", name="Open the conversation").click()
    mei.sees("article.said-out", "Where is parcel 4711 now?")
    mei.sees("article.said-out", "slip.txt")


def is_told(mei: Person, case: str) -> None:
    """The sign stands in the case and the list, until the answer was read."""
    mei.goes_to(case)
    mei.sees("[data-aside-news]", SUBJECT)
    mei.sees("#case-list", "Third party answered")
    mei.looks("aside-news")
    expect(mei.page.locator("#thread")).not_to_contain_text("Graz")
    mei.page.locator("[data-aside-news] a").click()
    mei.sees("article", "It lies in our depot in Graz.")
    mei.looks("aside-conversation")
    mei.page.get_by_role("button", name="Mark as read").first.click()
    mei.sees("#case-title", SUBJECT)
    expect(mei.page.locator("[data-aside-news]")).to_have_count(0)
