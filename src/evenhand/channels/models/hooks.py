"""Calls of providers: those that were believed, and when each was heard last."""

from __future__ import annotations

from django.db import models


class HookCall(models.Model):
    """A signed call whose signature does not cover its body: its mark and its body.

    Whoever hears such a call could sign a body of his own with it; so a mark that was
    seen counts only with the body that it came with.
    """

    provider = models.CharField(max_length=20)
    # SHA-256 of what was signed, and of all that the call says
    mark = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    called_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "channel_hook_call"
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "mark"], name="channel_hook_call_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.mark[:12]}"


class HookRefusal(models.TextChoices):
    """Why a call was refused last."""

    NOT_PROVEN = "not_proven"
    NOT_UNDERSTOOD = "not_understood"
    TOO_LARGE = "too_large"


class HookState(models.Model):
    """How a provider fares: when a call of it was last taken, and when refused, and why.

    Written at most once a minute, for anybody may call in a provider's name.
    """

    provider = models.CharField(max_length=20, unique=True)
    called_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=20, choices=HookRefusal, blank=True)

    class Meta:
        db_table = "channel_hook_state"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(refused_at__isnull=True)
                | models.Q(refusal__in=HookRefusal.values),
                name="channel_hook_state_refused_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.provider
