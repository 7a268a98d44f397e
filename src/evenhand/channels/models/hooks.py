"""Calls of providers that were believed, so that none is believed with other words."""

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
