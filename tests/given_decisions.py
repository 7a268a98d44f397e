"""Situations with a policy: pages published, a dress that came back with marks."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from evenhand.cases.models import Case, Issue
from evenhand.customers import actions as customers
from evenhand.customers.models import SoldVia
from evenhand.decisions import actions as decisions
from evenhand.decisions.models import Finding, PolicyVersion
from evenhand.decisions.rules.words import FindingStatus
from evenhand.kernel.money import Money
from evenhand.staff import actions as staff
from evenhand.staff.models import Member
from evenhand.staff.rules import Role
from tests import given

PAGES = Path(__file__).resolve().parents[1] / "policies"
SHOP_PAGES = ("returns", "warranty", "service")
# a page small enough to read in a test
SMALL = """+++
policy = "{policy}"
version = "{version}"
title = "Small things"
[effective]
from = {begins}
{ends}judged_on = "asked_on"
[money]
currency = "EUR"
+++

# Small things

## Facts

| fact | type | domain | ask |
|---|---|---|---|
| asked_on | date | | When was it asked? |
| price | money | 0.. | What was paid? |
| broken | yes/no | | Is it broken? |
| seal | one of? | whole, torn | Is the seal whole? |

## Table: entitlement (first)

| id | when | verdict | give | amount | basis | grant | because | say |
|---|---|---|---|---|---|---|---|---|
| S-1 | broken yes | upheld | refund | price | {basis} | {grant} | clause 1 | I refund {{amount}}. |
| S-2 | seal torn | not_upheld | deny | | policy | agent | clause 2 | The seal is torn. |
| S-3 | | partly_upheld | store_credit | price / 2 | policy | | clause 3 | Half, {{amount}}. |
"""


def small_page(
    *,
    policy: str = "small",
    version: str = "1",
    begins: str = "2026-01-01",
    ends: str = "",
    basis: str = "law",
    grant: str = "agent",
) -> str:
    """The text of a page with three rows: broken, seal torn, anything else."""
    return SMALL.format(
        policy=policy,
        version=version,
        begins=begins,
        ends=f"to = {ends}\n" if ends else "",
        basis=basis,
        grant=grant,
    )


def published(text: str, *, at: datetime = given.MONDAY) -> PolicyVersion:
    return decisions.publish(text=text, by=given.the("marta"), at=at)


def a_page(name: str) -> PolicyVersion:
    """One of the shipped pages, published once."""
    found = PolicyVersion.objects.filter(policy=name).first()
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    return found or published(text)


def limits(*, agent: str, approver: str, manager: str, currency: str = "EUR") -> None:
    amounts = {Role.AGENT: agent, Role.APPROVER: approver, Role.MANAGER: manager}
    for level, amount in amounts.items():
        staff.set_limit(
            level=level,
            limit=Money.of(amount, currency),
            by=given.SYSTEM,
            at=given.MONDAY,
        )


def found(
    issue: Issue,
    by: Member,
    *,
    at: datetime = given.MONDAY,
    status: FindingStatus = FindingStatus.VERIFIED,
    source: str = "",
    **values: Any,
) -> list[Finding]:
    """Record findings by name: found(issue, mei, informed=True)."""
    return decisions.record_findings(
        issue=issue,
        findings=[
            decisions.NewFinding(fact=name, value=value, status=status, source=source)
            for name, value in values.items()
        ],
        by=by,
        at=at,
    )


def a_small_issue(*, price: str = "129.00", team: str = "Shop") -> Issue:
    """An issue about one thing bought, which the small page speaks about."""
    customer = given.a_customer()
    case = given.a_case(
        customer=customer, order=given.an_order(customer, price=price), team=team
    )
    given.a_message(case)
    return given.an_issue(case, policy="small")


def another_issue(case: Case, *, policy: str = "small") -> Issue:
    return given.an_issue(case, title="One more point", policy=policy)


def an_issue_of_an_order(
    *, policy: str, country: str, currency: str, sold_via: SoldVia = SoldVia.WEB
) -> Issue:
    """An issue about a thing bought in this country and currency."""
    customer = given.a_customer()
    thing = customers.add_product(sku="THING", name="Thing", category="things")
    order = customers.add_order(
        customer=customer,
        number=f"{country}-{currency}-1",
        sold_via=sold_via,
        country=country,
        currency=currency,
        placed_at=given.MONDAY,
        lines=[customers.NewLine(product=thing, price_minor=10_000)],
        by=given.SYSTEM,
        at=given.MONDAY,
    )
    case = given.a_case(customer=customer, order=order)
    return another_issue(case, policy=policy)


def a_dress() -> Issue:
    """Ms Novak's dress: nine days after delivery she wants her money back."""
    a_page("returns")
    customer = given.a_customer("Eva Novak")
    order = given.an_order(customer, delivered_at=given.MONDAY - timedelta(days=9))
    case = given.a_case(customer=customer, order=order)
    given.a_message(case, text="I withdraw from my order of the dress Lena.")
    return given.an_issue(case, title="Dress Lena back", policy="returns")


def marks_on_the_dress(issue: Issue, by: Member, *, informed: bool = True) -> None:
    """What two people found when the dress came back, and what she had been told."""
    found(issue, by, status=FindingStatus.CLAIMED, reason="changed_mind")
    found(issue, by, informed=informed, exempt="none", handling="beyond_trying")
    found(issue, by, source="mean of ten B-grade sales", loss_shown=True, loss=5160)


def a_phone() -> Case:
    """Ms Chen's phone: bought in August, repaired by us on the 7th, back on the 16th."""
    a_page("warranty")
    a_page("service")
    customer = given.a_customer("陈静", language="zh")
    phone = customers.add_product(sku="NOVA-5", name="Nova 5", category="phone")
    order = customers.add_order(
        customer=customer,
        number="N-77060",
        sold_via=SoldVia.STORE,
        country="CN",
        currency="CNY",
        placed_at=given.MONDAY - timedelta(days=96),
        delivered_at=given.MONDAY - timedelta(days=96),
        lines=[customers.NewLine(product=phone, price_minor=109_900)],
        by=given.SYSTEM,
        at=given.MONDAY,
    )
    case = given.a_case(customer=customer, order=order, subject="手机花屏")
    given.a_message(case, text="充电口没反应,屏幕也花了。")
    return case


def what_the_bench_found(issue: Issue, by: Member, **values: Any) -> None:
    """What is the same for both faults of the phone; `values` are the rest."""
    found(
        issue,
        by,
        source="log R-7706, photos",
        repaired_on="2026-11-07",
        failed_repairs=1,
        repair_possible=True,
        safety=False,
        **values,
    )


def an_engagement() -> Case:
    """Priya's engagement with the studio: more work, half an hour, an invoice."""
    a_page("service")
    customer = given.a_customer("Priya Nair")
    case = given.a_case(customer=customer, team="Studio", subject="A third workshop")
    given.a_message(case, text="Surely the workshop is included, or I hold invoice 2.")
    return case
