"""Files that wait to go with an answer, and what a virus scanner said of any file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from evenhand.cases.models import SideConversation


@dataclass(frozen=True, slots=True)
class Box:
    """Beside which mail in the making a file lies: an answer, unless it says `beside`.

    Then a mail to a third party: in the conversation `side`, or the first of a new one.
    """

    beside: bool = False
    side: SideConversation | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What a row of `Upload` in this box has, for finding and for adding one."""
        return {"beside": self.beside, "side": self.side}


ANSWER = Box()


class Upload(models.Model):
    """A file that a member laid beside a mail in the making; it goes when that goes.

    Beside an answer, or with `beside` beside a mail to a third party: in the
    conversation `side`, or in the one that such a mail begins. The bytes lie in the blob
    store. It is reached only by its own member.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    member = models.ForeignKey("staff.Member", models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    beside = models.BooleanField(default=False)
    side = models.ForeignKey(
        "cases.SideConversation", models.CASCADE, null=True, related_name="+"
    )
    # the form's token of the mail that holds it until it leaves; empty while in the box
    held_by = models.CharField(max_length=64, blank=True, default="")
    uploaded_at = models.DateTimeField()

    class Meta:
        db_table = "channel_upload"
        constraints = [
            # the same file chosen twice by mistake goes once
            models.UniqueConstraint(
                fields=["case", "member", "sha256", "name", "held_by", "beside"],
                condition=Q(side__isnull=True),
                name="channel_upload_once",
            ),
            models.UniqueConstraint(
                fields=["side", "member", "sha256", "name", "held_by"],
                condition=Q(side__isnull=False),
                name="channel_upload_once_a_side",
            ),
            models.CheckConstraint(
                condition=Q(side__isnull=True) | Q(beside=True),
                name="channel_upload_of_side_is_beside",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(sha256=""), name="channel_upload_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScanState(models.TextChoices):
    UNSCANNED = "unscanned"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


class FileScan(models.Model):
    """What the virus scanner said of the bytes with this hash, whoever sent them.

    FAILED is a file that the scanner answered for with an error, such as one beyond its
    size limit; a scanner that does not answer at all leaves the file UNSCANNED.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=ScanState, default=ScanState.UNSCANNED
    )
    # the scanner's name for what it found, or its words where it failed
    finding = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_file_scan"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ScanState.values),
                name="channel_file_scan_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ScanState.INFECTED, ScanState.FAILED])
                | ~Q(finding=""),
                name="channel_file_scan_says_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state=ScanState.UNSCANNED),
                name="channel_file_scan_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.state}"
