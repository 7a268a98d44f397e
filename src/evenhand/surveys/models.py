from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from evenhand.surveys import rules


class Survey(models.Model):
    """One link sent after one closing. The token itself is in the customer's mail only."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    # the ledger's entry of the closing that is asked about
    closing = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    # SHA-256 of the token, in hexadecimal
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    message = models.OneToOneField("cases.Message", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "survey"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")),
                name="survey_expires_after_asked",
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="survey_by_time")]

    def __str__(self) -> str:
        return f"survey of {self.case_id} asked {self.asked_at}"

    @property
    def as_subject(self) -> str:
        """The survey as the ledger names it."""
        return f"survey:{self.pk}"

    def standing_at(self, at: datetime) -> rules.Standing:
        """Return whether it can be answered at the instant."""
        return rules.standing(
            answered=hasattr(self, "answer"), expires_at=self.expires_at, at=at
        )


class Answer(models.Model):
    """What the customer answered: one for a survey, never changed."""

    survey = models.OneToOneField(Survey, models.PROTECT, related_name="answer")
    satisfaction = models.PositiveSmallIntegerField()
    # how far "it was made easy for me" is agreed with
    ease = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        db_table = "survey_answer"
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction__range=(1, 5)), name="survey_answer_of_five"
            ),
            models.CheckConstraint(
                condition=Q(ease__range=(1, 7)), name="survey_answer_of_seven"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.satisfaction} of 5, {self.ease} of 7"

    @property
    def is_low(self) -> bool:
        return rules.is_low(satisfaction=self.satisfaction, ease=self.ease)
