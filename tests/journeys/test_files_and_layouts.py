"""A mail with pictures and traps is shown as it was laid out, and does nothing; files go
with the answer and arrive whole. In a real browser over a whole desk."""

from __future__ import annotations

import re
import struct
import time
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from evenhand.web.demo.shop import DOMAIN, PASSWORD
from tests.journeys.desk import Desk
from tests.journeys.people import LIVE_WITHIN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRAPS = """
<html dir="ltr"><head><style>p.MsoNormal {margin:0} .over {position:fixed;top:0}</style>
</head><body><p class=MsoNormal>Here is the seam:</p><img src="cid:seam" width="400">
<table border="1"><tr><td width="2000">Dress</td><td>59.00</td></tr><tr><td>Scarf</td><td>12.50</td>
</tr></table><p dir="rtl">&#1605;&#1585;&#1581;&#1576;&#1575;</p>
<script>document.title = "ran"; fetch("https://spy.example/script")</script>
<img src="https://spy.example/open.gif" onerror="document.title='ran'">
<form action="https://spy.example/form"><input name="pw"><button>Go</button></form>
<div class="over" style="position:fixed;top:0;left:0;width:100%;height:100%">over</div>
<a href="https://spy.example/x?utm_source=nl">https://bank.example/login</a>
</body></html>
"""
CALM = (
    "Thank you for the photo of the seam. I understand that it came undone. Please"
    " reply to this mail and tell me which size you need. The label is attached."
)


def a_picture(width: int, height: int) -> bytes:
    def piece(kind: bytes, data: bytes) -> bytes:
        sealed = kind + data
        return (
            struct.pack(">I", len(data))
            + sealed
            + struct.pack(">I", zlib.crc32(sealed))
        )

    rows = zlib.compress((b"\0" + b"\xb4\x5a\x3c" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + piece(b"IHDR", head) + piece(b"IDAT", rows) + piece(b"IEND", b"")


def a_mail(subject: str, *, text: str = "See the layout.", html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Ines Vidal <ines@mail.example>"
    mail["To"] = f"help@{DOMAIN}"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{time.time_ns()}@mail.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
        laid_out = mail.get_payload()[1]  # type: ignore[index]  # a multipart by now
        laid_out.add_related(a_picture(800, 500), "image", "png", cid="<seam>")  # type: ignore[union-attr]  # just added
    return mail.as_bytes(policy=SMTP)


@pytest.fixture(params=[True])
def page(
    browser: Browser, desk: Desk, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Mei's browser, signed in; the parameter says whether it runs scripts."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, java_script_enabled=request.param
    )
    context.set_default_timeout(LIVE_WITHIN)
    page = context.new_page()
    page.goto(f"{desk.url}/accounts/login/")
    page.fill("input[name=login]", f"mei@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.url}/")
    yield page
    context.close()


def open_case(page: Page, desk: Desk, raw: bytes, subject: str) -> None:
    desk.hand_over(raw, sender="ines@mail.example")
    row = page.locator("[data-case-link]", has_text=subject)
    for _ in range(60):
        page.goto(f"{desk.url}/?q={subject.replace(' ', '+')}")
        if row.count():
            break
        page.wait_for_timeout(500)
    row.first.click()
    page.wait_for_url(re.compile(r"/cases/\d+/"))
    page.wait_for_selector("#thread article")


def test_a_mail_is_shown_as_it_was_laid_out_and_does_nothing(
    page: Page, desk: Desk
) -> None:
    strangers: list[str] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(desk.url) else strangers.append(request.url)
        ),
    )

    open_case(page, desk, a_mail("Seam came undone", html=TRAPS), "Seam came undone")

    frame = page.frame_locator("iframe[data-fits]")
    picture = frame.locator("img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.naturalWidth") == 800
    expect(frame.locator("td")).to_have_count(4)
    # a sum beside a wide column is not read downwards
    lines = "each => each.getClientRects()[0].height"
    assert frame.get_by_text("59.00").evaluate(lines) < 40
    expect(frame.locator("p[dir=rtl]")).to_have_css("direction", "rtl")
    expect(frame.locator("p").first).to_have_css("margin-top", "0px")
    assert frame.locator("script, form, input, button").count() == 0
    expect(frame.get_by_text("over", exact=True)).to_have_css("position", "static")
    link = frame.get_by_role("link")
    assert link.get_attribute("href") == "https://spy.example/x"
    assert link.get_attribute("data-goes") == "spy.example"
    # the frame is as high as what is in it, and nothing of it lies above the page
    page.wait_for_function(
        """() => { const frame = document.querySelector('iframe[data-fits]');
        const inner = frame.contentDocument.documentElement;
        return Math.abs(inner.scrollHeight - frame.clientHeight) <= 2 }"""
    )
    assert page.title() != "ran"
    assert strangers == []

    # asked for, the pictures of the network load: here they fail, for there is no net
    with page.expect_request("https://spy.example/**"):
        page.get_by_role("link", name="Load pictures from the network").click()
    page.wait_for_timeout(800)
    assert strangers == ["https://spy.example/open.gif"]


def test_a_giant_mail_is_folded_and_the_page_stays_quick(
    page: Page, desk: Desk
) -> None:
    lines = "\n".join(f"line {number} of a log" for number in range(200_000))

    open_case(page, desk, a_mail("A giant log", text=lines), "A giant log")

    # the best of three: this machine may have other things to do
    assert min(_reloaded(page) for _ in range(3)) < 5
    assert len(page.locator("#thread .mail-words").first.inner_text()) < 13_000
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("^Read all of it")).first.click()
    whole = opened.value
    whole.wait_for_load_state()
    assert len(whole.locator("main").inner_text()) > 150_000


