from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from evenhand.kernel.money import Money
from evenhand.promises import rules
from evenhand.promises.rules import State


class Promise(models.Model):
    """A dated commitment with an owner. A moved one points at the one in its place.

    `reason` says why it was broken or released, or how the customer agreed to the move.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    amount_minor = models.PositiveBigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    due_at = models.DateTimeField()
    owner = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_in = models.ForeignKey(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in State],
        default=State.DUE.value,
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    moved_to = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="moved_from"
    )
    # the message in which we told the customer that it was broken
    admitted_in = models.ForeignKey(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
    # when colleagues were told that it falls due, and that it has passed: once each
    due_told_at = models.DateTimeField(null=True)
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "promise"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]),
                name="promise_state_known",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("made_at")), name="promise_due_after_made"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True, currency="")
                | (Q(amount_minor__isnull=False) & ~Q(currency="")),
                name="promise_amount_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DUE, ended_at__isnull=True)
                | (~Q(state=State.DUE) & Q(ended_at__isnull=False)),
                name="promise_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MOVED)
                | Q(ended_at__lte=F("due_at"), moved_to__isnull=False),
                name="promise_moved_before_due",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DUE, State.KEPT]) | ~Q(reason=""),
                name="promise_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(admitted_in__isnull=True) | Q(state=State.BROKEN),
                name="promise_admitted_when_broken",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=State.DUE),
                name="promise_open",
            ),
            models.Index(fields=["due_at"], name="promise_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.what} by {self.due_at}"

    @property
    def amount(self) -> Money | None:
        if self.amount_minor is None:
            return None
        return Money(self.amount_minor, self.currency)

    @property
    def as_subject(self) -> str:
        """The promise as the ledger names it."""
        return f"promise:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == State.DUE

    def standing_at(self, at: datetime) -> rules.Standing:
        """Return how it stands, by the day of its case's team."""
        return rules.standing(
            state=self.state,
            due_at=self.due_at,
            ended_at=self.ended_at,
            zone=ZoneInfo(self.case.team.time_zone),
            at=at,
        )
