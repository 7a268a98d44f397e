"""Roles, what each may do, whose cases one reaches, and limits of authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from evenhand.kernel.money import Money


class Role(StrEnum):
    AGENT = "agent"
    APPROVER = "approver"
    MANAGER = "manager"
    ADMIN = "admin"


class Permission(StrEnum):
    WORK_ON_CASES = "work_on_cases"
    APPROVE = "approve"
    OVERRIDE_A_BLOCK = "override_a_block"
    REACH_ALL_TEAMS = "reach_all_teams"
    PUBLISH_POLICIES = "publish_policies"
    MEND_MAIL = "mend_mail"
    SEE_THE_OUTBOX = "see_the_outbox"
    SET_UP_PUBLISHING = "set_up_publishing"
    SET_UP_MAIL = "set_up_mail"


_LEADS = frozenset({Role.MANAGER, Role.ADMIN})
_SENIORS = _LEADS | {Role.APPROVER}
HOLDERS: Mapping[Permission, frozenset[Role]] = {
    Permission.WORK_ON_CASES: frozenset(Role),
    Permission.APPROVE: _SENIORS,
    Permission.OVERRIDE_A_BLOCK: _SENIORS,
    Permission.REACH_ALL_TEAMS: _LEADS,
    Permission.PUBLISH_POLICIES: _LEADS,
    Permission.MEND_MAIL: _LEADS,
    Permission.SEE_THE_OUTBOX: _LEADS,
    Permission.SET_UP_PUBLISHING: frozenset({Role.ADMIN}),
    Permission.SET_UP_MAIL: frozenset({Role.ADMIN}),
}
# Who may grant what a policy reserves for a level; an admin grants as a manager does.
RANK: Mapping[str, int] = {
    Role.AGENT: 1,
    Role.APPROVER: 2,
    Role.MANAGER: 3,
    Role.ADMIN: 3,
}
LEVELS = (Role.AGENT, Role.APPROVER, Role.MANAGER)


def may(role: str, permission: Permission) -> bool:
    """Whether the role holds the permission."""
    return role in HOLDERS[permission]


def reaches_level(*, role: str, level: str) -> bool:
    """Whether the role may grant what needs this level (agent, approver, manager)."""
    return RANK[role] >= RANK[level]


def own_limit(*, role: str, limits: Mapping[str, Money], currency: str) -> Money:
    """Return the most that a role grants of its own accord; zero if none is set.

    It is the highest limit of the levels that the role reaches.
    """
    own = [limit for level, limit in limits.items() if RANK[level] <= RANK[role]]
    return max(own, key=lambda limit: limit.minor, default=Money(0, currency))


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases a member may see: those of these teams, or of all."""

    all_teams: bool
    teams: frozenset[int]


def level_for(*, amount: Money, limits: Mapping[str, Money]) -> str:
    """Return the lowest level whose limit covers the amount, else manager.

    `limits` maps a level to its limit in the amount's currency; a level without one
    may grant nothing of its own.
    """
    for level in LEVELS:
        limit = limits.get(level)
        if limit is not None and amount <= limit:
            return level
    return Role.MANAGER
