"""Side conversations: what is said about a case with somebody else than its customer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.cases.models.matters import Case
from evenhand.cases.models.messages import Direction, Enclosed, Spoken


class SideConversation(models.Model):
    """A conversation about a case with a third party, such as a supplier or a carrier.

    It has tables of its own, as notes have: whatever reads what was said with the
    customer, or writes to them, cannot meet a row of it by forgetting a condition.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="sides")
    subject = models.CharField(max_length=300)
    language = models.CharField(max_length=10, default="en")
    # none where it began with a mail that somebody wrote with a mail program
    opened_by = models.ForeignKey(
        "staff.Member", models.PROTECT, related_name="+", null=True
    )
    opened_at = models.DateTimeField()
    # when anything was last said
    moved_at = models.DateTimeField()
    # since when something lies here that nobody has looked at
    news_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "side"
        indexes = [
            models.Index(
                fields=["case"],
                condition=Q(news_since__isnull=False),
                name="side_with_news",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} beside {self.case_id}"


class SideParty(models.Model):
    """An address in a side conversation; `written_to` if a member chose to write there.

    Who only wrote into it or was copied is known, and gets nothing by itself.
    """

    side = models.ForeignKey(SideConversation, models.PROTECT, related_name="parties")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    written_to = models.BooleanField()
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "side_party"
        constraints = [
            models.UniqueConstraint(fields=["side", "address"], name="side_party_once")
        ]

    def __str__(self) -> str:
        return self.address


class SideMessage(Spoken):
    """Something said in a side conversation. No `Message`: nothing of a case shows it."""

    side = models.ForeignKey(SideConversation, models.PROTECT, related_name="messages")
    # the sender had not taken part before
    stranger = models.BooleanField(default=False)
    # the form's own, so that a second press sends nothing twice
    token = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        db_table = "side_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values),
                name="side_message_direction_known",
            ),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN, member__isnull=True)
                | Q(direction=Direction.OUT, member__isnull=False)
                # written with a mail program: the address that it was sent from
                | (Q(direction=Direction.OUT) & ~Q(sender="")),
                name="side_message_out_has_author",
            ),
        ]
        indexes = [
            models.Index(fields=["side", "said_at", "id"], name="side_message_thread")
        ]

    def __str__(self) -> str:
        return f"{self.direction} in {self.side_id} at {self.said_at}"


class SideFile(Enclosed):
    """A file of a side conversation; its bytes lie in the store under their hash."""

    message = models.ForeignKey(SideMessage, models.PROTECT, related_name="files")

    class Meta:
        db_table = "side_file"
        indexes = [models.Index(fields=["sha256"], name="side_file_sha256")]

    def __str__(self) -> str:
        return self.name