def _reloaded(page: Page) -> float:
    """Load the page anew; return the seconds until it is drawn."""
    begun = time.monotonic()
    page.reload()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
    return time.monotonic() - begun


def test_files_go_with_an_answer_and_arrive_whole(
    page: Page, desk: Desk, tmp_path: Path
) -> None:
    label, photo = tmp_path / "退货标签.pdf", tmp_path / "seam photo.png"
    label.write_bytes(b"%PDF-1.7 " + b"a label " * 40_000)
    photo.write_bytes(a_picture(60, 40))
    open_case(page, desk, a_mail("Which label", text="Where is it?"), "Which label")
    page.locator("#composer-text").fill(CALM)
    warned = page.get_by_text("speaks of a file, and none is attached")
    expect(warned).to_be_visible()

    chosen = page.locator("form[data-composer] input[type=file]")
    chosen.set_input_files([label, photo])

    files = page.locator(".file-chip:not([data-sending])")
    expect(files).to_have_count(2)
    expect(warned).to_have_count(0)
    files.filter(has_text="seam photo.png").get_by_role("button").click()
    expect(files).to_have_count(1)
    # by hand they can be dropped, too
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["dropped"], "dropped.txt", {type: "text/plain"}));
        document.querySelector('form[data-composer]').dispatchEvent(
            new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(files).to_have_count(2)
    page.reload()
    expect(files).to_have_count(2)

    page.get_by_role("button", name="Send answer").click()
    page.wait_for_selector("#thread article.said-out, [role=alert]")

    mail = desk.sink.wait_for(to="ines@mail.example", words="photo of the seam")
    parts = {part.get_filename(): part for part in mail.iter_attachments()}
    assert set(parts) == {"退货标签.pdf", "dropped.txt"}
    assert parts["退货标签.pdf"].get_payload(decode=True) == label.read_bytes()
    assert parts["退货标签.pdf"].get_content_type() == "application/pdf"
    expect(page.locator(".file-chip")).to_have_count(0)


def test_a_picture_is_pasted_and_a_file_removed_by_keys(page: Page, desk: Desk) -> None:
    open_case(page, desk, a_mail("Paste here", text="Where?"), "Paste here")
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["a screen"], "screen.png", {type: "image/png"}));
        document.querySelector('#composer-text').dispatchEvent(new ClipboardEvent(
            'paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    files = page.locator(".file-chip:not([data-sending])")
    expect(files).to_have_text(re.compile("screen.png"))

    files.get_by_role("button", name="Remove screen.png").press("Enter")

    expect(files).to_have_count(0)
    expect(page.locator("form[data-composer] input[type=file]")).to_be_focused()


@pytest.mark.parametrize("page", [False], indirect=True)
def test_files_go_along_without_a_script(
    page: Page, desk: Desk, tmp_path: Path
) -> None:
    label, late = tmp_path / "label.pdf", tmp_path / "late.txt"
    label.write_bytes(b"%PDF-1.7 a label")
    late.write_bytes(b"late")
    open_case(page, desk, a_mail("No script", text="Where is it?"), "No script")
    page.locator("#composer-text").fill(CALM.replace("photo", "picture"))

    chosen = page.locator("form[data-composer] input[type=file]")
    expect(chosen).to_be_visible()
    chosen.set_input_files(label)
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.locator(".file-chip")).to_have_count(1)
    expect(page.locator("#composer-text")).to_have_value(re.compile("picture of the"))
    chosen.set_input_files(late)
    page.get_by_role("button", name="Send answer").click()

    mail = desk.sink.wait_for(to="ines@mail.example", words="picture of the seam")
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["label.pdf", "late.txt"]
