from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evenhand.cases import rules


class Kind(models.TextChoices):
    QUESTION = "question"
    REQUEST = "request"
    COMPLAINT = "complaint"
    PRAISE = "praise"


class Case(models.Model):
    """One matter with one customer.

    `waiting_since` is when the customer last wrote without an answer; the inbox's
    order and the standing follow from it, from `first_answered_at` and `closed_at`.
    """

    subject = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REQUEST)
    team = models.ForeignKey("staff.Team", models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    order = models.ForeignKey(
        "customers.Order", models.PROTECT, null=True, related_name="+"
    )
    language = models.CharField(max_length=10, default="en")
    channel = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    # when anything was last said; the inbox is sorted by it
    moved_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="case_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="case_closed_after_opened",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "-moved_at", "-id"],
                condition=Q(closed_at__isnull=True),
                name="case_open_of_team",
            ),
            models.Index(
                fields=["-moved_at", "-id"],
                condition=Q(closed_at__isnull=True),
                name="case_open",
            ),
            models.Index(fields=["-moved_at", "-id"], name="case_latest"),
            models.Index(fields=["customer", "-opened_at"], name="case_of_customer"),
        ]

    def __str__(self) -> str:
        return f"#{self.ref} {self.subject}"

    @property
    def ref(self) -> str:
        return rules.reference(self.pk)

    @property
    def as_matter(self) -> str:
        """The case as the ledger names a matter."""
        return f"case:{self.pk}"

    @property
    def standing(self) -> rules.Standing:
        return rules.standing(
            closed_at=self.closed_at,
            first_answered_at=self.first_answered_at,
            waiting_since=self.waiting_since,
        )


class Clock(models.Model):
    """A time limit in working time. One kind today: the first answer."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="clock")
    started_at = models.DateTimeField()
    limit_minutes = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    # working minutes used when it stopped, so that later changes of hours leave it be
    used_minutes = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "case_clock"
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, used_minutes__isnull=True)
                | Q(stopped_at__isnull=False, used_minutes__isnull=False),
                name="case_clock_stopped_with_minutes",
            )
        ]

    def __str__(self) -> str:
        return f"first answer of {self.case_id} by {self.due_at}"


class Issue(models.Model):
    """One point within a case that gets its own verdict."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="issues")
    title = models.CharField(max_length=200)
    # the policy page that speaks about it, such as "returns"
    policy = models.CharField(max_length=60, blank=True)
    line = models.ForeignKey(
        "customers.OrderLine", models.PROTECT, null=True, related_name="+"
    )
    raised_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_issue"

    def __str__(self) -> str:
        return self.title


class Direction(models.TextChoices):
    IN = "in"
    OUT = "out"


class Message(models.Model):
    """Something said between us and the other side. Notes are another table: `Note`."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    channel = models.CharField(max_length=20)
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
    # why it stands in this case: message_id, references, token, answered, quote, new,
    # by_hand, delivery_report, unproven_report
    joined_by = models.CharField(max_length=20, blank=True)
    said_at = models.DateTimeField()

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
                | ~Q(automatic=""),
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


class Attachment(models.Model):
    """A file that came with a message; bytes lie in the blob folder under their hash."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)

    class Meta:
        db_table = "case_attachment"

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Another address that takes part in a case's mail."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="participants")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "case_participant"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "address"], name="case_participant_once"
            )
        ]

    def __str__(self) -> str:
        return self.address


class Presence(models.Model):
    """That a member had a case before them at an instant, reading or typing."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    member = models.ForeignKey("staff.Member", models.CASCADE, related_name="+")
    typing = models.BooleanField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "case_presence"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "member"], name="case_presence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.case_id}"
