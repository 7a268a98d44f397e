"""The access doors to cases, and the locks.

Every list, page, export and live stream takes its cases from `visible_to`: it is the
one permission filter.
"""

from __future__ import annotations

from django.db.models import QuerySet

from evenhand.cases import rules
from evenhand.cases.models import Attachment, Case, Issue, Message
from evenhand.staff.models import Member
from evenhand.staff.rules import Reach


class NoSuchCase(Exception):
    """There is no such case, or it is not the member's to see: told apart by no one."""


def visible_to(reach: Reach) -> QuerySet[Case]:
    """Return the cases within a member's reach: their teams', or all."""
    if reach.all_teams:
        return Case.objects.all()
    return Case.objects.filter(team__in=reach.teams)


def case_for(member: Member, ref: str) -> Case:
    """Return the case of this number, such as "10042"; NoSuchCase if not theirs."""
    try:
        return (
            visible_to(member.reach)
            .select_related("customer", "team", "owner", "clock", "order")
            .get(pk=rules.key_of(ref))
        )
    except (Case.DoesNotExist, rules.NotAReference) as error:
        raise NoSuchCase(ref) from error


def locked_case(case: Case) -> Case:
    """Lock the case's row until the transaction ends and return it as it is now."""
    return Case.objects.select_for_update().get(pk=case.pk)


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
