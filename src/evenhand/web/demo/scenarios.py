"""Three matters told in full: a phone's warranty, a worn dress, a consultant's scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Issue, Kind
from evenhand.customers import actions as customers
from evenhand.customers.models import Customer, Order, SoldVia
from evenhand.decisions import actions as decisions
from evenhand.promises import actions as promises
from evenhand.staff.models import Member
from evenhand.web.demo import letters, telling
from evenhand.web.demo.shop import BY, DOMAIN, Shop

PHONE_MAIL = """你好,我今年在你们这里买的 Nova 5,订单 {order}。充电口充不上电,屏幕还花屏。上个月在朝阳店修过一次,修完两天就花屏了。今天又跑了一趟,说要收150元加200元,还说有外力损坏整机不保。手机才用三个多月,我要求两项都免费,今天就解决。"""
PHONE_ANSWER = """陈静您好:

手机才用三个月,您为它跑了两趟,还要您自己出两笔钱,换谁都不痛快,这我理解。我查了上次的维修记录,也看了今天的检测照片。结论分三项。

一、花屏:那次维修拆过屏幕排线,两天后出现花屏,属于我们维修留下的问题,对不起。这一项免费换屏;若同样故障再出现,您可以换同型号新机。
二、充电口:照片显示接口受压变形,保修不含受压损坏,因为这不是制造或维修造成的,所以这一项不能免费。我能做的是:方案A,免{labour}人工费,只收{parts}配件费;方案B,先不修充电口,只换屏。
三、报价前没有先查维修记录,是我们的失误。

我会在{screen}18:00前修好屏幕,当天打电话给您,来回快递我们承担。请您今天20:00前回复A或B。
您若不同意充电口这一项,可以要求主管复核,也可以拨打12315。

客服 {me}"""

DRESS_MAIL = """Hello,

I want to withdraw from my order {order} for the Lena dress. It does not suit me. I have sent it back today and expect the full price.

Eva Novak"""
DRESS_FIRST = """Dear Eva Novak,

Thank you for telling me that you want to withdraw from the order for the Lena dress. I have noted your withdrawal today, so it is in time. I understand that it does not suit you.

When the parcel is here, two of us look at the dress. I will write to you with the refund by {date}.

{me}"""
DRESS_ANSWER = """Dear Eva Novak,

Thank you for letting me know that you want to withdraw from the order for the Lena dress. I have accepted your withdrawal. I understand you hoped for the full price back.

When the dress reached us, two of us checked it. The tag is held by a different fastener, and there is make-up on the collar and a deodorant mark inside. You are free to try a dress on at home as you would in a shop. These marks go further, so the law lets us deduct the loss in value, because we can only resell it as a second, at 60% of the price.

What I can do, and you choose: A, I refund {amount}, which includes the delivery you paid and a smaller deduction than the marks call for. B, we send the dress back to you free of charge and no refund is made. Please reply with A or B.

I will pay {amount} to the card you used by {date}, should I hear nothing.

If you disagree, I can ask {other}, who was not involved, for a second look.

{me}"""

CONSULT_MAIL = """Hi Sam,

our new CFO wants one page he can stand behind, and the board meets in two weeks. Please add a third workshop and a dashboard, surely that is included in what we pay. Workshop 2 also ended 30 minutes early. Until this is settled I hold invoice 2.

Priya"""
CONSULT_ANSWER = """Hi Priya Raman,

I understand: the board meets soon and your new CFO wants one page he can stand behind. You are right about workshop 2. It ended 30 minutes early because I overran the first part. I will run the missing 30 minutes on {first} at 10:00, at no cost.

The third workshop and the dashboard are not in section 2 of our agreement, so I cannot add them to the fixed fee. Doing that quietly would take days from the report you already paid for.

What I can offer, and you choose: A, change order CO-1, a third workshop, 1.5 days, {charge}. B, a swap: I use revision round 2 to write the one-page board summary, and no fee changes. C, the dashboard as a separate phase.

Please reply with A, B or C by {reply}. I will send the order for signature by {second}. Invoice 2 stays due because it covers the report that was delivered.

If you see it differently, I can ask a colleague for a second look.

