"""A new owner connects a mailbox: a test says what is wrong, he mends it and connects."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.channels.dovecot import PASSWORD, Dovecot, a_dovecot
from tests.given_mail import raw_mail
from tests.journeys.desk import Desk
from tests.journeys.people import Person, a_person
from tests.serving.processes import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TRIED_WITHIN = 60_000


def test_a_mailbox_is_tested_mended_connected_paused_and_disconnected(
    browser: Browser, desk: Desk, axe_source: str
) -> None:
    sam = a_person(browser, desk, axe_source)
    sam.signs_in("sam")

    with a_dovecot() as dovecot:
        dovecot.user("eva")
        dovecot.put("eva", raw_mail(), folder="Kunden/Neu")
        he_is_taught_and_begins(sam)
        each_test_names_the_next_fault(sam, dovecot)
        he_ticks_a_folder_and_connects(sam)
        he_pauses_and_disconnects(sam)

    assert not sam.faults, "\n".join(sam.faults)


def he_is_taught_and_begins(sam: Person) -> None:
    sam.goes_to("/settings/mailboxes/")
    sam.looks("mailboxes-none")
    for name in ("Gmail", "Microsoft 365"):
        sam.page.get_by_role("link", name=name).click()
        sam.sees("h1", "Connect a mailbox")
        sam.looks(f"mailbox-{name.partition(' ')[0].lower()}")
        sam.goes_to("/settings/mailboxes/")
    sam.page.get_by_role("link", name="Another provider").click()
    sam.page.get_by_label("Mail address").fill("help@kiteandloom.example")
    sam.page.get_by_role("textbox", name="Server").fill("localhost")
    sam.page.get_by_label("User name").fill("eva")
    sam.page.locator("#id_password").fill("Birne-8")


def each_test_names_the_next_fault(sam: Person, dovecot: Dovecot) -> None:
    port = free_port()
    _tests(sam, f"Nothing listens on port {port}.", port=port)
    sam.looks("mailbox-port")
    _tests(
        sam, "Choose “TLS” as the encryption.", port=dovecot.imaps, security="STARTTLS"
    )
    _tests(sam, "whom nobody here knows", port=dovecot.imaps, security="TLS")
    sam.looks("mailbox-tls")
    _tests(
        sam, "refuses the user name or the password", port=dovecot.imap, security="None"
    )
    sam.looks("mailbox-login")
    sam.page.locator("#id_password").fill(PASSWORD)
    _tests(sam, "The connection works", port=dovecot.imap)
    sam.looks("mailbox-works")


def _tests(sam: Person, says: str, *, port: int, security: str = "") -> None:
    sam.page.get_by_role("spinbutton", name="Port").fill(str(port))
    if security:
        sam.page.get_by_label("Encryption").select_option(label=security)
    sam.page.get_by_role("button", name="Test the connection").click()
    expect(sam.page.locator("#trial")).to_contain_text(says, timeout=TRIED_WITHIN)


def he_ticks_a_folder_and_connects(sam: Person) -> None:
    sam.page.get_by_label("Kunden/Neu").check()
    sam.page.get_by_role("button", name="Connect", exact=True).click()
    sam.sees("h2", "How it fares")
    sam.sees("dd", "INBOX, Kunden/Neu")
    sam.looks("mailbox")
    sam.page.get_by_role("button", name="Test the connection").click()
    expect(sam.page.locator("#trial")).to_contain_text(
        "INBOX, Kunden/Neu: one mail lies there.", timeout=TRIED_WITHIN
    )
    sam.goes_to("/settings/mailboxes/")
    sam.sees("a", "help@kiteandloom.example")
    sam.looks("mailboxes")


def he_pauses_and_disconnects(sam: Person) -> None:
    sam.page.get_by_role("link", name="help@kiteandloom.example").click()
    sam.page.get_by_role("button", name="Pause").click()
    sam.sees(".badge", "Paused")
    sam.page.get_by_role("link", name="Disconnect").click()
    sam.looks("mailbox-disconnect")
    sam.page.get_by_role("button", name="Disconnect").click()
    sam.sees("h2", "No mailbox is connected")
