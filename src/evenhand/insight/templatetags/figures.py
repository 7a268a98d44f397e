"""How a figure's values and changes are said."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext as _

from evenhand.insight.definitions import Unit
from evenhand.insight.rules.figures import Change

register = template.Library()


@register.filter
def as_unit(value: float | None, unit: Unit) -> str:
    """Write a value as its unit is read: `82%`, `95 min`, `6.5 h`, `3.2 d`."""
    if value is None:
        return "—"
    if unit == Unit.PERCENT:
        return f"{value * 100:.0f}%"
    if unit == Unit.WORKING_MINUTES:
        return _minutes(value)
    return _minutes(value * 60) if value < 48 else _("%s d") % f"{value / 24:.1f}"


def _minutes(minutes: float) -> str:
    if minutes < 120:
        return _("%s min") % f"{minutes:.0f}"
    return _("%s h") % f"{minutes / 60:.1f}"


@dataclass(frozen=True, slots=True)
class Said:
    """A change in words, with the tone and icon that repeat them."""

    text: str
    tone: str
    icon: str


@register.filter
def said(change: Change) -> Said:
    """Return what may be said against the period before."""
    return {
        Change.BETTER: Said(_("Better than before"), "success", "circle-check"),
        Change.WORSE: Said(_("Worse than before"), "error", "circle-alert"),
        Change.HIGHER: Said(_("Higher than before"), "info", "info"),
        Change.LOWER: Said(_("Lower than before"), "info", "info"),
        Change.UNCLEAR: Said(_("No clear change"), "ghost", ""),
        Change.TOO_FEW: Said(_("Too few to compare"), "ghost", ""),
    }[change]
