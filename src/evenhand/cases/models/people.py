"""Who takes part in a case, and who has it before them."""

from __future__ import annotations

from django.db import models

from evenhand.cases.models.matters import Case


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
