"""What was sent by a person and has not left: until its time it can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class HeldState(models.TextChoices):
    """How it goes on with what was sent.

    LEFT: it became a message. TAKEN_BACK: a person undid it. RETURNED: it did not leave,
    because things are no longer what they were when it was written.
    """

    HELD = "held"
    LEFT = "left"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"


class Waiting(models.Model):
    """Words that wait for their time; no message yet, and without any effect.

    `choices` is all that was chosen beside the words, `to` whom the page showed as its
    recipients. `token` is the form's own, so that a second press holds nothing twice.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    member = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    choices = models.JSONField(default=dict)
    to = models.JSONField(default=list)
    # a time was chosen; else it waits the seconds in which it can be undone
    later = models.BooleanField(default=False)
    held_at = models.DateTimeField()
    leave_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=HeldState, default=HeldState.HELD)
    # why it came back to its author
    reason = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)
    # who took it back; null where it left or returned by itself
    ended_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    # when its author was shown that it came back
    seen_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def waiting_constraints(table: str) -> list[models.BaseConstraint]:
    """Return what holds for every row that waits, whatever it becomes."""
    return [
        models.CheckConstraint(
            condition=Q(state__in=HeldState.values), name=f"{table}_state_known"
        ),
        models.CheckConstraint(
            condition=~Q(token="") & ~Q(text=""), name=f"{table}_whole"
        ),
        models.CheckConstraint(
            condition=Q(state=HeldState.HELD, ended_at__isnull=True)
            | (~Q(state=HeldState.HELD) & Q(ended_at__isnull=False)),
            name=f"{table}_ended_says_when",
        ),
        models.CheckConstraint(
            condition=Q(state=HeldState.LEFT, message__isnull=False)
            | (~Q(state=HeldState.LEFT) & Q(message__isnull=True)),
            name=f"{table}_left_as_message",
        ),
        models.CheckConstraint(
            condition=~Q(state=HeldState.RETURNED) | ~Q(reason=""),
            name=f"{table}_returned_says_why",
        ),
    ]


def waiting_indexes(table: str) -> list[models.Index]:
    """Return what finds those whose time has come, and those that came back unseen."""
    return [
        models.Index(
            fields=["leave_at", "id"],
            condition=Q(state=HeldState.HELD),
            name=f"{table}_waiting",
        ),
        models.Index(
            fields=["case", "member"],
            condition=Q(state=HeldState.RETURNED, seen_at__isnull=True),
            name=f"{table}_unseen",
        ),
    ]


class HeldAside(Waiting):
    """A mail to a third party that waits; without a `side` it begins one as it leaves.

    A table of its own, as all of side conversations: whatever sends answers, or gives
    their words back, cannot meet it.
    """

    side = models.ForeignKey(
        "cases.SideConversation", models.PROTECT, null=True, related_name="+"
    )
    message = models.OneToOneField(
        "cases.SideMessage", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "channel_held_aside"
        constraints = [
            models.UniqueConstraint(
                fields=["side"],
                condition=Q(state=HeldState.HELD),
                name="channel_held_aside_one_a_side",
            ),
            *waiting_constraints("channel_held_aside"),
        ]
        indexes = waiting_indexes("channel_held_aside")

    def __str__(self) -> str:
        return f"{self.state} mail beside {self.case_id} for {self.leave_at}"

    @property
    def subject(self) -> str:
        """What it is about: its conversation's subject, else that of the one it begins."""
        return self.side.subject if self.side else str(self.choices["subject"])
