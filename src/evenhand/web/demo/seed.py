"""Make the demo shop: policies, shelf, people, orders, stories; all by real actions."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import transaction

from evenhand.cases.models import Case
from evenhand.decisions import actions as decisions
from evenhand.decisions.shipped import policies_folder
from evenhand.promises import actions as promises
from evenhand.staff.models import Member
from evenhand.web.demo import scenarios, stories
from evenhand.web.demo.shop import Shop, meet_customers, open_shop, sell

SEED = 20261121
PAGES = ("returns.md", "warranty.md", "service.md")


class NotEmpty(Exception):
    """There are people in this database already; a demo is made in an empty one."""


@transaction.atomic
def seed(*, at: datetime) -> Shop:
    """Fill an empty database with the demo shop, whole or not at all.

    The same at every time but for the dates, which are reckoned from `at`. NotEmpty if
    somebody works here already.
    """
    if Member.objects.exists():
        raise NotEmpty
    shop = open_shop(at=at, random=Random(SEED))  # noqa: S311 - a fixed seed, no secret
    for page in PAGES:
        text = (policies_folder() / page).read_text(encoding="utf-8")
        decisions.publish(text=text, by=None, at=at)
    meet_customers(shop)
    sell(shop)
    scenarios.tell_all(shop)
    stories.tell_all(shop)
    promises.announce_due(at=at)
    return shop


def cases_made() -> int:
    return Case.objects.count()
