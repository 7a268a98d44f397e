"""Mail on its way out, and what became of it for each of its recipients."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evenhand.cases.models import Case


class OutgoingState(models.TextChoices):
    """FAILED as soon as somebody will not get it, though others may still wait."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Outgoing(models.Model):
    """One mail on its way out. Its bytes are made once, so that a retry sends the same.

    It points at a message, never at a note: notes are another table. A mail of a side
    conversation points at a message of that, which is a third table. Mail of the
    sign-in pages has no case and so neither. `state` follows from its recipients;
    `recipients` are the addresses that it was written for.
    """

    message = models.OneToOneField(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
    side_message = models.OneToOneField(
        "cases.SideMessage", models.PROTECT, null=True, related_name="+"
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
    # why it came back, where the report does not say for which of several people
    came_back = models.CharField(max_length=1000, blank=True, default="")
    # the server that it goes through; null for EVENHAND_MAIL_OUT
    server = models.ForeignKey(
        "channels.SendingServer", models.PROTECT, null=True, related_name="+"
    )
    # what took it: the SMTP server's name, or "outbox" where nothing leaves
    transport = models.CharField(max_length=100, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    # who looked at a failure and left it so, and when
    settled_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    raw = models.BinaryField()

    class Meta:
        db_table = "channel_outgoing"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OutgoingState.values),
                name="channel_outgoing_state_known",
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=True) | Q(side_message__isnull=True),
                name="channel_outgoing_one_conversation",
            ),
            models.CheckConstraint(
                condition=~Q(state=OutgoingState.SENT) | Q(sent_at__isnull=False),
                name="channel_outgoing_sent_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=OutgoingState.FAILED) | ~Q(error=""),
                name="channel_outgoing_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="channel_outgoing_settled_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["-queued_at", "-id"], name="channel_outgoing_latest"),
            models.Index(
                fields=["-queued_at", "-id"],
                condition=~Q(state=OutgoingState.SENT),
                name="channel_outgoing_not_sent",
            ),
            # what a server took within the last minute
            models.Index(
                fields=["server", "sent_at"],
                condition=Q(sent_at__isnull=False),
                name="channel_outgoing_of_server",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail_id} {self.state}"

    @property
    def case(self) -> Case | None:
        """The case that it is about; none for mail of the sign-in pages."""
        if self.message is not None:
            return self.message.case
        return self.side_message.side.case if self.side_message else None

    @property
    def readers(self) -> list[str]:
        """The addresses that it goes to now, corrected ones in place of the wrong."""
        people = sorted(self.people.all(), key=lambda one: one.pk)
        return [one.address for one in people if one.instead_id is None]

    @property
    def is_awaited(self) -> bool:
        """Whether it is still to be handed over for somebody."""
        return any(one.state == RecipientState.WAITING for one in self.people.all())

    @property
    def is_dead(self) -> bool:
        """Whether it failed for somebody, and nobody has dealt with that yet."""
        return self.state == OutgoingState.FAILED and self.settled_at is None


class RecipientKind(models.TextChoices):
    TO = "to"
    CC = "cc"


class RecipientState(models.TextChoices):
    """How far a mail got for one person.

    TAKEN: a server said 250. REFUSED: it said 5xx. FAILED: the tries ran out.
    BOUNCED: it was taken and came back.
    """

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    FAILED = "failed"
    BOUNCED = "bounced"


# those who will not get it, unless somebody does something
DEAD_STATES = (
    RecipientState.REFUSED,
    RecipientState.FAILED,
    RecipientState.BOUNCED,
)


class Recipient(models.Model):
    """One person whom a mail is for, and what the server said of them.

    `code` and `words` are the server's last answer; of who still waits, why not yet.
    """

    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="people")
    address = models.CharField(max_length=320)
    kind = models.CharField(
        max_length=2, choices=RecipientKind, default=RecipientKind.TO
    )
    state = models.CharField(
        max_length=10, choices=RecipientState, default=RecipientState.WAITING
    )
    code = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    # the corrected address that the mail went to in its place
    instead = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrects"
    )

    class Meta:
        db_table = "channel_recipient"
        constraints = [
            models.UniqueConstraint(
                fields=["outgoing", "address"], name="channel_recipient_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RecipientKind.values),
                name="channel_recipient_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RecipientState.values),
                name="channel_recipient_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DEAD_STATES) | ~Q(words=""),
                name="channel_recipient_dead_says_why",
            ),
            models.CheckConstraint(
                condition=Q(instead__isnull=True)
                | (Q(state__in=DEAD_STATES) & ~Q(instead=F("id"))),
                name="channel_recipient_only_dead_corrected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.state}"

    @property
    def is_in_doubt(self) -> bool:
        """Whether the mail may have come back for them: the report does not say."""
        took = self.state == RecipientState.TAKEN and self.instead_id is None
        return took and bool(self.outgoing.came_back)

    @property
    def is_dead(self) -> bool:
        """Whether they will not get it, and no other address took their place."""
        return self.state in DEAD_STATES and self.instead_id is None
