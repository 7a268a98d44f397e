"""The nightly rounds over stored decisions, and what no longer follows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.decisions.models.verdicts import Decision


class RecomputeRound(models.Model):
    """A round over the stored decisions: how far it came, and what it found.

    Decisions above `known_pk` were made since the round before; they are looked at
    first, up to `newest_pk`. Then the walk through the history goes on where the last
    round left it.
    """

    night = models.DateField(unique=True)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    known_pk = models.PositiveBigIntegerField(default=0)
    newest_pk = models.PositiveBigIntegerField(default=0)
    new_done_pk = models.PositiveBigIntegerField(default=0)
    old_done_pk = models.PositiveBigIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    checked_old = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "recompute_round"

    def __str__(self) -> str:
        return f"round of {self.night}: {self.checked}"


class Differs(models.TextChoices):
    """What about a stored decision no longer follows."""

    TEXT = "text"
    ANSWER = "answer"
    BROKEN = "broken"


class RecomputeFault(models.Model):
    """A stored decision that its page no longer gives; open until it agrees again.

    `stored` and `answered` hold the row and the outcome, then and now.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Differs)
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    stored = models.JSONField()
    answered = models.JSONField()
    why = models.TextField(blank=True)

    class Meta:
        db_table = "recompute_fault"
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(cleared_at__isnull=True),
                name="recompute_fault_one_open",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Differs.values), name="recompute_fault_kind_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-id"],
                condition=Q(cleared_at__isnull=True),
                name="recompute_fault_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of decision {self.decision_id}"

    @property
    def is_text(self) -> bool:
        return self.kind == Differs.TEXT

    @property
    def is_broken(self) -> bool:
        return self.kind == Differs.BROKEN
