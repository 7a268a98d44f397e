"""Mail on its way out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class OutgoingState(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Outgoing(models.Model):
    """One mail on its way out. Its bytes are made once, so that a retry sends the same.

    It points at a message, never at a note: notes are another table. Mail of the
    sign-in pages has no case and so no message.
    """

    message = models.OneToOneField(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
    # the Message-ID in the mail's head, without brackets
    mail_id = models.CharField(max_length=255, unique=True)
    envelope_from = models.CharField(max_length=320)
    recipients = models.JSONField()
    subject = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=10, choices=OutgoingState, default=OutgoingState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=1000, blank=True)
    # what took it: the SMTP server's name, or "outbox" where nothing leaves
    transport = models.CharField(max_length=100, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    raw = models.BinaryField()

    class Meta:
        db_table = "channel_outgoing"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OutgoingState.values),
                name="channel_outgoing_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=OutgoingState.SENT) | Q(sent_at__isnull=False),
                name="channel_outgoing_sent_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=OutgoingState.FAILED) | ~Q(error=""),
                name="channel_outgoing_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["-queued_at", "-id"], name="channel_outgoing_latest"),
            models.Index(
                fields=["-queued_at", "-id"],
                condition=~Q(state=OutgoingState.SENT),
                name="channel_outgoing_not_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.state}"
