from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from evenhand.kernel.addresses import same_form
from evenhand.kernel.text import initials
from evenhand.kernel.working_time import Schedule
from evenhand.staff.rules import LEVELS, Permission, Reach, Role, may


def _weekdays() -> dict[str, list[list[str]]]:
    return {str(day): [["09:00", "18:00"]] for day in range(5)}


class Team(models.Model):
    """Who shares an inbox, when they are there, and how soon they answer."""

    name = models.CharField(max_length=80, unique=True)
    # the local part of the mail address that reaches the team, such as "returns"
    mailbox = models.CharField(max_length=64, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(default=_weekdays)
    holidays = models.JSONField(default=list)
    first_answer_minutes = models.PositiveIntegerField(default=480)

    class Meta:
        db_table = "staff_team"
        constraints = [
            models.CheckConstraint(
                condition=Q(first_answer_minutes__gt=0), name="staff_team_answers"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def schedule(self) -> Schedule:
        return Schedule.weekly(
            time_zone=self.time_zone, hours=self.hours, holidays=self.holidays
        )


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email__iexact=same_form(username or ""))


class Member(AbstractBaseUser):
    """Someone who works here and signs in with a mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Role])
    teams = models.ManyToManyField(Team, related_name="members")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects: ClassVar[MemberManager] = MemberManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        db_table = "staff_member"
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]),
                name="staff_member_role_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def as_actor(self) -> str:
        """The member as the ledger names an actor."""
        return f"member:{self.pk}"

    @property
    def reach(self) -> Reach:
        # kept on the instance, which lives for one request
        if not hasattr(self, "_reach"):
            everything = may(self.role, Permission.REACH_ALL_TEAMS)
            teams = () if everything else self.teams.values_list("pk", flat=True)
            self._reach = Reach(all_teams=everything, teams=frozenset(teams))
        return self._reach

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission)

    def has_perms(self, _perms: Any, _obj: Any = None) -> bool:
        """Django's own permissions are not used; `may` is the only question."""
        return False


class Limit(models.Model):
    """The most that a level may grant of its own accord on one case."""

    level = models.CharField(
        max_length=10, choices=[(level.value, level.value) for level in LEVELS]
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()

    class Meta:
        db_table = "staff_limit"
        constraints = [
            models.UniqueConstraint(
                fields=["level", "currency"], name="staff_limit_once"
            ),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in LEVELS]),
                name="staff_limit_level_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.amount_minor} {self.currency}"
