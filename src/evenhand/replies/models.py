from __future__ import annotations

from django.db import models
from django.db.models import Q


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


class HeldState(models.TextChoices):
    """How it goes on with an answer that was sent.

    LEFT: it became a message. TAKEN_BACK: a person undid it. RETURNED: it did not leave,
    because the case is no longer what it was when the answer was written.
    """

    HELD = "held"
    LEFT = "left"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"


class HeldAnswer(models.Model):
    """An answer that was sent and has not left: until `leave_at` it can be undone.

    It is no message yet: the case stands as before, no clock stops, no promise is made.
    `choices` is all that was chosen beside the words, `to` whom the page showed as its
    recipients. `token` is the form's own, as in `Sending`.
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
    message = models.OneToOneField(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
    # when its author was shown that it came back
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reply_held_answer"
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state=HeldState.HELD),
                name="reply_held_answer_one_a_case",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HeldState.values),
                name="reply_held_answer_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(token="") & ~Q(text=""), name="reply_held_answer_whole"
            ),
            models.CheckConstraint(
                condition=Q(state=HeldState.HELD, ended_at__isnull=True)
                | (~Q(state=HeldState.HELD) & Q(ended_at__isnull=False)),
                name="reply_held_answer_ended_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=HeldState.LEFT, message__isnull=False)
                | (~Q(state=HeldState.LEFT) & Q(message__isnull=True)),
                name="reply_held_answer_left_as_message",
            ),
            models.CheckConstraint(
                condition=~Q(state=HeldState.RETURNED) | ~Q(reason=""),
                name="reply_held_answer_returned_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["leave_at", "id"],
                condition=Q(state=HeldState.HELD),
                name="reply_held_answer_waiting",
            ),
            models.Index(
                fields=["case", "member"],
                condition=Q(state=HeldState.RETURNED, seen_at__isnull=True),
                name="reply_held_answer_unseen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} answer in {self.case_id} for {self.leave_at}"
