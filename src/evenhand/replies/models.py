from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.channels.models import (
    HeldState,
    Waiting,
    waiting_constraints,
    waiting_indexes,
)

__all__ = ["Draft", "HeldAnswer", "HeldState", "Sending"]


class Draft(models.Model):
    """What a member has written and not sent; one for each member and case.

    `added` holds the new addresses that are to get a copy, `identity` the name that was
    chosen to write under.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    member = models.ForeignKey("staff.Member", models.CASCADE, related_name="+")
    text = models.TextField()
    added = models.JSONField(default=list)
    identity = models.ForeignKey(
        "channels.SendingIdentity", models.SET_NULL, null=True, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "reply_draft"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "member"], name="reply_draft_one_a_member"
            )
        ]

    def __str__(self) -> str:
        return f"draft of {self.member_id} in {self.case_id}"


class Sending(models.Model):
    """How an answer left: by which form, what the checks said, who took it upon them.

    `token` is the form's own: a second press of the button finds the first one's answer.
    """

    message = models.OneToOneField("cases.Message", models.PROTECT, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    # rule -> severity of what was found and sent all the same
    found = models.JSONField(default=dict)
    override_reason = models.CharField(max_length=500, blank=True)
    overridden_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "reply_sending"
        constraints = [
            models.CheckConstraint(
                condition=Q(override_reason="", overridden_by__isnull=True)
                | (~Q(override_reason="") & Q(overridden_by__isnull=False)),
                name="reply_sending_override_signed",
            ),
            models.CheckConstraint(
                condition=~Q(token=""), name="reply_sending_has_token"
            ),
        ]

    def __str__(self) -> str:
        return f"sending of {self.message_id}"


class HeldAnswer(Waiting):
    """An answer that was sent and has not left: until `leave_at` it can be undone.

    It is no message yet: the case stands as before, no clock stops, no promise is made.
    """

    message = models.OneToOneField(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "reply_held_answer"
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=HeldState.HELD),
                name="reply_held_answer_one_a_case",
            ),
            *waiting_constraints("reply_held_answer"),
        ]
        indexes = waiting_indexes("reply_held_answer")

    def __str__(self) -> str:
        return f"{self.state} answer in {self.case_id} for {self.leave_at}"
