"""Findings, approvals and decisions: what was made of one issue."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evenhand.decisions.models.policies import PolicyVersion
from evenhand.decisions.rules.options import EXCEPTION
from evenhand.decisions.rules.proposals import Proposal
from evenhand.decisions.rules.words import Basis, FindingStatus, Verdict
from evenhand.kernel.money import Money
from evenhand.staff.rules import LEVELS


def _values(words: type[Basis | FindingStatus | Verdict]) -> list[str]:
    return [word.value for word in words]


def _choices(words: type[Basis | FindingStatus | Verdict]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


_LEVELS = [level.value for level in LEVELS]


class Finding(models.Model):
    """What somebody found out about one fact of an issue. Never changed; latest wins."""

    issue = models.ForeignKey("cases.Issue", models.PROTECT, related_name="+")
    fact = models.CharField(max_length=60)
    # as JSON holds it: days as "2026-06-01", money in minor units; null if unknown
    value = models.JSONField(null=True)
    status = models.CharField(max_length=10, choices=_choices(FindingStatus))
    source = models.CharField(max_length=200, blank=True)
    member = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    found_at = models.DateTimeField()

    class Meta:
        db_table = "finding"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=_values(FindingStatus)),
                name="finding_status_known",
            )
        ]
        indexes = [models.Index(fields=["issue", "fact", "-id"], name="finding_latest")]

    def __str__(self) -> str:
        return f"{self.fact} of {self.issue_id}: {self.value}"


class ApprovalState(models.TextChoices):
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Approval(models.Model):
    """A member asks someone with more authority for what is above his own limit.

    `proposal` is what the decision would be, as `rules.proposals.Proposal` keeps it.
    """

    issue = models.ForeignKey("cases.Issue", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    why = models.TextField()
    proposal = models.JSONField()
    # the lowest level that may answer
    level = models.CharField(max_length=10, choices=[(x, x) for x in _LEVELS])
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=10, choices=ApprovalState, default=ApprovalState.WAITING
    )
    answered_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "approval"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApprovalState.values), name="approval_state_known"
            ),
            models.CheckConstraint(
                condition=Q(level__in=_LEVELS), name="approval_level_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.WAITING, answered_at__isnull=True)
                | (
                    ~Q(state=ApprovalState.WAITING)
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
                name="approval_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApprovalState.GRANTED, ApprovalState.REFUSED])
                | ~Q(answered_by=F("asked_by")),
                name="approval_answered_by_another",
            ),
            models.UniqueConstraint(
                fields=["issue"],
                condition=Q(state=ApprovalState.WAITING),
                name="approval_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} approval of {self.issue_id}"

    @property
    def as_subject(self) -> str:
        return f"approval:{self.pk}"

    @property
    def proposed(self) -> Proposal:
        """The decision that would be made."""
        return Proposal.kept(self.proposal)

    @property
    def title(self) -> str:
        return self.proposed.title

    @property
    def amount(self) -> Money | None:
        """What the customer would receive in all, goodwill included."""
        if self.amount_minor is None:
            return None
        return Money(self.amount_minor, self.currency)

    @property
    def goodwill(self) -> Money:
        """The part of the amount that would be beyond right."""
        return self.proposed.goodwill


class Decision(models.Model):
    """The verdict on one issue and what is given; the live one has no `superseded_at`.

    `amount_minor` is all the money that the customer receives; `goodwill_minor` is what
    of it is beyond right, or the worth of what is waived where no money is paid;
    `price_minor` is what the customer pays. `facts` (name -> value), `version` and `rule` are kept so that
    the policy's answer can be computed again; `policy_outcome` is that answer.
    """

    issue = models.ForeignKey("cases.Issue", models.PROTECT, related_name="+")
    # none where no page of policy speaks about the issue
    version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, related_name="+"
    )
    # of the text that decided, whatever becomes of the version's
    page_hash = models.CharField(max_length=64, blank=True, default="")
    facts = models.JSONField(default=dict)
    # name -> {"status", "source"} of each known fact
    fact_sources = models.JSONField(default=dict)
    rule = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=30, choices=_choices(Verdict))
    give = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=10, choices=_choices(Basis))
    amount_minor = models.PositiveBigIntegerField(null=True)
    goodwill_minor = models.PositiveBigIntegerField(default=0)
    price_minor = models.PositiveBigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    # how it was chosen: entitlement, offer:ROW, or exception
    option = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    because = models.TextField(blank=True)
    # language -> the sentence to the customer, amounts filled in
    say = models.JSONField(default=dict)
    policy_outcome = models.JSONField(default=dict)
    level_needed = models.CharField(max_length=10, choices=[(x, x) for x in _LEVELS])
    decided_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    # who had the authority: the same member, or the approver
    granted_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    approval = models.OneToOneField(
        Approval, models.PROTECT, null=True, related_name="decision"
    )
    exception_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "decision"
        constraints = [
            models.UniqueConstraint(
                fields=["issue"],
                condition=Q(superseded_at__isnull=True),
                name="decision_one_live",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=_values(Verdict)),
                name="decision_verdict_known",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=_values(Basis)), name="decision_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(level_needed__in=_LEVELS), name="decision_level_known"
            ),
            models.CheckConstraint(
                condition=~Q(option=EXCEPTION) | ~Q(exception_reason=""),
                name="decision_exception_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=False) | Q(option=EXCEPTION),
                name="decision_by_a_page_or_reason",
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], name="decision_by_time")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.issue_id}"

    @property
    def as_subject(self) -> str:
        return f"decision:{self.pk}"

    @property
    def amount(self) -> Money | None:
        """What the customer receives in all; None where nothing is paid."""
        if self.amount_minor is None:
            return None
        return Money(self.amount_minor, self.currency)

    @property
    def goodwill(self) -> Money:
        """What is given beyond right."""
        return Money(self.goodwill_minor, self.currency)

    @property
    def price(self) -> Money | None:
        """What the customer pays; None where the option is not about paying."""
        if self.price_minor is None:
            return None
        return Money(self.price_minor, self.currency)

    @property
    def is_exception(self) -> bool:
        return self.option == EXCEPTION
