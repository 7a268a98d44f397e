"""Cases that became one, and messages that went into a case of their own; who undid it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evenhand.cases.models.matters import Case
from evenhand.cases.models.messages import Message

_UNDONE_BY_SOMEBODY = Q(undone_at__isnull=True, undone_by__isnull=True) | Q(
    undone_at__isnull=False, undone_by__isnull=False
)


class Merge(models.Model):
    """That one case was merged into another, until it is undone.

    It moves nothing: what was said stays where it lies and is read in the case that
    lives. `Case.merged_into` is worked out from these rows.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="merges")
    into = models.ForeignKey(Case, models.PROTECT, related_name="taken_in")
    merged_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_merge"
        constraints = [
            # of two who merge one case at once the database takes one
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(undone_at__isnull=True),
                name="case_merge_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(case=F("into")), name="case_merge_into_another"
            ),
            models.CheckConstraint(
                condition=_UNDONE_BY_SOMEBODY, name="case_merge_undone_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} into {self.into_id}"


class Split(models.Model):
    """That messages were taken out of a case into a new one, until it is undone.

    Undone, the messages lie again where they lay, and whatever else came into the new
    case is read in the old one by `merge`.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="splits")
    into = models.OneToOneField(Case, models.PROTECT, related_name="split_from")
    split_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    split_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        "staff.Member", models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    merge = models.OneToOneField(
        Merge, models.PROTECT, null=True, related_name="of_split"
    )

    class Meta:
        db_table = "case_split"
        constraints = [
            models.CheckConstraint(
                condition=~Q(case=F("into")), name="case_split_into_another"
            ),
            models.CheckConstraint(
                condition=_UNDONE_BY_SOMEBODY, name="case_split_undone_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, merge__isnull=True)
                | Q(undone_at__isnull=False, merge__isnull=False),
                name="case_split_undone_by_merge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.into_id} out of {self.case_id}"


class Moved(models.Model):
    """One message that a split moved, and the case in which it lay before."""

    split = models.ForeignKey(Split, models.PROTECT, related_name="moved")
    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    was_in = models.ForeignKey(Case, models.PROTECT, related_name="+")

    class Meta:
        db_table = "case_moved_message"
        constraints = [
            models.UniqueConstraint(
                fields=["split", "message"], name="case_moved_message_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} out of {self.was_in_id}"


class CustomerChange(models.Model):
    """That a case was given another customer: whose it was before, and whose it became.

    `order` is what it was about until then, where that was the former customer's; one
    that undoes another gives both back.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="customer_changes")
    was = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    to = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    changed_by = models.ForeignKey("staff.Member", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    order = models.ForeignKey(
        "customers.Order", models.PROTECT, null=True, related_name="+"
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by"
    )

    class Meta:
        db_table = "case_customer_change"
        constraints = [
            models.CheckConstraint(
                condition=~Q(was=F("to")), name="case_customer_change_changes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} from {self.was_id} to {self.to_id}"