{me}"""


def tell_all(shop: Shop) -> None:
    """Tell the three, each at its own days before now."""
    _phone(shop)
    _dress(shop)
    _consultant(shop)


def _phone(shop: Shop) -> None:
    now, lin, mei = shop.at, shop.staff["lin"], shop.staff["mei"]
    at = now - timedelta(hours=5)
    customer = _customer(shop, "陈静", "zh", "CN")
    order = _order(
        shop, customer, number="N-10410", sku="PHN-NOVA5", price=109900,
        currency="CNY", placed_at=at - timedelta(days=96),
    )  # fmt: skip
    case = telling.writes(
        customer,
        subject="手机花屏,充电口充不上电,要求免费维修",
        text=PHONE_MAIL.format(order=order.number),
        at=at,
        key="demo-phone",
    )
    at += timedelta(minutes=12)
    case = telling.is_taken(case, by=lin, at=at, kind=Kind.COMPLAINT, order=order)
    repaired = (at - timedelta(days=9)).date().isoformat()
    striped = (at - timedelta(days=7)).date().isoformat()
    common = {
        "product": "phone", "failed_repairs": 1, "repair_possible": True, "safety": False,
        "repaired_on": repaired, "cause_shown": True, "sold_here": True,
        "reported_on": at.date().isoformat(), "defect_shown": None,
    }  # fmt: skip
    port = _issue(case, "充电口充不上电", "warranty", order, lin, at)
    _learn(port, {
        **common, "fault": "other", "cause": "user_damage", "labour": 10000,
        "parts": 5000, "appeared_on": repaired,
    }, lin, at)  # fmt: skip
    decisions.grant(issue=port, option="offer:A", by=lin, at=at)
    screen = _issue(case, "花屏", "warranty", order, lin, at)
    _learn(screen, {
        **common, "fault": "listed", "cause": "our_repair", "labour": 0, "parts": 20000,
        "appeared_on": striped,
    }, lin, at)  # fmt: skip
    decisions.grant(issue=screen, option="entitlement", by=lin, at=at)
    handling = _issue(case, "报价前没有查维修记录", "service", None, lin, at)
    _learn(handling, {
        "request": "handling", "finding_confirmed": True, "abusive": False,
    }, lin, at)  # fmt: skip
    decisions.grant(issue=handling, option="entitlement", by=lin, at=at)
    cases.add_note(
        case=case,
        text=f"W-03 was read too widely at the counter: one bent port does not void the"
        f" whole phone. {mei.name}, please look at the clause.",
        by=lin,
        at=at + timedelta(minutes=9),
    )
    due = now + timedelta(days=2)
    telling.answers(
        case,
        PHONE_ANSWER.format(
            labour="100元", parts="50元", screen=letters.day(due.date(), "zh"),
            me=lin.name,
        ),
        by=lin,
        at=at + timedelta(minutes=15),
    )  # fmt: skip


def _dress(shop: Shop) -> None:
    now, noi, mei = shop.at, shop.staff["noi"], shop.staff["mei"]
    asked = now - timedelta(days=6, hours=3)
    customer = _customer(shop, "Eva Novak", "en", "DE")
    order = _order(
        shop, customer, number="D-10601", sku="DRS-LENA", price=12900, currency="EUR",
        placed_at=asked - timedelta(days=12), delivery=495,
    )  # fmt: skip
    case = telling.writes(
        customer,
        subject="Withdrawal from the order for the Lena dress",
        text=DRESS_MAIL.format(order=order.number),
        at=asked,
        key="demo-dress",
    )
    case = telling.is_taken(
        case, by=noi, at=asked + timedelta(minutes=30), kind=Kind.REQUEST, order=order
    )
    first = telling.answers(
        case,
        DRESS_FIRST.format(
            me=noi.name, date=letters.day((asked + timedelta(days=5)).date(), "en")
        ),
        by=noi,
        at=asked + timedelta(minutes=48),
    )
    at = now - timedelta(days=1, hours=2)
    customers.record_return(
        line=order.lines.get(),
        reason="changed_mind",
        received_at=at - timedelta(hours=3),
        used=True,
        by=noi.as_actor,
        at=asked,
    )
    issue = _issue(case, "Full price for the dress", "returns", order, noi, at)
    _learn(issue, {
        "sold_here": True, "reason": "changed_mind", "informed": True, "exempt": "none",
        "handling": "beyond_trying", "loss_shown": True, "loss": 5160,
        "last_day_shift": 0, "notice_on": asked.date().isoformat(),
    }, noi, at)  # fmt: skip
    decision = decisions.grant(
        issue=issue, option="offer:smaller-deduction", by=noi, at=at
    )
    due = now + timedelta(days=4)
    telling.answers(
        case,
        DRESS_ANSWER.format(
            amount=decision.amount, me=noi.name, other=mei.name,
            date=letters.day(due.date(), "en"),
        ),
        by=noi,
        at=at + timedelta(minutes=25),
    )  # fmt: skip
    for promise in first.promises:
        promises.keep(promise=promise, by=noi, at=at + timedelta(minutes=25))


def _consultant(shop: Shop) -> None:
    now, sam = shop.at, shop.staff["sam"]
    at = now - timedelta(days=1, hours=4)
    customer = _customer(shop, "Priya Raman", "en", "GB")
    order = _order(
        shop, customer, number="C-0042", sku="CON-BRAND", price=1_200_000,
        currency="EUR", placed_at=at - timedelta(days=60), sold_via=SoldVia.CONTRACT,
    )  # fmt: skip
    case = telling.writes(
        customer,
        subject="Third workshop, the dashboard and invoice 2",
        text=CONSULT_MAIL,
        at=at,
        key="demo-consult",
        to=f"studio@{DOMAIN}",
    )
    at += timedelta(minutes=50)
    case = telling.is_taken(case, by=sam, at=at, kind=Kind.COMPLAINT, order=order)
    known: Mapping[str, object] = {
        "client": "business", "signed": True, "abusive": False, "in_scope": False,
        "extra_days": 1.5, "day_rate": 96000, "delivered": True,
        "shortfall_confirmed": True, "can_repeat": True, "our_breach": False,
    }  # fmt: skip
    for title, request in (
        ("Third workshop and dashboard at no charge", "extra_work"),
        ("Workshop 2 was 30 minutes short", "own_shortfall"),
        ("Holding invoice 2", "hold_invoice"),
    ):
        issue = _issue(case, title, "service", order, sam, at)
        _learn(issue, {**known, "request": request}, sam, at)
        decisions.grant(issue=issue, option="entitlement", by=sam, at=at)
    told = telling.answers(
        case,
        CONSULT_ANSWER.format(
            first=letters.day((now + timedelta(days=2)).date(), "en"),
            second=letters.day((now + timedelta(days=1)).date(), "en"),
            reply=letters.day((now + timedelta(days=1)).date(), "en"),
            charge="€1,440.00",
            me=sam.name,
        ),
        by=sam,
        at=at + timedelta(minutes=40),
    )
    if not told.promises:
        promises.make(
            case=case,
            what="Run the missing 30 minutes of workshop 2",
            due_at=now + timedelta(days=2),
            owner=sam,
            by=sam,
            at=at + timedelta(minutes=41),
            made_in=told.message,
        )


def _customer(shop: Shop, name: str, language: str, country: str) -> Customer:
    """Add someone whom no other story draws from."""
    since = shop.at - timedelta(days=500)
    return customers.add_customer(
        name=name,
        email=f"{language}.{country}@mail.example".lower(),
        language=language,
        country=country,
        since_on=since.date(),
        by=BY,
        at=since,
    )


def _order(  # noqa: PLR0913 - one order, told in full
    shop: Shop,
    customer: Customer,
    *,
    number: str,
    sku: str,
    price: int,
    currency: str,
    placed_at: datetime,
    delivery: int = 0,
    sold_via: SoldVia = SoldVia.WEB,
) -> Order:
    return customers.add_order(
        customer=customer,
        number=number,
        sold_via=sold_via,
        country=customer.country,
        currency=currency,
        placed_at=placed_at,
        delivered_at=placed_at + timedelta(days=3),
        delivery_minor=delivery,
        lines=[customers.NewLine(product=shop.products[sku], price_minor=price)],
        by=BY,
        at=placed_at,
    )


def _issue(
    case: Case, title: str, policy: str, order: Order | None, by: Member, at: datetime
) -> Issue:
    return cases.raise_issue(
        case=case,
        title=title,
        policy=policy,
        line=order.lines.get() if order else None,
        by=by.as_actor,
        at=at,
    )


def _learn(issue: Issue, known: Mapping[str, object], by: Member, at: datetime) -> None:
    telling.finds_out(issue, known, by=by, at=at)
