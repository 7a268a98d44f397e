"""Members, teams and limits; access doors to members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet

from evenhand.kernel.addresses import same_form, without_tag
from evenhand.kernel.look import seen
from evenhand.kernel.money import Money
from evenhand.staff.models import Limit, Member, Team
from evenhand.staff.rules import HOLDERS, RANK, Permission, own_limit


def members_of(team: Team) -> QuerySet[Member]:
    """Return the active members of a team by name."""
    return team.members.filter(is_active=True).order_by("name", "pk")


def everybody() -> QuerySet[Member]:
    """Return all members, those whose account has ended too, with their teams."""
    return Member.objects.prefetch_related("teams").order_by("-is_active", "email")


def member_with(email: str) -> Member | None:
    """Return whoever signs in, or signed in, with this address."""
    return Member.objects.filter(email=same_form(email)).first()


def all_teams() -> QuerySet[Team]:
    """Return the teams by name."""
    return Team.objects.order_by("name")


def all_limits() -> QuerySet[Limit]:
    """Return every limit, those of one currency together, the smallest first."""
    return Limit.objects.order_by("currency", "amount_minor", "pk")


def colleague(*, of: Member, pk: int) -> Member | None:
    """Return an active member whom this member may hand work to, else None."""
    found = Member.objects.filter(pk=pk, is_active=True)
    if not of.reach.all_teams:
        found = found.filter(teams__in=of.reach.teams)
    return found.distinct().first()


def limits_in(currency: str) -> Mapping[str, Money]:
    """Return level -> limit in one currency."""
    return {
        limit.level: Money(limit.amount_minor, currency)
        for limit in Limit.objects.filter(currency=currency)
    }


def limit_of(member: Member, *, currency: str) -> Money:
    """Return the most that the member may grant of his own accord; zero if none is set."""
    return own_limit(role=member.role, limits=limits_in(currency), currency=currency)


def approvers_of(team: Team, *, level: str) -> QuerySet[Member]:
    """Return who may answer an approval of this level for a team's case."""
    roles = [role for role in HOLDERS[Permission.APPROVE] if RANK[role] >= RANK[level]]
    everywhere = HOLDERS[Permission.REACH_ALL_TEAMS]
    return (
        Member.objects.filter(is_active=True, role__in=roles)
        .filter(Q(teams=team) | Q(role__in=everywhere))
        .distinct()
        .order_by("name", "pk")
    )


def _oldest_first() -> list[Team]:
    return seen("teams", lambda: list(Team.objects.order_by("pk")))


def team_for(addresses: list[str]) -> Team | None:
    """Return the team whose mailbox one of our addresses names, else the first team."""
    mailboxes = {
        same_form(without_tag(address)).partition("@")[0] for address in addresses
    } - {""}
    teams = _oldest_first()
    named = (team for team in teams if team.mailbox in mailboxes)
    return next(named, None) or first_team()


def teams_named(addresses: Sequence[str]) -> list[Team]:
    """Return each team whose mailbox one of our addresses names, in their order.

    Of two teams with one mailbox the older has it.
    """
    held = {
        same_form(team.mailbox): team
        for team in reversed(_oldest_first())
        if team.mailbox
    }
    locals_ = (same_form(without_tag(each)).partition("@")[0] for each in addresses)
    return list(dict.fromkeys(held[each] for each in locals_ if each in held))


def team_numbered(pk: int) -> Team:
    """Return the team of a key that is known to name one."""
    return next(team for team in _oldest_first() if team.pk == pk)


def first_team() -> Team | None:
    """Return the team that takes what names none: the oldest."""
    return next(iter(_oldest_first()), None)
