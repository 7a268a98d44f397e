"""Published versions of policy pages."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class PolicyVersion(models.Model):
    """One dated text of a policy page; the text is kept for ever as it was published.

    `effective_to` is the last day on which it holds; empty means until a later
    version begins.
    """

    policy = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    # the fact whose day picks the version; empty means the day of asking
    judged_on = models.CharField(max_length=60, blank=True)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    # nobody where a command published it
    published_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField()
    why = models.TextField(blank=True)
    # the second person, where one was needed
    confirmed_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    # the earlier version whose text came back with this one
    reverts_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # the version whose open end this one closed: it is given back on calling off
    closed = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # called off before it began: it never held on any day
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    called_off_why = models.TextField(blank=True)

    class Meta:
        db_table = "policy_version"
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "version"], name="policy_version_once"
            ),
            models.UniqueConstraint(
                fields=["policy", "effective_from"],
                condition=Q(called_off_at__isnull=True),
                name="policy_version_one_begins",
            ),
            # two published at once cannot both be the one without an end
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(effective_to__isnull=True, called_off_at__isnull=True),
                name="policy_version_one_open_end",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="policy_version_ends_after_begin",
            ),
            models.CheckConstraint(
                condition=Q(called_off_at__isnull=True) | ~Q(called_off_why=""),
                name="policy_version_called_off_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.version}"

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def as_subject(self) -> str:
        """The version as the ledger names a thing."""
        return f"policy:{self.pk}"
