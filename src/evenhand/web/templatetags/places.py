"""The desk's navigation: which places there are, and at which of them one is."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

register = template.Library()


@dataclass(frozen=True, slots=True)
class _Place:
    key: str
    icon: str
    label: Promise
    view: str
    # names of the views that lie here begin with one of these
    holds: tuple[str, ...]
    needs: Permission | None = None


_PLACES = (
    _Place("inbox", "inbox", _("Inbox"), "desk:inbox", ("desk:", "replies:")),
    _Place("promises", "handshake", _("Promises"), "promises:board", ("promises:",)),
    _Place(
        "approvals",
        "badge-check",
        _("Approvals"),
        "decisions:approvals",
        ("decisions:approvals", "decisions:answer"),
    ),
    _Place(
        "policies",
        "scale",
        _("Policies"),
        "decisions:policies",
        ("decisions:polic", "decisions:publish"),
    ),
    _Place(
        "scorecard", "chart-column", _("Scorecard"), "insight:scorecard", ("insight:",)
    ),
    _Place(
        "outbox",
        "send",
        _("Outbox"),
        "channels:outbox",
        ("channels:outbox", "channels:outgoing"),
        Permission.SEE_THE_OUTBOX,
    ),
    _Place(
        "set_aside",
        "mail-warning",
        _("Set aside"),
        "channels:set_aside",
        ("channels:set_aside", "channels:try_again"),
        Permission.MEND_MAIL,
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation, as it stands for this reader on this page."""

    icon: str
    label: Promise
    url: str
    count: int | None
    current: bool


@register.simple_tag(takes_context=True)
def places(context: template.Context) -> list[Place]:
    """Return where this member may go; counts come from the context's `rail`."""
    request = context.get("request")
    counts = context.get("rail") or {}
    here = _view_name(request)
    shown = []
    for place in _PLACES:
        url = _address(place.view)
        if url is None or not _open_to(request, place):
            continue
        shown.append(
            Place(
                icon=place.icon,
                label=place.label,
                url=url,
                count=counts.get(place.key),
                current=here.startswith(place.holds),
            )
        )
    return shown


def _address(view: str) -> str | None:
    try:
        return reverse(view)
    except NoReverseMatch:
        return None


def _open_to(request: HttpRequest | None, place: _Place) -> bool:
    if place.needs is None:
        return True
    member = getattr(request, "user", None)
    return isinstance(member, Member) and member.may(place.needs)


def _view_name(request: HttpRequest | None) -> str:
    match = request.resolver_match if request else None
    return match.view_name if match else ""
