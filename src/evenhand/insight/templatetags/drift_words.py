"""How ways, sums and rows of the paper-and-counter page are said and drawn."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from evenhand.insight.rules import drift_pictures
from evenhand.insight.rules.drift import Way, Ways
from evenhand.kernel.money import Money

register = template.Library()
_WORDS: dict[Way, str | Promise] = {
    Way.FOLLOWED: lazy("as the page says"),
    Way.MORE: lazy("more for the customer"),
    Way.LESS: lazy("less for the customer"),
    Way.OTHER: lazy("something else"),
}


@register.filter
def way_word(way: Way) -> str:
    """Return a way in words."""
    return str(_WORDS[way])


@register.filter
def ways_bar(ways: Ways) -> tuple[drift_pictures.Piece, ...]:
    """Return the pieces of a row's bar."""
    return drift_pictures.bar(ways)


@register.filter
def weeks_spark(weeks: tuple[Ways, ...]) -> tuple[drift_pictures.Stalk, ...]:
    """Return the small picture of weeks."""
    return drift_pictures.spark(weeks)


@register.filter
def weeks_said(weeks: tuple[Ways, ...]) -> str:
    """Say the weeks from the oldest on, for those who cannot see them: 0/2, 1/3."""
    return ", ".join(f"{week.otherwise}/{week.n}" for week in weeks)


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


@register.filter
def called(policy: str, titles: Mapping[str, str]) -> str:
    """Return what a page is called in the reader's language, else its name."""
    return titles.get(policy, policy)


@register.simple_tag
def all_ways() -> tuple[Way, ...]:
    """Return the ways in their order, for a legend."""
    return tuple(Way)
