"""Mails, answers, merges, splits and their undoing, in any order: nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from evenhand.cases import actions as cases
from evenhand.cases import queries, rules
from evenhand.cases.models import (
    Case,
    Clock,
    Direction,
    Merge,
    Message,
    Moved,
    Split,
)
from evenhand.ledger.queries import told_of
from tests import given
from tests.given_mail import a_filed, raw_mail
from tests.lengths import examples

pytestmark = pytest.mark.django_db

WRITERS = ("Eva <eva@mail.example>", "Ola <ola@mail.example>")
SAID: dict[str, rules.What] = {
    Direction.IN: rules.What.ASKED,
    Direction.OUT: rules.What.ANSWERED,
}
DONE = {"case.closed": rules.What.CLOSED, "case.opened_again": rules.What.OPENED}
PICK = st.integers(min_value=0, max_value=999)
Row = TypeVar("Row", bound=Model)
Undone = tuple[datetime, int, Merge | Split]


class Desk(RuleBasedStateMachine):
    """A desk in a transaction that is taken back at the end of each run."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = given.MONDAY
        self.came = 0

    def teardown(self) -> None:
        try:
            self.undo_everything()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def later(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    @initialize()
    def two_mails(self) -> None:
        self.mei = given.the("mei")
        self.mail()
        self.mail()

    @rule(writer=st.sampled_from(WRITERS))
    def mail(self, writer: str = WRITERS[0]) -> None:
        self.came += 1
        found = a_filed(raw_mail(text=f"{self.came}", sender=writer), at=self.later())
        assert found.message is not None
        assert found.message.joined_by == "new"

    @rule(pick=PICK, writer=st.sampled_from(WRITERS))
    def reply(self, pick: int, writer: str) -> None:
        answered = chosen(Message.objects.order_by("pk"), pick)
        self.came += 1

        found = a_filed(
            raw_mail(
                text=f"{self.came}",
                sender=writer,
                headers=f"In-Reply-To: <{answered.message_id}>\n",
            ),
            at=self.later(),
        )

        assert found.message is not None
        assert found.message.case == answered.case
        home = answered.case.merged_into or answered.case
        home.refresh_from_db()
        assert (home.moved_at, home.closed_at) == (self.now, None)
        assert home.waiting_since is not None

    @rule(pick=PICK)
    def answer(self, pick: int) -> None:
        case = chosen(living(), pick)
        if case.closed_at is None:
            self.came += 1
            cases.add_answer(
                case=case,
                said=cases.Said(
                    text=f"{self.came}",
                    channel="mail",
                    message_id=f"out-{self.came}@shop.example",
                ),
                by=self.mei,
                at=self.later(),
            )

    @rule(pick=PICK)
    def close_or_open(self, pick: int) -> None:
        case = chosen(living(), pick)
        act = cases.open_case_again if case.closed_at else cases.close_case
        act(case=case, by=self.mei, at=self.later())

    @precondition(lambda _self: living().count() > 1)
    @rule(pick=PICK, other=PICK)
    def merge(self, pick: int, other: int) -> None:
        case = chosen(living(), pick)
        into = chosen(living().exclude(pk=case.pk), other)
        cases.merge(case=case, into=into, by=self.mei, at=self.later())

    @precondition(lambda _self: living().count() > 1)
    @rule(pick=PICK, other=PICK)
    def merge_and_think_better_of_it(self, pick: int, other: int) -> None:
        before = everything()
        case = chosen(living(), pick)
        into = chosen(living().exclude(pk=case.pk), other)

        made = cases.merge(case=case, into=into, by=self.mei, at=self.later())
        cases.undo_merge(merge=made, by=self.mei, at=self.later())

        assert everything() == before

    @precondition(lambda _self: undoable().exists())
    @rule(pick=PICK)
    def undo_a_merge(self, pick: int) -> None:
        merge = chosen(undoable(), pick)
        cases.undo_merge(merge=merge, by=self.mei, at=self.later())

    @rule(pick=PICK, chooses=st.lists(PICK, min_size=1, max_size=3))
    def split(self, pick: int, chooses: list[int]) -> None:
        self._split(pick, chooses)

    @rule(pick=PICK, chooses=st.lists(PICK, min_size=1, max_size=3))
    def split_and_think_better_of_it(self, pick: int, chooses: list[int]) -> None:
        before = everything()
        made = self._split(pick, chooses)
        if made is not None:
            cases.undo_split(split=made, by=self.mei, at=self.later())
            assert everything(but=made.into_id) == before

    def _split(self, pick: int, chooses: list[int]) -> Split | None:
        case = chosen(living(), pick)
        held = Message.objects.filter(case__in=queries.family_of(case)).order_by("pk")
        if held.count() < 2:
            return None
        messages = {chosen(held, each).pk for each in chooses[: held.count() - 1]}
        return cases.split(
            case=case,
            messages=messages,
            subject="Apart",
            by=self.mei,
            at=self.later(),
        )

    @precondition(lambda _self: Split.objects.filter(undone_at=None).exists())
    @rule(pick=PICK)
    def undo_a_split(self, pick: int) -> None:
        split = chosen(Split.objects.filter(undone_at=None).order_by("pk"), pick)
        before = everything()
        try:
            with transaction.atomic():
                cases.undo_split(split=split, by=self.mei, at=self.later())
        except (cases.SplitFurther, cases.MergedMeanwhile):
            assert everything() == before

    @invariant()
    def every_word_is_read_once(self) -> None:
        read = [
            said.text
            for case in living()
            for said in queries.thread(Case.objects.get(pk=case.pk))
        ]
        assert sorted(map(int, read)) == list(range(1, self.came + 1))

    @invariant()
    def what_is_merged_lives_at_the_end_of_its_merges(self) -> None:
        into = dict(
            Merge.objects.filter(undone_at=None).values_list("case_id", "into_id")
        )
        for case in Case.objects.all():
            end = case.pk
            while end in into:
                end = into[end]
            assert (case.merged_into_id or case.pk) == end

    @invariant()
    def what_lives_stands_as_its_history_says(self) -> None:
        for case in living():
            stands = rules.Course(case.moved_at, case.waiting_since, case.closed_at)
            assert stands == queries.course_of(case)
        for clock in Clock.objects.select_related("case"):
            answer = queries.first_answer_to(clock.case)
            assert clock.stopped_at == (answer.said_at if answer else None)

    def undo_everything(self) -> None:
        """Undo all that holds, the latest first: each case holds what came for it."""
        while held := self._what_holds():
            latest = max(held, key=lambda each: each[:2])[2]
            if isinstance(latest, Merge):
                cases.undo_merge(merge=latest, by=self.mei, at=self.later())
            else:
                cases.undo_split(split=latest, by=self.mei, at=self.later())
        moved = Moved.objects.values_list("message_id", "was_in_id")
        first_in = dict(moved.order_by("-pk"))
        for message, lies_in in Message.objects.values_list("pk", "case_id"):
            assert lies_in == first_in.get(message, lies_in)
        ends_of_splits = Merge.objects.filter(undone_at=None).values("into")
        for case in living().exclude(pk__in=ends_of_splits):
            stands = rules.Course(case.moved_at, case.waiting_since, case.closed_at)
            assert stands == alone(case)

    def _what_holds(self) -> list[Undone]:
        return [
            *((each.merged_at, each.pk, each) for each in undoable()),
            *(
                (each.split_at, each.pk, each)
                for each in Split.objects.filter(undone_at=None)
            ),
        ]


def alone(case: Case) -> rules.Course:
    """Where a case stands by what lies in it alone, with no look at any merge."""
    said = Message.objects.filter(case=case, automatic="")
    done = told_of([case.as_matter], kinds=["case.closed", "case.opened_again"])
    return rules.course(
        opened_at=case.opened_at,
        waits=True,
        happened=[
            *(rules.Happened(one.said_at, SAID[one.direction]) for one in said),
            *(
                rules.Happened(entry.at, DONE[entry.kind])
                for entry in done
                if "message" not in entry.data
            ),
        ],
    )


def living() -> QuerySet[Case]:
    return Case.objects.filter(merged_into=None).order_by("pk")


def undoable() -> QuerySet[Merge]:
    return Merge.objects.filter(undone_at=None, of_split=None).order_by("pk")


def chosen(among: QuerySet[Row], pick: int) -> Row:
    return among[pick % among.count()]


def everything(*, but: int = 0) -> list[object]:
    """All that is stored of cases, clocks and places, but for one case."""
    return [
        *(model_to_dict(each) for each in Case.objects.exclude(pk=but).order_by("pk")),
        *(
            model_to_dict(each, exclude=["stopped_in"])
            for each in Clock.objects.exclude(case=but).order_by("pk")
        ),
        *Message.objects.order_by("pk").values_list("pk", "case_id"),
    ]


def test_no_order_of_merging_splitting_and_undoing_loses_or_doubles_a_mail() -> None:
    given.a_team()

    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
