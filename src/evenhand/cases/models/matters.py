"""One matter with one customer, its clock and its points."""

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
    # the living case in which this one is read, at the end of all merges; none: it lives
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged"
    )
    language = models.CharField(max_length=10, default="en")
    channel = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    # when anything was last said; the inbox is sorted by it
    moved_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    first_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # opened by mail from before the desk fetched it: it stood closed from the start
    earlier = models.BooleanField(default=False)

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
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="case_not_merged_into_itself",
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
    def home_ref(self) -> str:
        """The number of the living case in which this one is read, or its own."""
        return rules.reference(self.merged_into_id or self.pk)

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
    """A time limit in working time. One kind today: the first answer.

    A case of earlier mail has none until it is opened again.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="clock")
    started_at = models.DateTimeField()
    limit_minutes = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    # the answer that stopped it; one of another case, where the two were one by then
    stopped_in = models.ForeignKey(
        "cases.Message", models.PROTECT, null=True, related_name="+"
    )
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
