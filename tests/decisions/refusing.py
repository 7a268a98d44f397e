"""What the tests of refusals share: the cast, an issue, and that nothing changed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evenhand.cases.models import Issue
from evenhand.channels.models import Outgoing
from evenhand.decisions import actions, queries
from evenhand.decisions.actions import Otherwise
from evenhand.decisions.models import (
    Approval,
    Decision,
    DraftCheck,
    Finding,
    PolicyDraft,
    PolicyVersion,
    PublishingRule,
    ReplayRun,
)
from evenhand.decisions.rules.words import Verdict
from evenhand.jobs.models import Job
from evenhand.kernel.money import Money
from evenhand.ledger.models import Entry
from tests import given, given_decisions

STORED = (
    Decision,
    Approval,
    Finding,
    PolicyVersion,
    PolicyDraft,
    DraftCheck,
    ReplayRun,
    PublishingRule,
    Entry,
    Job,
    Outgoing,
)
MORE = Money.of("50.01", "EUR")


def everybody_is_there() -> None:
    """Take the whole cast on and set their limits: 50, 200 and 2000 euros."""
    given.limits()
    for person in given.CAST:
        given.the(person)


@contextmanager
def nothing_changed() -> Iterator[None]:
    before = [list(model.objects.order_by("pk").values()) for model in STORED]
    yield
    assert [list(m.objects.order_by("pk").values()) for m in STORED] == before


def an_issue(
    *, basis: str = "law", level: str = "agent", price: str = "129.00"
) -> Issue:
    """An issue that the small page upholds: the price back, on this basis."""
    given_decisions.published(given_decisions.small_page(basis=basis, grant=level))
    issue = given_decisions.a_small_issue(price=price)
    given_decisions.found(issue, given.the("mei"), broken=True)
    return issue


def more(amount: str = "129.00", verdict: Verdict = Verdict.UPHELD) -> Otherwise:
    worth = Money.of(amount, "EUR")
    return Otherwise(verdict=verdict, title="Money back", amount=worth)


def asked(issue: Issue, *, goodwill: Money = MORE, by: str = "mei") -> Approval:
    return actions.ask_approval(
        issue=issue,
        option="entitlement",
        goodwill=goodwill,
        why="She waited three weeks.",
        by=given.the(by),
        at=given.MONDAY,
    )


def answered(
    approval: Approval, person: str, *, granted: bool = True, reason: str = "Agreed."
) -> Decision | None:
    return actions.answer_approval(
        approval=approval,
        granted=granted,
        reason=reason,
        by=given.the(person),
        at=given.MONDAY + timedelta(minutes=5),
    )


def an_other_issue(issue: Issue) -> Issue:
    other = given_decisions.another_issue(issue.case)
    given_decisions.found(other, given.the("mei"), broken=True)
    return other


def asked_by_manager(issue: Issue) -> Approval:
    return asked(issue, goodwill=Money.of("2000.01", "EUR"), by="marta")


def signed_in(person: str) -> Client:
    client = Client()
    client.force_login(given.the(person))
    return client


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


REFUSALS = (actions.NotGranted, queries.NoSuchApproval)


def at_once(
    *doings: Callable[[], object], refusals: tuple[type[Exception], ...] = REFUSALS
) -> Counter[str]:
    """Do all at the same moment; count what came of each: "done" or the refusal."""
    came: list[str] = []
    begin = threading.Barrier(len(doings))

    def do(doing: Callable[[], object]) -> None:
        try:
            begin.wait(60)
            doing()
            came.append("done")
        except refusals as refused:
            came.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(came)
