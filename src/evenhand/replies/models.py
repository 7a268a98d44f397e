from __future__ import annotations

from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """What a member has written and not sent; one for each member and case."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    member = models.ForeignKey("staff.Member", models.CASCADE, related_name="+")
    text = models.TextField()
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
