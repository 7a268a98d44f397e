"""People in front of the desk: each has a browser of their own and looks at every page."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from evenhand.web.demo.shop import DOMAIN, PASSWORD
from tests.journeys.desk import Desk

SIZES = ((1440, 900), (390, 844))
THEMES = ("light", "dark")
# WCAG 2.2 A and AA, and what axe knows of good practice.
AXE = "options => axe.run(document, {...options, resultTypes: ['violations']})"
# The themes differ in nothing but colours: axe reads all of a page in the first, and
# in the other what it knows of colours.
EVERY_RULE: dict[str, object] = {}
COLOURS: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
# Colours fade from one theme to the other: nothing fades while a page is looked at.
STILL = """() => {
    const still = new CSSStyleSheet();
    still.replaceSync('*, ::before, ::after { transition: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
}"""
# From 48rem on the desk fills the window and scrolls inside itself.
PAST_THE_FRAME = """() => document.querySelector('.desk') && innerWidth >= 768
    ? document.documentElement.scrollHeight - innerHeight : 0"""
LIVE_WITHIN = 60_000
IN_CHANGE = ".htmx-request, .htmx-swapping, .htmx-settling"
SETTLED = 300
SHOTS = os.environ.get("EVENHAND_SCREENSHOTS", "")


@dataclass(slots=True)
class Person:
    """Someone with a browser; `faults` gathers what axe and the console complain of."""

    page: Page
    desk: Desk
    axe_source: str
    faults: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.desk.url}{path}")

    def signs_in(self, key: str) -> None:
        self.goes_to("/accounts/login/")
        self.looks("login")
        self.page.fill("input[name=login]", f"{key}@{DOMAIN}")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.desk.url}/")

    def looks(self, name: str) -> None:
        """Look at the page in both themes and both sizes; axe must find nothing."""
        self.page.wait_for_timeout(SETTLED)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(self.axe_source)
            self.page.evaluate(STILL)
        for theme in THEMES:
            self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two
            rules = COLOURS if theme == "dark" else EVERY_RULE
            for width, height in SIZES:
                self.page.set_viewport_size({"width": width, "height": height})
                self._checks(f"{name} {theme} {width}", rules)
                if SHOTS:
                    shot = Path(SHOTS) / f"{name}-{theme}-{width}.png"
                    self.page.screenshot(path=shot)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def _checks(self, where: str, rules: dict[str, object]) -> None:
        found = self.page.evaluate(AXE, rules)
        self.faults += [
            f"{where}: {fault['id']} {json.dumps(fault['nodes'][0]['target'])}"
            f" {fault['nodes'][0]['html'][:200]}"
            for fault in found["violations"]
        ]
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wider > 0:
            self.faults.append(f"{where}: the page is {wider} pixels too wide")
        longer = self.page.evaluate(PAST_THE_FRAME)
        if longer > 1:
            self.faults.append(f"{where}: it scrolls {longer} pixels past the frame")

    def sees(self, selector: str, text: str = "") -> None:
        """Wait until something is on the page, without loading it anew."""
        found = self.page.locator(selector)
        found = (found.filter(has_text=text) if text else found).first
        expect(found).to_be_visible()

    def presses(self, form: str, *, button: str = "button[type=submit]") -> None:
        """Press the button of the form whose action or own action ends like this."""
        own = self.page.locator(f"{button}[formaction$='{form}']:visible")
        of_form = self.page.locator(f"form[action$='{form}'] {button}:visible")
        target = own.first if own.count() else of_form.first
        self.page.evaluate("document.documentElement.dataset.before = ''")
        with self.page.expect_response(
            lambda answer: answer.request.method == "POST" and form in answer.url
        ) as came:
            target.click()
        if came.value.request.is_navigation_request():
            # the answer has come; the page that it leads to follows
            expect(self.page.locator("html[data-before]")).to_have_count(0)
        self.page.wait_for_load_state()
        # what it replaces on the page follows
        expect(self.page.locator(IN_CHANGE)).to_have_count(0)
        self.page.wait_for_timeout(SETTLED)


def a_person(browser: Browser, desk: Desk, axe_source: str) -> Person:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB"
    )
    context.set_default_timeout(LIVE_WITHIN)
    page = context.new_page()
    person = Person(page, desk, axe_source)
    page.on(
        "console",
        lambda message: (
            person.faults.append(f"console: {message.text} at {page.url}")
            if message.type == "error"
            and "409" not in message.text
            and "422" not in message.text
            else None
        ),
    )
    page.on("pageerror", lambda error: person.faults.append(f"script: {error}"))
    return person
