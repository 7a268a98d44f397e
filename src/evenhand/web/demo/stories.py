"""Some eighty stories of the demo shop: who writes about what, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Issue, Kind
from evenhand.customers.models import Customer, Order
from evenhand.decisions import actions as decisions
from evenhand.decisions import queries as decided
from evenhand.decisions.models import Decision
from evenhand.decisions.rules.words import Verdict
from evenhand.kernel.money import Money
from evenhand.promises import actions as promises
from evenhand.staff.models import Member
from evenhand.web.demo import letters, telling
from evenhand.web.demo.shop import Shop, order_for, read


class Plot(StrEnum):
    """How far a story has come."""

    NEW = "new"
    TAKEN = "taken"
    ASKED = "asked"  # an approval is waiting
    ANSWERED = "answered"  # a promise is still to be kept
    LATE = "late"  # its day has passed
    BACK = "back"  # the customer wrote again
    KEPT = "kept"  # promise kept, case closed
    MOVED = "moved"
    BROKEN = "broken"  # and admitted
    EXCEPTION = "exception"  # decided otherwise than the page, then closed


# plot, how many of the seventy-seven, days ago at the earliest and at the latest
PLOTS = (
    (Plot.NEW, 13, 0, 0),
    (Plot.TAKEN, 7, 0, 1),
    (Plot.ASKED, 4, 0, 1),
    (Plot.ANSWERED, 9, 0, 2),
    (Plot.LATE, 3, 5, 6),
    (Plot.BACK, 6, 1, 4),
    (Plot.KEPT, 25, 6, 55),
    (Plot.MOVED, 3, 8, 20),
    (Plot.BROKEN, 3, 10, 30),
    (Plot.EXCEPTION, 4, 8, 40),
)
LANGUAGES = [
    "en",
    "en",
    "zh",
    "en",
    "ja",
    "th",
    "en",
    "zh",
    "th",
    "en",
    "zh",
    "ja",
    "en",
    "th",
    "zh",
]
TOPICS = [
    "withdrawal",
    "defective",
    "withdrawal",
    "late",
    "size",
    "wrong_item",
    "withdrawal",
    "praise",
    "defective",
    "invoice",
    "refund_missing",
    "withdrawal",
    "size",
    "defective",
]
ON_POLICY = ("withdrawal", "defective", "wrong_item")
# What the desk finds out where the page asks; days are counted from the mail.
KNOWN: dict[str, object] = {
    "sold_here": True,
    "informed": True,
    "exempt": "none",
    "handling": "tried",
    "loss_shown": False,
    "last_day_shift": 0,
    "fault": "other",
    "cause": "product",
    "cause_shown": True,
    "defect_shown": None,
    "failed_repairs": 0,
    "repair_possible": True,
    "safety": False,
    "product": "durable",
    "labour": None,
    "parts": None,
    "repaired_on": None,
}
REASONS = {"withdrawal": "changed_mind", "wrong_item": "wrong_item"}


@dataclass(slots=True)
class Story:
    """One matter as it goes; `at` moves on with every step."""

    shop: Shop
    number: int
    plot: Plot
    topic: str
    language: str
    customer: Customer
    order: Order
    at: datetime

    @property
    def words(self) -> dict[str, str]:
        return dict(STORIES[self.topic][self.language])

    @property
    def agent(self) -> Member:
        return self.shop.staff["noi" if self.number % 3 else "lin"]

    @property
    def product(self) -> str:
        return self.order.lines.all()[0].product.name

    def later(self, minutes: int) -> datetime:
        self.at = min(self.at + timedelta(minutes=minutes), self.shop.at)
        return self.at


STORIES: dict[str, Any] = read("stories.toml")
WORDS: dict[str, Any] = read("words.toml")


def tell_all(shop: Shop) -> list[Case]:
    """Tell every story, oldest first, as they happened."""
    return [tell(story) for story in sorted(_stories(shop), key=lambda s: s.at)]


def _stories(shop: Shop) -> list[Story]:
    plots = [(plot, low, high) for plot, n, low, high in PLOTS for _ in range(n)]
    shop.random.shuffle(plots)
    return [
        _story(shop, number, plot, days=(low, high))
        for number, (plot, low, high) in enumerate(plots)
    ]


def _story(shop: Shop, number: int, plot: Plot, *, days: tuple[int, int]) -> Story:
    language = LANGUAGES[number % len(LANGUAGES)]
    topic = TOPICS[number % len(TOPICS)]
    if plot in {Plot.ASKED, Plot.EXCEPTION}:
        topic = ON_POLICY[number % 2 * 2]
    elif plot not in {Plot.NEW, Plot.KEPT}:
        topic = ("withdrawal", "defective", "late", "refund_missing")[number % 4]
    at = _moment(shop, days)
    customer, order = _bought(shop, language, at, dear=plot is Plot.ASKED)
    return Story(shop, number, plot, topic, language, customer, order, at)


def _moment(shop: Shop, days: tuple[int, int]) -> datetime:
    """A minute of a day so many days ago; of today, within the hours just passed."""
    low, high = days
    ago = shop.random.randint(low, high)
    if ago == 0:
        return shop.at - timedelta(minutes=shop.random.randint(4, 320))
    day = (shop.at - timedelta(days=ago)).date()
    hour, minute = shop.random.randint(8, 15), shop.random.randint(0, 59)
    return datetime.combine(day, time(hour, minute), shop.at.tzinfo)


def _bought(
    shop: Shop, language: str, at: datetime, *, dear: bool
) -> tuple[Customer, Order]:
    """Return a customer with an order that came a few days before the mail."""
    customer = shop.random.choice(shop.people[language])
    usual = [
        sku
        for sku, product in shop.products.items()
        if product.category in {"apparel", "electronics", "home"}
    ]
    skus = ["PHN-NOVA7"] if dear else [shop.random.choice(usual)]
    number = f"A-{30100 + sum(len(orders) for orders in shop.orders.values())}"
    order = order_for(
        shop,
        customer,
        number=number,
        skus=skus,
        placed_at=at - timedelta(days=shop.random.randint(6, 8)),
    )
    return customer, order


def tell(story: Story) -> Case:
    """Tell one story up to where its plot leaves it."""
    words = story.words
    slots = {"product": story.product, "order": story.order.number}
    case = telling.writes(
        story.customer,
        subject=words["subject"].format(**slots),
        text=words["body"].format(**slots),
        at=story.at,
        key=f"demo-{story.number}",
    )
    if story.plot is Plot.NEW:
        return case
    kind = Kind(STORIES[story.topic]["kind"])
    agent = story.agent
    case = telling.is_taken(
        case,
        by=agent,
        at=story.later(story.shop.random.randint(5, 90)),
        kind=kind,
        order=story.order,
    )
    issue = _issue(story, case, words, slots)
    if story.plot is Plot.TAKEN:
        _note(story, case)
        return case
    decision = _decide(story, issue) if issue and issue.policy else None
    if story.plot is Plot.ASKED:
        return case
    _answer_and_go_on(story, case, decision)
    return case


def _issue(
    story: Story, case: Case, words: dict[str, str], slots: dict[str, str]
) -> Issue | None:
    if "issue" not in words:
        return None
    return cases.raise_issue(
        case=case,
        title=words["issue"].format(**slots),
        policy=STORIES[story.topic]["policy"],
        line=story.order.lines.all()[0],
        by=story.agent.as_actor,
        at=story.later(2),
    )


def _note(story: Story, case: Case) -> None:
    cases.add_note(
        case=case,
        text="Asked the warehouse what arrived; they look this afternoon.",
        by=story.agent,
        at=story.later(10),
    )


def _decide(story: Story, issue: Issue) -> Decision | None:
    agent, at = story.agent, story.later(8)
    day = story.at.date().isoformat()
    known = {
        **KNOWN,
        "reason": REASONS.get(story.topic, "faulty"),
        "notice_on": day,
        "reported_on": day,
        "appeared_on": day,
    }
    telling.finds_out(issue, known, by=agent, at=at)
    if story.plot is Plot.ASKED:
        decisions.ask_approval(
            issue=issue,
            option="entitlement",
            goodwill=Money(
                decided.advice(issue, member=agent, at=at).limit.minor * 2,
                story.order.currency,
            ),
            why="A loyal customer, and it is the second parcel that went wrong.",
            by=agent,
            at=story.later(3),
        )
        return None
    mei = story.shop.staff["mei"]
    if story.plot is Plot.EXCEPTION:
        return _otherwise(story, issue, by=mei)
    return telling.is_granted(issue, by=agent, approver=mei, at=story.later(4))


def _otherwise(story: Story, issue: Issue, *, by: Member) -> Decision:
    """Let the customer keep the goods and the money: sending them back costs more."""
    due = decided.advice(issue, member=by, at=story.at).entitlement
    price = story.order.lines.all()[0].price
    return decisions.make_exception(
        issue=issue,
        otherwise=decisions.Otherwise(
            verdict=Verdict.UPHELD,
            title="Refund, and the goods stay with the customer",
            give="refund",
            amount=due.amount if due and due.amount else price,
        ),
        reason="Sending it back would cost more than it is worth.",
        by=by,
        at=story.later(5),
    )


def _answer_and_go_on(story: Story, case: Case, decision: Decision | None) -> None:
    answered_at = story.later(story.shop.random.randint(6, 150))
    due_in = 0 if story.plot is Plot.ANSWERED and story.number % 2 else 3
    due = answered_at + timedelta(days=due_in)
    told = telling.answers(
        case, _letter(story, decision, due), by=story.agent, at=answered_at
    )
    if story.plot in {Plot.ANSWERED, Plot.LATE}:
        return
    if story.plot is Plot.BACK:
        telling.writes(
            story.customer,
            subject=f"Re: {case.subject}",
            text=WORDS["thanks"][story.language],
            at=story.later(story.shop.random.randint(40, 900)),
            key=f"demo-{story.number}-again",
            answers=told.message,
        )
        return
    _keep(story, case, told)
    closed_at = story.later(60)
    telling.is_closed(case, by=story.agent, at=closed_at)
    if story.shop.random.random() < 0.6:
        _judge(story, case)


def _letter(story: Story, decision: Decision | None, due: datetime) -> str:
    amount = decision.amount if decision and decision.amount else None
    if amount is None:
        amount = story.order.lines.all()[0].price
    return story.words["answer"].format(
        name=letters.salutation(story.customer),
        me=story.agent.name,
        product=story.product,
        order=story.order.number,
        amount=amount,
        date=letters.day(due.date(), story.language),
    )


def _keep(story: Story, case: Case, told: telling.Told) -> None:
    """Keep the promises, move one with consent, or break one and admit it."""
    for promise in told.promises:
        if story.plot is Plot.MOVED:
            promise = promises.move(  # noqa: PLW2901 - the successor takes its place
                promise=promise,
                new_due_at=promise.due_at + timedelta(days=3),
                consent="Agreed in a mail: after the holiday is better.",
                by=story.agent,
                at=story.later(300),
            )
        if story.plot is Plot.BROKEN:
            story.at = promise.due_at + timedelta(hours=30)
            promises.break_promise(
                promise=promise,
                reason="The carrier lost the parcel.",
                by=story.agent,
                at=story.at,
            )
            _admit(story, case)
        else:
            story.at = max(story.at, promise.due_at - timedelta(hours=20))
            promises.keep(promise=promise, by=story.agent, at=story.at)


def _admit(story: Story, case: Case) -> None:
    due = story.later(20) + timedelta(days=2)
    text = WORDS["sorry"][story.language].format(
        name=letters.salutation(story.customer),
        me=story.agent.name,
        date=letters.day(due.date(), story.language),
    )
    told = telling.answers(case, text, by=story.agent, at=story.at)
    for promise in told.promises:
        story.at = promise.due_at - timedelta(hours=10)
        promises.keep(promise=promise, by=story.agent, at=story.at)


def _judge(story: Story, case: Case) -> None:
    good = story.plot is not Plot.BROKEN
    marks = (
        story.shop.random.choice([5, 5, 4, 4, 3] if good else [2, 3]),
        story.shop.random.choice([7, 6, 6, 5, 3] if good else [2, 4]),
    )
    comment = story.shop.random.choice(WORDS["comments"][story.language])
    telling.judges(case, marks, comment, at=story.later(1200))
