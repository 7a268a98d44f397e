"""What every page's frame needs: the rail's counts, the theme."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from evenhand.cases import queries as cases
from evenhand.staff.models import Member

THEMES = {"light": "evenhand", "dark": "evenhand-dark"}


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the names that `web/base.html` uses besides what a view gives."""
    chosen = request.COOKIES.get("evenhand_theme", "")
    context: dict[str, object] = {
        "shop_name": settings.SHOP_NAME,
        "theme": THEMES.get(chosen, ""),
        "theme_choice": chosen if chosen in THEMES else "auto",
    }
    member = getattr(request, "user", None)
    if isinstance(member, Member) and not request.headers.get("X-Fragment"):
        context["rail"] = {"inbox": cases.open_count(member.reach)}
    return context
