from __future__ import annotations

from django.db import models
from django.db.models import Q


class DeliveryState(models.TextChoices):
    STORED = "stored"
    FILED = "filed"
    SET_ASIDE = "set_aside"


class Delivery(models.Model):
    """One raw mail that reached us, kept as it came.

    `key` is the SHA-256 of its bytes with LF line ends: the same mail delivered again
    finds this row and changes nothing. `raw` is large; lists defer it.
    """

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=10)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    received_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    state = models.CharField(
        max_length=10, choices=DeliveryState, default=DeliveryState.STORED
    )
    # why it was set aside, in words for the person who looks
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # when the desk was told that it lies in the tray for too long
    alarmed_at = models.DateTimeField(null=True)
    # what a glance at the tray needs, read once
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    # the bare address of who wrote, case folded, once it was filed
    author = models.CharField(max_length=320, blank=True)
    # the first of its places; all of them are `placements`
    message = models.ForeignKey(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
    # what the mail says, hashed, where it was filed first: a copy with other transport
    # headers finds it taken, also when two workers look at the same moment
    content_key = models.CharField(max_length=64, null=True, unique=True)
    duplicate = models.BooleanField(default=False)
    raw = models.BinaryField()

    class Meta:
        db_table = "channel_delivery"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values),
                name="channel_delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.FILED) | Q(message__isnull=False),
                name="channel_delivery_filed_in_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SET_ASIDE) | ~Q(reason=""),
                name="channel_delivery_set_aside_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-received_at", "-id"],
                condition=Q(state=DeliveryState.SET_ASIDE),
                name="channel_delivery_tray",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(state=DeliveryState.STORED),
                name="channel_delivery_to_file",
            ),
            models.Index(
                fields=["author", "received_at"],
                condition=~Q(author=""),
                name="channel_delivery_of_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key[:12]} {self.state}"


class Placement(models.Model):
    """One case that a mail landed in, and the team for which it did.

    A mail to two departments has one delivery and a place, with a message of its own,
    in a case of each. The places are written with the messages in one transaction.
    """

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="placements")
    team = models.ForeignKey("staff.Team", models.PROTECT, related_name="+")
    message = models.OneToOneField("cases.Message", models.PROTECT, related_name="+")
    # the sender was no party of the case that the mail joined
    stranger = models.BooleanField(default=False)

    class Meta:
        db_table = "channel_placement"
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "team"], name="channel_placement_once_a_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} in {self.message_id}"


class MailId(models.Model):
    """A Message-ID that a mail has or answers; whoever files such a mail locks its row.

    So a mail and its answer, filed by two workers at once, cannot both miss the other.
    """

    mail_id = models.CharField(max_length=255, unique=True)
    # what was filed as an answer to this mail before the mail itself was
    awaited_by = models.ForeignKey(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        db_table = "channel_mail_id"

    def __str__(self) -> str:
        return self.mail_id


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
