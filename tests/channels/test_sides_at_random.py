"""Two conversations about one case, in any order of mails: nothing crosses between them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import Case, Message, SideMessage, SideParty
from evenhand.channels.actions import outbox, side_mail
from evenhand.channels.models import Delivery, DeliveryState, Outgoing
from evenhand.replies.queries import recipients
from tests import given
from tests.given_mail import a_filed, case_of, raw_mail
from tests.given_merges import merged
from tests.given_sides import an_aside
from tests.lengths import examples

pytestmark = pytest.mark.django_db

EVA, CARRIER, MAKER = "eva@mail.example", "desk@carrier.example", "info@maker.example"
THIRD = st.sampled_from([CARRIER, MAKER])
ANYBODY = st.sampled_from([EVA, CARRIER, MAKER, "kim@other.example"])
PICK = st.integers(min_value=0, max_value=999)
COPIES = st.sampled_from(["", f"Cc: {EVA}\n", f"Cc: {CARRIER}, {EVA}\n"])
WORD = st.sampled_from(["", "Auto-Submitted: auto-replied\n"])


class Desk(RuleBasedStateMachine):
    """One case of Eva's in a transaction that is taken back at the end of each run."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = given.MONDAY
        self.count = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def later(self) -> datetime:
        self.now += timedelta(minutes=1)
        self.count += 1
        return self.now

    @initialize()
    def a_mail_comes(self) -> None:
        self.case = case_of(a_filed(raw_mail(text="case-word 0"), at=self.later()))

    def home(self) -> Case:
        """The living case, as its page has it."""
        self.case.refresh_from_db()
        return queries.case_for(given.the("mei"), self.case.home_ref)

    @rule(to=st.lists(ANYBODY, min_size=1, max_size=2))
    def ask(self, to: list[str]) -> None:
        at = self.later()
        aside = an_aside(
            to=" ".join(to), text=f"side-word {self.count}", form=f"form {self.count}"
        )
        try:
            side_mail.begin(case=self.home(), aside=aside, by=given.the("mei"), at=at)
        except side_mail.ToTheCustomer:
            assert EVA in to

    @rule()
    def answer(self) -> None:
        case, at = self.home(), self.later()
        if case.closed_at is not None:
            return
        reach = recipients(case)
        said = cases.Said(text=f"case-word {self.count}", channel="mail")
        message = cases.add_answer(case=case, said=said, by=given.the("mei"), at=at)
        outbox.queue(message=message, to=reach.to, at=at)

    @rule(
        pick=PICK, sender=ANYBODY, copies=COPIES, machine=WORD, by_token=st.booleans()
    )
    def reply(
        self, pick: int, sender: str, copies: str, machine: str, by_token: bool
    ) -> None:
        """Anybody answers any mail of ours, by its ids or by its signed address."""
        sent = Outgoing.objects.order_by("pk")
        if not sent.exists():
            return
        mail = sent[pick % sent.count()]
        headers = "" if by_token else f"In-Reply-To: <{mail.mail_id}>\n"
        side = mail.side_message is not None
        word = "side-word" if side and sender != EVA else "case-word"
        a_filed(
            raw_mail(
                text=f"{word} {self.count}",
                sender=sender,
                to=_reply_to(mail) if by_token else "shop@shop.example",
                headers=headers + copies + machine,
            ),
            at=self.later(),
        )

    @rule()
    def merge(self) -> None:
        other = given.a_case(customer=self.case.customer, at=self.later())
        merged(self.home(), into=other, at=self.later())

    @rule()
    def close(self) -> None:
        case = self.home()
        if case.closed_at is None:
            cases.close_case(case=case, by=given.the("mei"), at=self.later())

    @invariant()
    def nothing_reaches_the_customer_from_beside(self) -> None:
        for sent in Outgoing.objects.filter(side_message__isnull=False):
            assert EVA not in sent.recipients
            assert b"case-word" not in bytes(sent.raw)
            assert not _ids_in(sent) & set(_ids(Message))
        assert not SideParty.objects.filter(address=EVA).exists()
        assert not SideMessage.objects.filter(text__contains="case-word").exists()

    @invariant()
    def nothing_from_beside_stands_in_the_case(self) -> None:
        for sent in Outgoing.objects.filter(message__isnull=False):
            assert sent.recipients == [EVA]
            assert b"side-word" not in bytes(sent.raw)
            assert not _ids_in(sent) & set(_ids(SideMessage))
        assert not Message.objects.filter(text__contains="side-word").exists()

    @invariant()
    def every_mail_lies_in_one_place(self) -> None:
        for one in Delivery.objects.all():
            assert one.state == DeliveryState.FILED, one.reason
            assert (one.message is None) != (one.side_message is None)
            assert one.placements.count() == (one.message is not None)


def _reply_to(mail: Outgoing) -> str:
    lines = bytes(mail.raw).decode().splitlines()
    line = next(each for each in lines if each.startswith("Reply-To:"))
    return line.partition("<")[2].rstrip(">") or line.partition(": ")[2]


def _ids(model: type[Message | SideMessage]) -> list[str]:
    return [each for each in model.objects.values_list("message_id", flat=True) if each]


def _ids_in(sent: Outgoing) -> set[str]:
    head = bytes(sent.raw).decode().partition("\r\n\r\n")[0]
    every = {*_ids(Message), *_ids(SideMessage)}
    return {each for each in every if f"<{each}>" in head}


def test_in_no_order_of_mails_does_one_conversation_leak_into_the_other() -> None:
    given.a_team()
    given.the("mei")

    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
