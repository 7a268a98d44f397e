"""What waits for its time: what was forgotten, and the mails to third parties."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import (
    BigIntegerField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from evenhand.cases import queries as cases
from evenhand.cases.models import Case, Direction, SideConversation, SideMessage
from evenhand.channels.models import HeldAside, HeldState, Waiting
from evenhand.channels.queries.doors import FORGOTTEN_AT_ONCE, argued
from evenhand.staff.models import Member

# Longer than a job waits for its worker's death to be seen.
FORGOTTEN_AFTER = timedelta(minutes=2)
MOST_SHOWN = 200


def forgotten(kind: type[Waiting], *, task: str, at: datetime) -> list[Waiting]:
    """Return rows whose time has come and whom no job will send."""
    late = kind._default_manager.filter(  # noqa: SLF001  # Django's own name for a model's manager
        state=HeldState.HELD, leave_at__lt=at - FORGOTTEN_AFTER
    )
    busy = argued(task, "held_pk") if late.exists() else set()
    return list(late.exclude(pk__in=busy).order_by("pk")[:FORGOTTEN_AT_ONCE])


def aside_held_in(side: SideConversation | None) -> HeldAside | None:
    """Return the mail of a side conversation that waits to leave."""
    if side is None:
        return None
    found = HeldAside.objects.filter(side=side, state=HeldState.HELD)
    return found.select_related("case", "side", "member").first()


def asides_under_way(case: Case, *, member: Member) -> list[HeldAside]:
    """Return what waits beside a case, and what came back to the member; one query.

    Beside what is merged into it too; soonest first.
    """
    found = HeldAside.objects.filter(
        Q(state=HeldState.HELD) | _of(member) & Q(seen_at__isnull=True),
        case__in=cases.family_of(case),
    )
    return list(found.select_related("side", "member").order_by("leave_at", "pk"))


def held_aside_for(member: Member, pk: int) -> HeldAside:
    """Return a mail to a third party, whatever became of it; NoSuchCase if not theirs."""
    found = HeldAside.objects.filter(pk=pk, case__in=cases.visible_to(member.reach))
    row = found.select_related(
        "case__customer", "case__team", "side", "member", "message"
    ).first()
    if row is None:
        raise cases.NoSuchCase(f"mail beside a case {pk}")
    return row


def brought_back(
    case: Case, side: SideConversation | None, *, member: Member
) -> HeldAside | None:
    """Return the latest mail that came back to a member here and was not used since.

    Without a conversation those that would have begun one, beside any case of the
    family: where cases were merged meanwhile, the words are found in the living one.
    """
    place = Q(side=side) if side else Q(side=None, case__in=cases.family_of(case))
    back = with_again(member).filter(place, seen_at__isnull=True)
    return back.select_related("case", "side").order_by("-ended_at", "-pk").first()


def with_again(member: Member) -> QuerySet[HeldAside]:
    """Return the mails that came back to a member, used since or not."""
    return HeldAside.objects.filter(_of(member))


def _of(member: Member) -> Q:
    """Return the condition that a mail's words are with this member again."""
    return Q(state=HeldState.TAKEN_BACK, ended_by=member) | Q(
        state=HeldState.RETURNED, member=member
    )


def asides_held_later(member: Member) -> list[HeldAside]:
    """Return the mails within the member's reach that wait for a time, soonest first."""
    found = HeldAside.objects.filter(
        state=HeldState.HELD, later=True, case__in=cases.visible_to(member.reach)
    )
    rows = found.select_related("case", "side", "member").order_by("leave_at", "pk")
    return list(rows[:MOST_SHOWN])


def asides_returned(member: Member) -> list[HeldAside]:
    """Return the member's mails to third parties that came back and were not used."""
    rows = returned_unused(member).select_related("case", "side", "member")
    return list(rows.order_by("-ended_at", "pk")[:MOST_SHOWN])


def returned_unused(member: Member) -> QuerySet[HeldAside]:
    """Return the member's mails to third parties that did not leave, not used since."""
    return HeldAside.objects.filter(
        member=member, state=HeldState.RETURNED, seen_at__isnull=True
    )


def last_said_aside(side: SideConversation | None) -> int:
    """Return the key of the latest mail of a person in a conversation; 0 for none."""
    if side is None:
        return 0
    said = SideMessage.objects.filter(side=side, automatic="")
    return said.aggregate(last=Max("pk"))["last"] or 0


def said_aside_since(side: SideConversation | None, last: int) -> str:
    """Say who wrote after the mail of this key: third_party_wrote, written or ""."""
    said = SideMessage.objects.filter(side=side, automatic="", pk__gt=last)
    wrote = set(said.values_list("direction", flat=True)) if side else set()
    if Direction.IN in wrote:
        return "third_party_wrote"
    return "written" if wrote else ""


def overtaken_asides() -> list[HeldAside]:
    """Return mails that wait for a time, in whose conversation somebody wrote since."""
    said = SideMessage.objects.filter(
        side=OuterRef("side"), automatic="", pk__gt=OuterRef("last")
    )
    waiting = HeldAside.objects.filter(state=HeldState.HELD, later=True).annotate(
        last=Cast(KT("choices__last"), BigIntegerField())
    )
    found = waiting.filter(Exists(said) | Q(case__merged_into__isnull=False))
    rows = found.select_related("case", "side", "member").order_by("case", "pk")
    return list(rows[:FORGOTTEN_AT_ONCE])
