"""Mail that reached us, and the cases that it landed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class DeliveryState(models.TextChoices):
    """OURS is a copy of a mail of the sign-in pages, as a mailbox kept it: no case has it."""

    STORED = "stored"
    FILED = "filed"
    SET_ASIDE = "set_aside"
    OURS = "ours"


class Delivery(models.Model):
    """One raw mail that reached us, kept as it came.

    `key` is the SHA-256 of its bytes with LF line ends: the same mail delivered again
    finds this row and changes nothing. `raw` is large; lists defer it.
    """

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=10)
    # where it was fetched; what a mailbox brought stays when it is disconnected
    mailbox = models.ForeignKey(
        "channels.Mailbox", models.SET_NULL, null=True, related_name="+"
    )
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    received_at = models.DateTimeField()
    # when its server had it, where that was before the day the mailbox was connected
    arrived_at = models.DateTimeField(null=True)
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
    # what it is where it answered in a side conversation
    side_message = models.ForeignKey(
        "cases.SideMessage", models.PROTECT, null=True, related_name="+"
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
                condition=~Q(state=DeliveryState.FILED)
                | Q(message__isnull=False)
                | Q(side_message__isnull=False),
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
