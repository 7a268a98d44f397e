"""How ways, sums and rows of the paper-and-counter page are said and drawn."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from evenhand.insight.rules import drift_pictures
from evenhand.insight.rules.drift import Way, Ways
from evenhand.kernel.money import Money

register = template.Library()
# Written out, so that the style sheet's builder finds them.
_FILLS = {
    Way.FOLLOWED: "fill-base-300",
    Way.MORE: "fill-success",
    Way.LESS: "fill-error",
    Way.OTHER: "fill-info",
}
_WORDS: dict[Way, str | Promise] = {
    Way.FOLLOWED: lazy("as the page says"),
    Way.MORE: lazy("more for the customer"),
    Way.LESS: lazy("less for the customer"),
    Way.OTHER: lazy("something else"),
}


@register.filter
def way_fill(way: Way) -> str:
    """Return the class that paints a way."""
    return _FILLS[way]


@register.filter
def way_word(way: Way) -> str:
    """Return a way in words."""
    return str(_WORDS[way])


@register.filter
def ways_bar(ways: Ways) -> tuple[drift_pictures.Piece, ...]:
    """Return the pieces of a row's bar."""
    return drift_pictures.bar(ways)


@register.filter
def ways_said(ways: Ways) -> str:
    """Say the counts of a bar or a column, for those who cannot see it."""
    found = drift_pictures.parts(ways)
    return ", ".join(f"{_WORDS[way]}: {count}" for way, count in found)


@register.filter
def signed_money(minor: int, currency: str) -> str:
    """Write a sum with its sign: +€12.00, −€3.50."""
    if not minor:
        return "—"
    sign = "+" if minor > 0 else "−"
    return f"{sign}{Money(abs(minor), currency)}"


@register.filter
def row_word(rule: str) -> str:
    """Name a row; cases without an answer of the page stand under words."""
    return rule or _("the page gave no answer")


@register.simple_tag
def all_ways() -> tuple[Way, ...]:
    """Return the ways in their order, for a legend."""
    return tuple(Way)
