"""An answer is undone by a key, sent later, and a mail that failed is sent elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.desk import UNDO_SECONDS, Desk
from tests.journeys.people import Person, a_person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.enable_socket,
]
ANSWER = (
    "Dear Rosa,\n\nThank you for telling me that the lining came loose."
    " Please reply with a photo of it, so that I can decide today.\n\nMei Chen"
)


def test_an_answer_is_undone_then_sent_later_and_then_now(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    mei = a_person(browser, desk, axe_source)
    ref = opens_the_case(mei, desk, "The lining")

    writes_as_repairs(mei)
    mei.page.fill("#composer-text", ANSWER)
    finds_the_buttons_above_the_phone_bar(mei)
    mei.presses("/reply/")
    mei.sees("[data-undo]")
    mei.page.locator("body").press("u")
    expect(mei.page.locator("[data-undo]")).to_have_count(0)
    expect(mei.page.locator("#composer-text")).to_have_value(ANSWER)
    expect(mei.page.locator("select[name=name] :checked")).to_contain_text("Repairs")
    mei.page.wait_for_timeout((UNDO_SECONDS + 1) * 1000)
    assert received(desk, of=ref) == 0

    mei.page.locator(".send-later > summary").click()
    mei.looks("send-later")
    mei.page.get_by_role("button", name="Send at this time").click()
    mei.sees("[data-held]", "Thank you for telling me")
    mei.looks("held-answer")
    mei.goes_to("/later/")
    mei.sees("#later", "The lining")
    mei.looks("later")
    mei.page.locator("#later a", has_text="The lining").click()
    mei.page.get_by_role("button", name="Send now").click()

    arrived = desk.sink.wait_for(to="rosa@mail.example", words="lining", of=ref)
    assert arrived["Subject"] == "Re: The lining"
    assert "<repairs@kiteandloom.example>" in arrived["From"]
    expect(mei.page.locator("[data-held]")).to_have_count(0)
    mei.sees("#thread", "Please reply with a photo")
    assert received(desk, of=ref) == 1
    assert mei.faults == []


def writes_as_repairs(mei: Person) -> None:
    """Choose another name than the usual one; below the words stands what that has."""
    names = mei.page.locator("select[name=name]")
    expect(names.locator(":checked")).to_contain_text("help@kiteandloom.example")
    below = mei.page.locator("[data-below] .said")
    expect(below.filter(has_text="The workshop")).to_be_hidden()
    names.select_option(index=1)
    mei.page.locator("[data-below]:visible summary").click()
    expect(below.filter(has_text="The workshop")).to_be_visible()


def finds_the_buttons_above_the_phone_bar(mei: Person) -> None:
    size = mei.page.viewport_size
    assert size is not None
    mei.page.set_viewport_size({"width": 390, "height": 844})
    mei.page.evaluate("window.scrollTo(0, 0)")
    mei.page.locator("#composer-text").focus()
    bar = mei.page.locator(".phone-bar").bounding_box()
    for button in ("[data-send]:visible", ".send-later > summary"):
        place = mei.page.locator(f".composer {button}").bounding_box()
        assert bar is not None
        assert place is not None
        assert 0 < place["y"] < bar["y"] - place["height"]
    mei.page.set_viewport_size(size)


def received(desk: Desk, *, of: str) -> int:
    """Count what reached somebody of the case of this number."""
    return sum(of in str(mail["Reply-To"]) for mail in desk.sink.received)


def opens_the_case(mei: Person, desk: Desk, subject: str) -> str:
    """Let Rosa write of something that no other journey is about; return the number."""
    desk.send(
        sender="Rosa Diaz <rosa@mail.example>",
        subject=subject,
        text="The lining came loose.",
    )
    mei.signs_in("mei")
    row = mei.page.locator("[data-case-link]", has_text=subject)
    for _ in range(60):
        mei.goes_to(f"/?q={subject}")
        if row.count():
            break
        mei.page.wait_for_timeout(500)
    row.first.click()
    mei.sees("#thread", "The lining came loose.")
    return mei.page.url.partition("?")[0].rstrip("/").rpartition("/")[2]


def test_an_admin_sets_up_a_server_a_key_and_a_name(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    sam = a_person(browser, desk, axe_source)
    sam.signs_in("sam")
    sam.goes_to("/settings/sending/")
    sam.looks("sending")
    sam.goes_to("/settings/sending/servers/add/")
    sam.page.fill("[name=name]", "Relay")
    sam.page.fill("[name=host]", "127.0.0.1")
    sam.page.fill("[name=port]", "9")
    sam.page.select_option("[name=security]", "none")
    sam.looks("sending-server-form")
    sam.page.get_by_role("button", name="Test the connection").click()
    sam.sees("#trial", "does not work yet")
    sam.looks("sending-server-tried")
    sam.page.get_by_role("button", name="Save").click()
    sam.sees("[name=domain]")
    sam.page.get_by_role("button", name="Test the connection").click()
    sam.sees("#trial", "does not work yet")
    sam.page.fill("[name=domain]", "kiteandloom.example")
    sam.page.fill("[name=selector]", "desk1")
    sam.page.get_by_role("button", name="Make the key").click()
    sam.sees("dl", "desk1._domainkey.kiteandloom.example")
    sam.looks("sending-server")
    sam.goes_to("/settings/sending/names/add/")
    sam.looks("sending-name")
    sam.goes_to("/outbox/")
    sam.looks("outbox-people")
    assert sam.faults == []
