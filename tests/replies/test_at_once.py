"""Two presses of one button at the same moment, each in its own connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from evenhand.cases.models import Case
from evenhand.channels.models import Outgoing
from evenhand.ledger.models import Entry
from evenhand.replies.actions.sending import Answer, send
from evenhand.replies.models import Sending
from evenhand.staff.models import Member
from tests.given import the
from tests.replies.test_sending import CALM, LATER, an_open_case

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 4


def press(case_key: int, member_key: int, together: Barrier) -> int:
    try:
        case = Case.objects.select_related("team", "customer", "order").get(pk=case_key)
        member = Member.objects.get(pk=member_key)
        together.wait(timeout=10)
        answer = Answer(text=CALM, token="one-form")
        return send(case=case, answer=answer, by=member, at=LATER).pk
    finally:
        connection.close()


def test_presses_at_the_same_moment_send_one_answer() -> None:
    case, mei = an_open_case(), the("mei")
    together = Barrier(PRESSES)

    with ThreadPoolExecutor(PRESSES) as pool:
        sent = list(
            pool.map(lambda _: press(case.pk, mei.pk, together), range(PRESSES))
        )

    assert len(set(sent)) == 1
    assert Outgoing.objects.count() == 1
    assert Sending.objects.count() == 1
    assert Entry.objects.filter(kind="message.answered").count() == 1
