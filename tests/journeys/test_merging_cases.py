"""Two cases become one and part again, a reply comes in between: in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import Desk
from tests.journeys.people import Person, a_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SENDER = "Ida Holm <ida@mail.example>"
DRESS, HAT = "The dress Lena came in blue", "A question about the straw hat"
ANSWER = (
    "Dear Ida Holm,\n\nThank you for writing about the dress and the hat. I understand"
    " that you wait for both. I have looked at them. Please reply to this mail and tell"
    " me which size you need.\n\nKind regards\nMei Chen"
)


def number_of(person: Person, subject: str) -> str:
    """Open the case of this subject as soon as its mail is there; return its number."""
    row = person.page.locator("[data-case-link]", has_text=subject)
    for _ in range(60):
        person.goes_to(f"/?q={subject.replace(' ', '+')}")
        if row.count():
            break
        person.page.wait_for_timeout(500)
    row.first.click()
    person.sees("#case-title", subject)
    found = re.search(r"/cases/(\d+)/", person.page.url)
    assert found is not None
    return found[1]


def from_more(person: Person, words: str) -> None:
    """Take a way out of the case's menu."""
    person.page.click("[popovertarget=case-more]")
    person.page.get_by_role("link", name=words).click()


def said(person: Person, words: str, *, times: int = 1) -> None:
    """Wait until these words stand so many times in the conversation."""
    found = person.page.locator("#thread article", has_text=words)
    expect(found).to_have_count(times)


@pytest.fixture
def mei(desk: Desk, browser: Browser, axe_source: str) -> Iterator[Person]:
    person = a_person(browser, desk, axe_source)
    person.signs_in("mei")
    yield person
    assert person.faults == []


def test_a_case_is_merged_answered_split_and_given_away_and_each_is_undone(
    mei: Person, desk: Desk
) -> None:
    desk.send(sender=SENDER, subject=DRESS, text="I ordered it in green.")
    dress = number_of(mei, DRESS)
    desk.send(sender=SENDER, subject=HAT, text="Is the hat in stock?")
    hat = number_of(mei, HAT)

    is_merged(mei, hat, into=dress)
    is_answered(mei, desk, dress)
    is_parted(mei, hat, dress)
    is_split_and_put_back(mei, dress)
    is_given_away(mei)


def is_merged(mei: Person, hat: str, *, into: str) -> None:
    """The menu leads to the page, which lists the customer's other case first."""
    from_more(mei, "Merge into another case")
    mei.sees("h1", f"#{hat}")
    mei.looks("merge-choose")
    mei.page.get_by_role("link", name=f"#{into}").click()
    mei.sees("form li", "Nothing is moved")
    mei.looks("merge-outlook")
    mei.page.get_by_role("button", name="Merge").click()
    mei.page.wait_for_url(f"**/cases/{into}/**")
    said(mei, "Is the hat in stock?")
    mei.sees("[data-bonds]", f"#{hat}")
    mei.looks("merged-living")
    mei.goes_to(f"/cases/{hat}/")
    mei.sees("[data-bonds]", f"#{into}")
    expect(mei.page.locator("#composer")).to_have_count(0)
    mei.looks("merged-ended")


def is_answered(mei: Person, desk: Desk, dress: str) -> None:
    """One answer for both; what answers it is seen here without loading the page anew."""
    mei.goes_to(f"/cases/{dress}/")
    mei.page.fill("#composer-text", ANSWER)
    mei.presses("/reply/")
    sent = desk.sink.wait_for(to="ida@mail.example", words="the dress and the hat")
    desk.send(sender=SENDER, subject=f"Re: {DRESS}", text="Size M.", reply_to=sent)
    said(mei, "Size M.")


def is_parted(mei: Person, hat: str, dress: str) -> None:
    """The answer and what answers it stay; the hat waits for us again."""
    mei.presses(f"/cases/{hat}/unmerge/")
    said(mei, "Is the hat in stock?")
    said(mei, "Size M.", times=0)
    mei.sees("#composer")
    mei.sees("#head", "New")
    mei.goes_to(f"/cases/{dress}/")
    said(mei, "Size M.")
    said(mei, "in stock?", times=0)


def is_split_and_put_back(mei: Person, dress: str) -> None:
    from_more(mei, "Split messages off")
    mei.page.get_by_label("Size M.").check()
    mei.page.fill("#split-subject", "Which size")
    mei.looks("split")
    mei.page.get_by_role("button", name="Split off").click()
    mei.sees("#case-title", "Which size")
    mei.sees("[data-bonds]", f"#{dress}")
    mei.looks("split-off")
    mei.presses("/unsplit/")
    mei.sees("#case-title", DRESS)
    said(mei, "Size M.")


def is_given_away(mei: Person) -> None:
    """The answer box says with whom the conversation was, and asks."""
    from_more(mei, "Change the customer")
    mei.page.fill("#customer-address", "en.de@mail.example")
    mei.page.get_by_role("button", name="Look").click()
    mei.sees("h2", "becomes")
    mei.looks("customer")
    mei.page.get_by_role("button", name="Change the customer").click()
    mei.sees("#composer", "So far this was a conversation with Ida Holm")
    mei.looks("redirected")
