"""The access doors to cases, and the locks.

Every list, page, export and live stream takes its cases from `visible_to`: it is the
one permission filter.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from evenhand.cases import rules
from evenhand.cases.models import Attachment, Case, Issue, Message
from evenhand.staff.models import Member
from evenhand.staff.rules import Reach


class NoSuchCase(Exception):
    """There is no such case, or it is not the member's to see: told apart by no one."""


def visible_to(reach: Reach) -> QuerySet[Case]:
    """Return the cases within a member's reach: their teams', or all.

    Who may see a case may see what was merged into it, for it is read there.
    """
    if reach.all_teams:
        return Case.objects.all()
    own = Q(team__in=reach.teams)
    return Case.objects.filter(own | Q(merged_into__team__in=reach.teams))


def living(reach: Reach) -> QuerySet[Case]:
    """Return the cases within reach that are merged into no other."""
    found = Case.objects.filter(merged_into__isnull=True)
    return found if reach.all_teams else found.filter(team__in=reach.teams)


def case_for(member: Member, ref: str) -> Case:
    """Return the case of this number, such as "10042"; NoSuchCase if not theirs."""
    try:
        return (
            visible_to(member.reach)
            .select_related(
                "customer", "team", "owner", "clock", "order", "merged_into"
            )
            .prefetch_related("merged")
            .get(pk=rules.key_of(ref))
        )
    except (Case.DoesNotExist, rules.NotAReference) as error:
        raise NoSuchCase(ref) from error


def locked_case(case: Case) -> Case:
    """Lock the case's row until the transaction ends and return it as it is now."""
    return Case.objects.select_for_update(no_key=True).get(pk=case.pk)


def locked_with_home(case: Case) -> tuple[Case, Case]:
    """Lock a case and the living one that it is read in; twice the same if it lives.

    In the order of keys, as every lock of several cases. Only where a merge was
    committed since the case was read is the living one locked last.
    """
    keys = {case.pk, case.merged_into_id or case.pk}
    rows = (
        Case.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    )
    held = {row.pk: row for row in rows}
    own = held[case.pk]
    home = own.merged_into_id or own.pk
    return own, held[home] if home in held else locked_case(Case(pk=home))


def locked_families(keys: Collection[int]) -> dict[int, Case]:
    """Lock cases, those they live in, and all that lives there; return key -> case.

    Whoever merges or parts holds these locks: no two change one family at once, and
    none of it can join another meanwhile. Where a family has grown while we waited, the
    locks are given back and taken anew in order, so that no two wait for each other.
    """
    wanted = _families(keys)
    while True:
        mark = transaction.savepoint()
        rows = (
            Case.objects.select_for_update(no_key=True)
            .filter(pk__in=wanted)
            .order_by("pk")
        )
        held = {row.pk: row for row in rows}
        found = _families(keys)
        if found <= held.keys():
            transaction.savepoint_commit(mark)
            return {key: held[key] for key in found}
        transaction.savepoint_rollback(mark)
        wanted = found


def _families(keys: Collection[int]) -> set[int]:
    of_them = Case.objects.filter(pk__in=keys).values_list("pk", "merged_into")
    homes = {home or key for key, home in of_them}
    return set(
        Case.objects.filter(
            Q(pk__in=homes) | Q(merged_into__in=homes) | Q(pk__in=keys)
        ).values_list("pk", flat=True)
    )


def issue_for(member: Member, pk: int) -> Issue:
    """Return an issue of a case that the member may see; NoSuchCase otherwise."""
    found = (
        Issue.objects.filter(pk=pk, case__in=visible_to(member.reach))
        .select_related("case__customer", "case__team", "case__order", "line__product")
        .first()
    )
    if found is None:
        raise NoSuchCase(f"issue {pk}")
    return found


def message_for(member: Member, pk: int) -> Message:
    """Return a message of a case that the member may see; NoSuchCase otherwise."""
    found = (
        Message.objects.filter(pk=pk, case__in=visible_to(member.reach))
        .select_related("case")
        .first()
    )
    if found is None:
        raise NoSuchCase(f"message {pk}")
    return found


def attachment_for(member: Member, pk: int) -> Attachment:
    """Return an attachment of a case that the member may see; NoSuchCase otherwise."""
    found = Attachment.objects.filter(
        pk=pk, message__case__in=visible_to(member.reach)
    ).first()
    if found is None:
        raise NoSuchCase(f"attachment {pk}")
    return found
