"""Side conversations: those of a case, the doors to them, whom they never reach."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max, Q, QuerySet

from evenhand.cases.models import (
    Attachment,
    Case,
    CustomerChange,
    SideConversation,
    SideFile,
    SideMessage,
    SideParty,
)
from evenhand.cases.queries.doors import NoSuchCase, visible_to
from evenhand.cases.queries.merges import family_of
from evenhand.customers.models import Customer, Identity, IdentityKind
from evenhand.kernel.addresses import same_form
from evenhand.staff.models import Member


def sides_of(case: Case) -> list[SideConversation]:
    """Return the side conversations of a case and of what is merged into it.

    Those with news first, then the last moved; two queries.
    """
    found = SideConversation.objects.filter(case__in=family_of(case))
    sides = found.prefetch_related("parties").order_by("-moved_at", "-pk")
    return sorted(sides, key=lambda side: side.news_since is None)


def cases_with_news(cases: Collection[Case]) -> set[int]:
    """Return the keys of those living cases beside which somebody has answered."""
    keys = {case.pk for case in cases}
    found = SideConversation.objects.filter(
        Q(case__in=keys) | Q(case__merged_into__in=keys), news_since__isnull=False
    ).values_list("case_id", "case__merged_into_id")
    return {home or key for key, home in found}


def side_for(member: Member, pk: int) -> SideConversation:
    """Return a side conversation of a case that the member may see, else NoSuchCase."""
    found = _in_reach(member).filter(pk=pk).prefetch_related("parties").first()
    if found is None:
        raise NoSuchCase(f"side {pk}")
    return found


def side_message_for(member: Member, pk: int) -> SideMessage:
    """Return what was said in such a conversation; NoSuchCase if not theirs to see."""
    found = (
        SideMessage.objects.filter(pk=pk, side__in=_in_reach(member))
        .select_related("side__case")
        .first()
    )
    if found is None:
        raise NoSuchCase(f"side message {pk}")
    return found


def side_file_for(member: Member, pk: int) -> SideFile:
    """Return a file of such a conversation; NoSuchCase if it is not theirs to see."""
    found = (
        SideFile.objects.filter(pk=pk, message__side__in=_in_reach(member))
        .select_related("message__side__case")
        .first()
    )
    if found is None:
        raise NoSuchCase(f"side file {pk}")
    return found


def _in_reach(member: Member) -> QuerySet[SideConversation]:
    visible = visible_to(member.reach)
    return SideConversation.objects.filter(case__in=visible).select_related(
        "case__customer", "case__team", "case__merged_into", "opened_by"
    )


def said_in(side: SideConversation) -> list[SideMessage]:
    """Return what was said in a side conversation, in that order."""
    found = SideMessage.objects.filter(side=side).select_related("member")
    return list(found.prefetch_related("files").order_by("said_at", "pk"))


def side_sent_with(token: str) -> SideMessage | None:
    """Return the mail that the form of this token has already sent."""
    found = SideMessage.objects.filter(token=token).select_related("side__case")
    return found.first() if token else None


def sides_of_message_ids(ids: Collection[str]) -> dict[str, int]:
    """Return Message-ID -> key of the side conversation that holds it."""
    # stored ids are cut at 255 characters
    wanted = {each[:255]: each for each in ids if each}
    found = SideMessage.objects.filter(message_id__in=wanted).order_by("-pk")
    return {
        wanted[each]: side for each, side in found.values_list("message_id", "side")
    }


def side_ids(side: SideConversation, *, most: int = 20) -> list[str]:
    """Return the Message-IDs of a side conversation, oldest first, for References."""
    found = (
        SideMessage.objects.filter(side=side)
        .exclude(message_id="")
        .order_by("-said_at", "-pk")
        .values_list("message_id", flat=True)[:most]
    )
    return list(found)[::-1]


def attachments_of(case: Case) -> list[Attachment]:
    """Return the files of what was said with the customer, in the order they came."""
    found = Attachment.objects.filter(message__case__in=family_of(case))
    return list(found.select_related("message").order_by("message__said_at", "pk"))


def is_party_of(side: SideConversation, address: str) -> bool:
    """Whether an address has taken part in a side conversation before."""
    return SideParty.objects.filter(side=side, address=same_form(address)).exists()


def earlier_third_parties(case: Case, *, most: int = 20) -> list[str]:
    """Return whom the case's team wrote to beside its cases, the latest first."""
    found = (
        SideParty.objects.filter(written_to=True, side__case__team=case.team_id)
        .values("address")
        .annotate(latest=Max("joined_at"))
        .order_by("-latest", "address")[:most]
    )
    barred = customer_addresses(case)
    return [row["address"] for row in found if row["address"] not in barred]


def customer_addresses(case: Case) -> frozenset[str]:
    """Return every mail address of those whose case it is, was, or became part of it.

    In the form for comparing. No side conversation is ever sent to one of them.
    """
    home = case.merged_into_id or case.pk
    family = Case.objects.filter(Q(pk=home) | Q(merged_into=home))
    changes = CustomerChange.objects.filter(case__in=family)
    customers = Customer.objects.filter(
        Q(pk__in=family.values("customer")) | Q(pk__in=changes.values("was"))
    )
    known = Identity.objects.filter(kind=IdentityKind.EMAIL, customer__in=customers)
    return frozenset(same_form(each) for each in known.values_list("value", flat=True))
