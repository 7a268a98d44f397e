"""Let two cases be one, and part them again: docs/explanation/cases.md."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.cases import queries, rules
from evenhand.cases.actions.standing import resume
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import Case, Merge
from evenhand.staff.models import Member


class NotMerged(Exception):
    """Nothing was merged or parted, and nothing changed; the kind says why."""


class IntoItself(NotMerged):
    """A case cannot be merged into itself."""


class MergedAlready(NotMerged):
    """One of the two lives in another case; somebody may have been faster."""


class PartedAlready(NotMerged):
    """The merge was undone before."""


class EndOfSplit(NotMerged):
    """The merge ends a split that was undone; split the messages off again instead."""


@transaction.atomic
def merge(*, case: Case, into: Case, by: Member, at: datetime) -> Merge:
    """Merge a case into another, which lives on; nothing of either is moved.

    Where one of them is open the living one is open. IntoItself or MergedAlready, and
    nothing changed.
    """
    if case.pk == into.pk:
        raise IntoItself(case.ref)
    held = queries.locked_families([case.pk, into.pk])
    case, into = held[case.pk], held[into.pk]
    for one in (case, into):
        if one.merged_into_id is not None:
            raise MergedAlready(one.ref)
    was_closed = into.closed_at is not None
    made = join(case=case, into=into, by=by, at=at)
    stood = rules.together(_course(into), _course(case))
    into.moved_at = stood.moved_at
    into.waiting_since = stood.waiting_since
    into.closed_at = stood.closed_at
    into.save(update_fields=["moved_at", "waiting_since", "closed_at"])
    opened = was_closed and into.closed_at is None
    tell(case, kind="case.merged", by=by.as_actor, at=at, data={"into": into.ref})
    tell(
        into,
        kind="case.took_in",
        by=by.as_actor,
        at=at,
        data={"case": case.ref, "opened": opened},
    )
    return made


@transaction.atomic
def undo_merge(*, merge: Merge, by: Member, at: datetime) -> Case:
    """Part what was merged; return the case that lives by itself again.

    Both stand as if they had never been one: by what lies in each, that which came
    meanwhile too. PartedAlready or EndOfSplit, and nothing changed.
    """
    held = queries.locked_families([merge.case_id, merge.into_id])
    merge = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise PartedAlready(str(merge))
    if hasattr(merge, "of_split"):
        raise EndOfSplit(str(merge))
    case, into = held[merge.case_id], held[merge.into_id]
    home = held[into.merged_into_id or into.pk]
    branch = queries.branch_of(case)
    merge.undone_by, merge.undone_at = by, at
    merge.save(update_fields=["undone_by", "undone_at"])
    Case.objects.filter(pk__in=branch).update(merged_into=case)
    case.merged_into = None
    case.save(update_fields=["merged_into"])
    resume([case, home])
    tell(case, kind="case.parted", by=by.as_actor, at=at, data={"case": into.ref})
    for one in dict.fromkeys((into, home)):
        tell(one, kind="case.let_go", by=by.as_actor, at=at, data={"case": case.ref})
    return case


def join(*, case: Case, into: Case, by: Member, at: datetime) -> Merge:
    """Let a case and all that lives in it live in another; both locked and living."""
    made = Merge.objects.create(case=case, into=into, merged_by=by, merged_at=at)
    Case.objects.filter(merged_into=case).update(merged_into=into)
    case.merged_into = into
    case.save(update_fields=["merged_into"])
    return made


def _course(case: Case) -> rules.Course:
    return rules.Course(case.moved_at, case.waiting_since, case.closed_at)
