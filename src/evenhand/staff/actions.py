"""Take people on, put them in teams, set limits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from evenhand.kernel.addresses import is_address, same_form
from evenhand.kernel.money import Money
from evenhand.ledger import actions as ledger
from evenhand.staff.models import Limit, Member, Team
from evenhand.staff.rules import LEVELS, Role


class NotAMember(ValueError):
    """The address, role or password cannot make a member; the text says which."""


@transaction.atomic
def add_team(
    *,
    name: str,
    by: str,
    at: datetime,
    mailbox: str = "",
    time_zone: str = "UTC",
    hours: dict[str, list[list[str]]] | None = None,
    first_answer_minutes: int = 480,
) -> Team:
    """Add a team; ValueError where its zone or hours cannot be read.

    NeverOpen (a ValueError too) where its hours hold no first answer: its first mail
    would have no limit to run against.
    """
    team = Team(
        name=name,
        mailbox=mailbox,
        time_zone=time_zone,
        first_answer_minutes=first_answer_minutes,
    )
    if hours is not None:
        team.hours = hours
    team.schedule.add(start=at, minutes=first_answer_minutes)
    team.save()
    ledger.record(
        kind="team.added", subject=f"team:{team.pk}", by=by, at=at, data={"name": name}
    )
    return team


class NotATeam(ValueError):
    """The mailbox cannot be this team's; the text says why."""


@transaction.atomic
def change_team(
    *,
    team: Team,
    by: str,
    at: datetime,
    mailbox: str | None = None,
    time_zone: str | None = None,
    first_answer_minutes: int | None = None,
) -> None:
    """Change what is given of a team; clocks that run already keep their limit.

    `mailbox` is a whole local part such as "returns", or empty for the desk's own
    address. NotATeam for one that is no local part or another team's; ValueError, as
    for a new team, where no first answer could ever fall due. Nothing is changed then.
    """
    locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    wanted = {
        "mailbox": None if mailbox is None else _mailbox_for(locked, mailbox),
        "time_zone": time_zone,
        "first_answer_minutes": first_answer_minutes,
    }
    if first_answer_minutes is not None and first_answer_minutes < 1:
        raise ValueError("a first answer within less than a minute makes no sense")
    changed = {
        name: value
        for name, value in wanted.items()
        if value is not None and value != getattr(locked, name)
    }
    if not changed:
        return
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.schedule.add(start=at, minutes=locked.first_answer_minutes)
    locked.save(update_fields=list(changed))
    ledger.record(
        kind="team.changed",
        subject=f"team:{team.pk}",
        by=by,
        at=at,
        data=changed,
    )


def _mailbox_for(team: Team, mailbox: str) -> str:
    local = same_form(mailbox)
    if not local:
        return ""
    if "+" in local or len(local) > 64 or not is_address(f"{local}@shop.example"):
        raise NotATeam(f"{mailbox!r} is not the part before the @, such as returns")
    other = Team.objects.filter(mailbox=local).exclude(pk=team.pk).first()
    if other is not None:
        raise NotATeam(f"the mailbox {local} is the team {other}'s")
    return local


@transaction.atomic
def add_member(
    *,
    email: str,
    name: str,
    role: Role,
    password: str,
    teams: Iterable[Team],
    by: str,
    at: datetime,
    language: str = "en",
) -> Member:
    """Add a member who can sign in; NotAMember or ValidationError, and nothing added."""
    address = same_form(email)
    if not is_address(address):
        raise NotAMember(f"{email!r} is not a mail address, such as mei@shop.example")
    if Member.objects.filter(email=address).exists():
        raise NotAMember(f"{address} already has an account")
    member = Member(
        email=address, name=name, role=role, language=language, joined_at=at
    )
    validate_password(password, member)
    member.set_password(password)
    member.save()
    member.teams.set(teams)
    ledger.record(
        kind="member.added",
        subject=member.as_actor,
        by=by,
        at=at,
        data={"role": role.value, "teams": [team.pk for team in teams]},
    )
    return member


@transaction.atomic
def end_account(*, member: Member, by: str, at: datetime) -> None:
    """Let somebody sign in no more and end the sessions that are open.

    The name stays on all that was done. An account that has ended stays as it is.
    """
    locked = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not locked.is_active:
        return
    locked.is_active = False
    # Sessions hold a hash made from the password, so each of them ends with it.
    locked.set_unusable_password()
    locked.save(update_fields=["is_active", "password"])
    ledger.record(kind="member.ended", subject=member.as_actor, by=by, at=at)


@transaction.atomic
def change_role(*, member: Member, role: Role, by: str, at: datetime) -> None:
    """Give a member another role; it holds from the next page on.

    NotAMember, and nothing changed, where the account has ended.
    """
    locked = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not locked.is_active:
        raise NotAMember(f"the account of {locked.email} has ended")
    before, locked.role = locked.role, role.value
    if before == role.value:
        return
    locked.save(update_fields=["role"])
    ledger.record(
        kind="member.role_changed",
        subject=member.as_actor,
        by=by,
        at=at,
        data={"from": before, "to": role.value},
    )


class NotALanguage(ValueError):
    """The desk does not speak this language."""


@transaction.atomic
def choose_language(*, member: Member, language: str, by: str, at: datetime) -> None:
    """Let the member read the desk in another language; NotALanguage if it has none."""
    if language not in dict(settings.LANGUAGES):
        raise NotALanguage(language)
    locked = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    member.language = language
    if locked.language == language:
        return
    member.save(update_fields=["language"])
    ledger.record(
        kind="member.language_chosen",
        subject=member.as_actor,
        by=by,
        at=at,
        data={"from": locked.language, "to": language},
    )


@transaction.atomic
def set_limit(*, level: Role, limit: Money, by: str, at: datetime) -> Limit:
    """Set the most that a level grants of its own accord, in the limit's currency."""
    if level not in LEVELS or limit.minor < 0:
        raise ValueError(f"a limit of {limit} for {level} makes no sense")
    kept, _ = Limit.objects.update_or_create(
        level=level, currency=limit.currency, defaults={"amount_minor": limit.minor}
    )
    ledger.record(
        kind="limit.set",
        subject=f"limit:{kept.pk}",
        by=by,
        at=at,
        data={"level": level.value, "limit": str(limit)},
    )
    return kept
