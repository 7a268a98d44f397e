"""What every page's frame needs: the rail's places and counts, the theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evenhand.cases import queries as cases
from evenhand.channels import queries as channels
from evenhand.channels.queries.mailboxes import mailboxes_in_need
from evenhand.decisions import queries as decisions
from evenhand.promises import queries as promises
from evenhand.replies import queries as replies
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

THEMES = {"light": "evenhand", "dark": "evenhand-dark"}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail; `count` is what waits there, empty where nothing does.

    `alarm` says what is wrong where something waits for too long or fails.
    """

    url: str
    icon: str
    label: str
    count: str
    current: bool
    alarm: str = ""


def _inbox_count(member: Member) -> str:
    count = cases.open_count(member.reach)
    return f"{count - 1}+" if count == cases.COUNT_UP_TO else _shown(count)


def _late_promises(member: Member) -> str:
    return _shown(promises.late_count(member.reach, at=timezone.now()))


def _waiting_approvals(member: Member) -> str:
    return _shown(decisions.waiting_count(member))


def _set_aside(_member: Member) -> str:
    return _shown(channels.tray_count())


def _came_back(member: Member) -> str:
    return _shown(replies.returned_count(member))


def _dead_letters(member: Member) -> str:
    return _shown(channels.dead_count(member))


def _mailboxes_in_need(_member: Member) -> str:
    return _shown(mailboxes_in_need().count())


def _alarm(name: str) -> str:
    """Say what is wrong with what is counted there; nothing where it only waits."""
    if name == "channels:outbox":
        return gettext("did not reach everyone")
    if name == "desk:later":
        return gettext("did not leave")
    if name == "channels:mailboxes":
        return gettext("cannot be fetched or is silent")
    late = channels.late_in_the_tray(at=timezone.now())
    if name == "channels:set_aside" and late.exists():
        return gettext("waits for more than an hour")
    return ""


def _shown(count: int) -> str:
    return str(count or "")


# name of the page, icon, label, who may go there (None: everyone), what is counted
_PLACES: tuple[
    tuple[str, str, Promise, Permission | None, Callable[[Member], str] | None], ...
] = (
    ("desk:inbox", "inbox", _("Inbox"), None, _inbox_count),
    ("promises:board", "handshake", _("Promises"), None, _late_promises),
    (
        "decisions:approvals",
        "scale",
        _("Approvals"),
        Permission.APPROVE,
        _waiting_approvals,
    ),
    ("desk:later", "clock", _("Later"), None, _came_back),
    ("insight:scorecard", "chart-column", _("Scorecard"), None, None),
    ("decisions:policies", "book-open", _("Policies"), None, None),
    (
        "channels:outbox",
        "send",
        _("Outbox"),
        Permission.SEE_THE_OUTBOX,
        _dead_letters,
    ),
    ("channels:set_aside", "archive", _("Set aside"), Permission.MEND_MAIL, _set_aside),
    (
        "channels:mailboxes",
        "at-sign",
        _("Mailboxes"),
        Permission.SET_UP_MAIL,
        _mailboxes_in_need,
    ),
)


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the names that `web/base.html` uses besides what a view gives.

    `places` is counted only if the page draws the rail: fragments do not.
    """
    chosen = request.COOKIES.get("evenhand_theme", "")
    context: dict[str, object] = {
        "shop_name": settings.SHOP_NAME,
        "theme": THEMES.get(chosen, ""),
        "theme_choice": chosen if chosen in THEMES else "auto",
    }
    member = getattr(request, "user", None)
    if isinstance(member, Member):
        context["on"] = request.path
        context["places"] = SimpleLazyObject(
            lambda: list(places(member, on=request.path))
        )
    return context


def places(member: Member, *, on: str) -> Iterator[Place]:
    """Yield the rail's entries that the member may open, with what waits there.

    `on` is the path of the page that stands beside the rail.
    """
    for name, icon, label, permission, count in _PLACES:
        if permission is not None and not member.may(permission):
            continue
        url = reverse(name)
        waits = count(member) if count else ""
        yield Place(
            url=url,
            icon=icon,
            label=str(label),
            count=waits,
            current=_is_here(on, url),
            alarm=_alarm(name) if waits else "",
        )


def _is_here(path: str, url: str) -> bool:
    if url == "/":
        return path == "/" or path.startswith(("/cases/", "/beside/"))
    return path.startswith(url)
