"""Pages in the making, what was found out about them, who must agree to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evenhand.decisions.models.policies import PolicyVersion


class DraftState(models.TextChoices):
    WRITING = "writing"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    DROPPED = "dropped"


OPEN = (DraftState.WRITING, DraftState.PROPOSED)


class PolicyDraft(models.Model):
    """A page that is being written; `revision` grows with every text that is kept.

    `policy` and `title` are those of the head, as far as it could be read. `begins` is
    the day asked for, `acknowledged` what was said to be meant: [{"key", "what"}].
    """

    policy = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    # the latest version when it was begun: another one since then must be looked at
    based_on = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, related_name="+"
    )
    # the earlier version whose text comes back
    reverts_to = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=DraftState, default=DraftState.WRITING
    )
    # nobody where a command brought it
    begun_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    begun_at = models.DateTimeField()
    written_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField()
    why = models.TextField(blank=True)
    begins = models.DateField(null=True)
    acknowledged = models.JSONField(default=list)
    proposed_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True)
    needs_second = models.BooleanField(default=False)
    answered_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    version = models.OneToOneField(
        PolicyVersion, models.PROTECT, null=True, related_name="draft"
    )

    class Meta:
        db_table = "policy_draft"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DraftState.values), name="policy_draft_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.PROPOSED) | Q(proposed_at__isnull=False),
                name="policy_draft_proposed_when",
            ),
            models.CheckConstraint(
                condition=Q(state=DraftState.PUBLISHED, version__isnull=False)
                | (~Q(state=DraftState.PUBLISHED) & Q(version__isnull=True)),
                name="policy_draft_published_as",
            ),
            # whoever proposes does not answer: two people, or nothing is published
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(answered_by=F("proposed_by")),
                name="policy_draft_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.PUBLISHED, needs_second=True)
                | Q(answered_by__isnull=False),
                name="policy_draft_second_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "policy"], name="policy_draft_open")]

    def __str__(self) -> str:
        return f"{self.policy or 'page'} {self.pk}, {self.state}"

    @property
    def as_subject(self) -> str:
        """The draft as the ledger names a thing."""
        return f"draft:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class RunState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DraftCheck(models.Model):
    """What the checks say of a draft's text; that of an earlier text is overwritten.

    `report` is as `rules.reports.CheckReport` keeps it; `error` says why there is none.
    """

    draft = models.OneToOneField(
        PolicyDraft, models.CASCADE, primary_key=True, related_name="check_run"
    )
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "policy_draft_check"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="draft_check_state"
            )
        ]

    def __str__(self) -> str:
        return f"check of {self.draft_id}, {self.state}"


class ReplayRun(models.Model):
    """One replay of a draft's text over the past; its report belongs to that text.

    `of` is the page whose decided cases were taken, `against` the version that they were
    compared with; `done` and `total` count cases.
    """

    draft = models.ForeignKey(PolicyDraft, models.CASCADE, related_name="replays")
    content_hash = models.CharField(max_length=64)
    of = models.CharField(max_length=60)
    against = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "policy_replay_run"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="policy_replay_run_state"
            ),
            # a second click must not replay ten million cases twice
            models.UniqueConstraint(
                fields=["draft", "content_hash"],
                condition=Q(state__in=[RunState.WAITING, RunState.RUNNING]),
                name="policy_replay_run_one_at_work",
            ),
        ]

    def __str__(self) -> str:
        return f"replay of {self.draft_id}, {self.state}"

    @property
    def is_at_work(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class PublishingRule(models.Model):
    """Whether a page needs a second person; the latest row holds, none means no."""

    second_person = models.BooleanField()
    set_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        db_table = "publishing_rule"

    def __str__(self) -> str:
        return "second person" if self.second_person else "one person"
