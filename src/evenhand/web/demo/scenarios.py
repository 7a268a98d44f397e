"""Three matters told in full, and one customer of whom nothing is told yet.

A phone's warranty, a worn dress, a consultant's scope; and Anna Berg, who has just
received her headphones: `evenhand demo send-mail` writes in her name.
"""

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
from evenhand.web.demo.shop import BY, DOMAIN, Shop, read

LETTERS: dict[str, str] = read("scenarios.toml")


def tell_all(shop: Shop) -> None:
    """Tell the three, each at its own days before now, and sell Anna her headphones."""
    _phone(shop)
    _dress(shop)
    _consultant(shop)
    _headphones(shop)
    _stray_mail(shop)


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
        text=LETTERS["phone_mail"].format(order=order.number),
        at=at,
        key="demo-phone",
    )
    at += timedelta(minutes=12)
    case = telling.is_taken(case, by=lin, at=at, kind=Kind.COMPLAINT, order=order)
    _phone_issues(case, order, by=lin, at=at)
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
        LETTERS["phone_answer"].format(
            labour="100元", parts="50元", screen=letters.day(due.date(), "zh"),
            me=lin.name,
        ),
        by=lin,
        at=at + timedelta(minutes=15),
    )  # fmt: skip


def _phone_issues(case: Case, order: Order, *, by: Member, at: datetime) -> None:
    """Bent port: not ours. Striped screen after our repair: ours. The quote: our slip."""
    repaired = (at - timedelta(days=9)).date().isoformat()
    striped = (at - timedelta(days=7)).date().isoformat()
    common = {
        "product": "phone", "failed_repairs": 1, "repair_possible": True, "safety": False,
        "repaired_on": repaired, "cause_shown": True, "sold_here": True,
        "reported_on": at.date().isoformat(), "defect_shown": None,
    }  # fmt: skip
    port = _issue(case, "充电口充不上电", "warranty", order, by, at)
    _learn(port, {
        **common, "fault": "other", "cause": "user_damage", "labour": 10000,
        "parts": 5000, "appeared_on": repaired,
    }, by, at)  # fmt: skip
    decisions.grant(issue=port, option="offer:A", by=by, at=at)
    screen = _issue(case, "花屏", "warranty", order, by, at)
    _learn(screen, {
        **common, "fault": "listed", "cause": "our_repair", "labour": 0, "parts": 20000,
        "appeared_on": striped,
    }, by, at)  # fmt: skip
    decisions.grant(issue=screen, option="entitlement", by=by, at=at)
    handling = _issue(case, "报价前没有查维修记录", "service", None, by, at)
    _learn(handling, {
        "request": "handling", "finding_confirmed": True, "abusive": False,
    }, by, at)  # fmt: skip
    decisions.grant(issue=handling, option="entitlement", by=by, at=at)


def _dress(shop: Shop) -> None:
    now, noi = shop.at, shop.staff["noi"]
    asked = now - timedelta(days=6, hours=3)
    customer = _customer(shop, "Eva Novak", "en", "DE")
    order = _order(
        shop, customer, number="D-10601", sku="DRS-LENA", price=12900, currency="EUR",
        placed_at=asked - timedelta(days=12), delivery=495,
    )  # fmt: skip
    case = telling.writes(
        customer,
        subject="Withdrawal from the order for the Lena dress",
        text=LETTERS["dress_mail"].format(order=order.number),
        at=asked,
        key="demo-dress",
    )
    case = telling.is_taken(
        case, by=noi, at=asked + timedelta(minutes=30), kind=Kind.REQUEST, order=order
    )
    first = telling.answers(
        case,
        LETTERS["dress_first"].format(
            me=noi.name, date=letters.day((asked + timedelta(days=5)).date(), "en")
        ),
        by=noi,
        at=asked + timedelta(minutes=48),
    )
    _dress_verdict(shop, case, order, asked=asked)
    for promise in first.promises:
        promises.keep(promise=promise, by=noi, at=now - timedelta(days=1))


def _dress_verdict(shop: Shop, case: Case, order: Order, *, asked: datetime) -> None:
    """It was used further than trying on: the loss comes off, goodwill gives some back."""
    now, noi, mei = shop.at, shop.staff["noi"], shop.staff["mei"]
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
        LETTERS["dress_answer"].format(
            amount=decision.amount, me=noi.name, other=mei.name,
            date=letters.day(due.date(), "en"),
        ),
        by=noi,
        at=at + timedelta(minutes=25),
    )  # fmt: skip


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
        text=LETTERS["consult_mail"],
        at=at,
        key="demo-consult",
        to=f"studio@{DOMAIN}",
    )
    at += timedelta(minutes=50)
    case = telling.is_taken(case, by=sam, at=at, kind=Kind.COMPLAINT, order=order)
    _consultant_issues(case, order, by=sam, at=at)
    told = telling.answers(
        case,
        LETTERS["consult_answer"].format(
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


def _consultant_issues(case: Case, order: Order, *, by: Member, at: datetime) -> None:
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
        issue = _issue(case, title, "service", order, by, at)
        _learn(issue, {**known, "request": request}, by, at)
        decisions.grant(issue=issue, option="entitlement", by=by, at=at)


def _headphones(shop: Shop) -> None:
    """Sell and deliver what `demo send-mail` writes about; its mail is still to come."""
    anna = _customer(shop, "Anna Berg", "en", "DE", email="anna@mail.example")
    _order(
        shop, anna, number="A-31001", sku="HDP-QUIET", price=14900, currency="EUR",
        placed_at=shop.at - timedelta(days=4), delivery=495,
    )  # fmt: skip


def _stray_mail(shop: Shop) -> None:
    """Lay two mails in the tray: a report on a mail of somebody else, an unsigned one."""
    at = shop.at - timedelta(hours=7)
    telling.strays(
        letters.report_for(
            "newsletter@elsewhere.example", to=telling.HELP, at=at, key="demo-report"
        ),
        at=at,
    )
    at += timedelta(hours=4)
    telling.strays(
        letters.unsigned(
            to=telling.HELP,
            subject="Contact form: when do you open on Saturday?",
            text=LETTERS["form_mail"],
            at=at,
            key="demo-form",
        ),
        at=at,
    )


def _customer(
    shop: Shop, name: str, language: str, country: str, *, email: str = ""
) -> Customer:
    """Add someone whom no other story draws from."""
    since = shop.at - timedelta(days=500)
    return customers.add_customer(
        name=name,
        email=email or f"{language}.{country}@mail.example".lower(),
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
