"""What was said in a case, and the files that came with it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.cases.models.matters import Case


class Direction(models.TextChoices):
    IN = "in"
    OUT = "out"


class Spoken(models.Model):
    """What a message is, whoever reads it: with the customer, or beside the case.

    The tables of the two are apart, so that what reads one cannot meet the other.
    """

    direction = models.CharField(max_length=3, choices=Direction)
    # who wrote: one of us, or the address and name on the message
    member = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    # quote and signature, kept apart, one click away
    hidden_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    message_id = models.CharField(max_length=255, blank=True, db_index=True)
    # an automatic answer or a delivery report, which nobody has to answer
    automatic = models.CharField(max_length=20, blank=True)
    # why it stands here: message_id, references, token, answered, quote, new,
    # by_hand, delivery_report, unproven_report
    joined_by = models.CharField(max_length=20, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        abstract = True


class Enclosed(models.Model):
    """A file that came or went with a message; its bytes lie under their hash."""

    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Message(Spoken):
    """Something said between us and the other side. Notes are another table: `Note`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=20)
    # fetched from before the desk: nobody here has to answer it
    earlier = models.BooleanField(default=False)

    class Meta:
        db_table = "case_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values),
                name="case_message_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN)
                | Q(member__isnull=False)
                | ~Q(automatic="")
                # written with a mail program: the address that it was sent from
                | ~Q(sender=""),
                name="case_message_out_has_author",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "said_at", "id"], name="case_message_thread")
        ]

    def __str__(self) -> str:
        return f"{self.direction} in {self.case_id} at {self.said_at}"


class Note(models.Model):
    """A message that can never leave.

    It is a table of its own, and the outbox points at messages only: no flag that
    someone could forget to check stands between a note and the customer.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    member = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        db_table = "case_note"

    def __str__(self) -> str:
        return f"note in {self.case_id} at {self.written_at}"


class Attachment(Enclosed):
    """A file that came with a message; bytes lie in the blob folder under their hash."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        db_table = "case_attachment"
        # whether any message still has a stored file is asked by its hash
        indexes = [models.Index(fields=["sha256"], name="case_attachment_sha256")]

    def __str__(self) -> str:
        return self.name
