"""The main job, end to end: from a mail to the scorecard, in English and in Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from evenhand.web.demo.letters import day
from tests.journeys.desk import Desk, text_of
from tests.journeys.people import Person, a_person

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LINK = re.compile(r"http://\S+/s/[\w-]+/")


@dataclass(frozen=True, slots=True)
class Matter:
    """What a customer of the demo shop writes, and what the desk answers."""

    language: str
    agent: str
    sender: str
    subject: str
    text: str
    issue: str
    note: str
    answer: str
    blocked: str
    thanks: str
    comment: str


ENGLISH = Matter(
    language="en",
    agent="noi",
    sender="Eva Novak <en.de@mail.example>",
    subject="The other sleeve came apart",
    text="Hello,\n\nI now see that the parcel of order D-10601 held the wrong colour.\n\nEva",
    issue="Wrong colour in the parcel",
    note="The picking list says blue.",
    answer=(
        "Dear Eva Novak,\n\nThank you for telling me about the colour. I understand that"
        " you waited for the other one. You can choose: A, the right colour at once, or"
        " B, your money back. Please reply with A or B.\n\n"
        "I will send you the label by {date}.\n\nKind regards\nNoi Prasert"
    ),
    blocked="Dear {{{{customer_name}}}}, you get what you pay for.",
    thanks="A please, and thank you.",
    comment="Quick and fair.",
)
CHINESE = Matter(
    language="zh",
    agent="lin",
    sender="陈静 <zh.cn@mail.example>",
    subject="收到的充电器颜色不对",
    text="您好,订单 N-10410 寄来的东西不是我订的颜色,请处理。",
    issue="颜色发错",
    note="拣货单上写的是蓝色。",
    answer=(
        "陈静您好:\n\n谢谢您告诉我颜色不对,等了这么久收到的却不是想要的,我理解。"
        "您可以选择:A 马上补发,B 退款。请回复A或B。\n\n"
        "我会在{date}前把寄件单发给您。\n\n客服 Lin Wei"
    ),
    blocked="【姓名】您好,便宜没好货。",
    thanks="选A,谢谢。",
    comment="很快,也公道。",
)


@pytest.mark.parametrize("matter", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_a_complaint_goes_its_whole_way(
    matter: Matter, desk: Desk, browser: Browser, axe_source: str
) -> None:
    agent = a_person(browser, desk, axe_source)
    manager = a_person(browser, desk, axe_source)
    agent.signs_in(matter.agent)
    manager.signs_in("mei")

    ref = it_comes_in(matter, agent)
    it_is_decided(matter, agent, manager, ref)
    a_colleague_is_seen(agent, manager, ref)
    it_is_answered(matter, agent, ref)
    the_promise_is_kept(agent)
    the_customer_is_asked(matter, agent, ref, a_person(browser, desk, axe_source))
    it_shows_on_the_scorecard(agent)

    faults = [*agent.faults, *manager.faults]
    assert not faults, "\n".join(faults)


def it_comes_in(matter: Matter, agent: Person) -> str:
    """The mail appears in the open inbox by itself; the member takes the case."""
    agent.looks(f"{matter.language}-inbox")
    agent.desk.send(sender=matter.sender, subject=matter.subject, text=matter.text)
    agent.sees(".case-row", matter.subject)
    agent.page.locator(".case-row a", has_text=matter.subject).first.click()
    agent.sees("#thread", matter.text.splitlines()[-1])
    ref = agent.page.url.rstrip("/").split("?")[0].rstrip("/").rpartition("/")[2]
    agent.presses("/take/")
    agent.page.locator("button[popovertarget=case-more]").first.click()
    agent.page.select_option("#case-kind", "complaint")
    agent.presses("/kind/")
    agent.looks(f"{matter.language}-more")
    agent.page.locator("#case-more button[popovertargetaction=hide]").click()
    agent.page.locator("#decide button[popovertarget=raise-issue]").click()
    agent.page.fill("#issue-title", matter.issue)
    agent.page.select_option("#issue-policy", "returns")
    agent.looks(f"{matter.language}-raise")
    agent.presses("/issues/")
    return ref


def it_is_decided(matter: Matter, agent: Person, manager: Person, ref: str) -> None:
    """Questions are answered, an approval is asked for and granted, seen by both live."""
    agent.sees(".issue", matter.issue)
    facts_are_found(agent, {"reason": "wrong_item"})
    agent.looks(f"{matter.language}-case")
    manager.goes_to("/approvals/")
    agent.page.locator("input[name=goodwill]").first.fill("900")
    agent.presses("/grant/")
    agent.sees("[role=alert]")
    agent.page.locator("[name=why]:visible").first.fill(matter.note)
    agent.presses("/approval/")
    manager.sees("#main", matter.issue)
    manager.looks(f"{matter.language}-approvals")
    card = manager.page.locator(".panel", has_text=matter.issue).first
    card.locator("textarea").fill(matter.note)
    card.locator("button[value=yes]").click()
    agent.sees(".decision")
    agent.page.locator("input[name=mode][value=note]").check(force=True)
    agent.page.fill("#composer-text", matter.note)
    agent.presses("/note/")
    agent.sees("#thread", matter.note)
    assert ref in agent.page.url


def facts_are_found(agent: Person, known: dict[str, str]) -> None:
    """Answer what the policy asks, round by round, until it asks no more."""
    for _ in range(8):
        fields = agent.page.locator("form[action$='/findings/']").first.locator(
            "[name^=fact-]:visible"
        )
        if not agent.page.locator(
            ".issue form[action$='/findings/'] button:visible"
        ).count():
            return
        if agent.page.locator(".options").count():
            return
        for place in range(fields.count()):
            one = fields.nth(place)
            name = (one.get_attribute("name") or "").removeprefix("fact-")
            if one.evaluate("e => e.tagName") == "SELECT":
                words = one.locator("option").evaluate_all("o => o.map(x => x.value)")
                one.select_option(known.get(name, words[1]))
        agent.presses("/findings/")


def a_colleague_is_seen(agent: Person, manager: Person, ref: str) -> None:
    """Who types in the same case is shown to who has it open, without a reload."""
    manager.goes_to(f"/cases/{ref}/")
    agent.sees("#presence", "Mei Tanaka")
    manager.page.locator("#composer-text").press_sequentially("Lin, shall I")
    agent.sees("#presence .text-warning", "Mei Tanaka")
    manager.page.fill("#composer-text", "")
    manager.goes_to("/")


def it_is_answered(matter: Matter, agent: Person, ref: str) -> None:
    """A blocked draft stays; a good one leaves by SMTP, and the answer comes back."""
    desk = agent.desk
    agent.page.locator("input[name=mode][value=reply]").check(force=True)
    agent.page.fill("#composer-text", matter.blocked.format())
    agent.sees(".check-block")
    agent.looks(f"{matter.language}-composer")
    before = len(desk.sink.received)
    agent.presses("/reply/")
    agent.sees("[role=alert]")
    assert len(desk.sink.received) == before
    due = datetime.now(tz=UTC) + timedelta(days=3)
    agent.page.fill(
        "#composer-text", matter.answer.format(date=day(due.date(), matter.language))
    )
    agent.sees("input[name=promise]")
    confirm_what_is_left(agent)
    agent.presses("/reply/")
    address = matter.sender.partition("<")[2].strip(">")
    words = matter.answer.splitlines()[2][:20]
    arrived = desk.sink.wait_for(to=address, words=words, of=ref)
    desk.send(
        sender=matter.sender,
        subject=f"Re: {arrived['Subject']}",
        text=matter.thanks,
        reply_to=arrived,
    )
    agent.sees("#thread", matter.thanks)


def confirm_what_is_left(agent: Person) -> None:
    agent.page.wait_for_timeout(1500)
    promise = agent.page.locator("input[name=promise]").first
    promise.check()
    for box in agent.page.locator("input[name=confirmed]").all():
        box.check()


def the_promise_is_kept(agent: Person) -> None:
    agent.goes_to("/promises/")
    agent.looks("promises")
    agent.page.locator("form[action$='/keep/'] button").last.click()
    agent.page.wait_for_load_state()


def the_customer_is_asked(
    matter: Matter, agent: Person, ref: str, customer: Person
) -> None:
    """The link comes by mail in the customer's language, and works once."""
    agent.goes_to(f"/cases/{ref}/")
    agent.presses("/close/")
    address = matter.sender.partition("<")[2].strip(">")
    mail = agent.desk.sink.wait_for(to=address, words="/s/")
    link = LINK.search(text_of(mail))
    assert link is not None
    customer.goes_to(link[0])
    assert customer.page.locator("html").get_attribute("lang") is not None
    customer.looks(f"{matter.language}-survey")
    customer.page.locator("input[name=satisfaction][value='5']").check(force=True)
    customer.page.locator("input[name=ease][value='6']").check(force=True)
    customer.page.fill("#comment", matter.comment)
    customer.page.locator("form button[type=submit]").first.click()
    customer.page.wait_for_url("**/thanks/")
    customer.looks(f"{matter.language}-thanks")
    customer.goes_to(link[0])
    customer.looks(f"{matter.language}-answered-before")
    assert customer.page.locator("input[name=satisfaction]").count() == 0
    assert customer.faults == []


def it_shows_on_the_scorecard(agent: Person) -> None:
    agent.goes_to("/scorecard/?days=7")
    agent.sees("#main svg")
    agent.looks("scorecard")
    agent.goes_to("/scorecard/paper/?days=7")
    agent.sees("#main svg")
    agent.looks("paper")
