"""How a replay's parts are said to the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.decisions.rules.options import words
from evenhand.decisions.rules.replays import ASKS, BROKEN, NO_ROW, NOTHING
from evenhand.kernel.money import Money

register = template.Library()
Word = str | Promise

ROWS: Mapping[str, Word] = {
    ASKS: _("asks first"),
    NO_ROW: _("no row speaks"),
    BROKEN: _("cannot be decided"),
    NOTHING: _("no page before"),
}
PARTS: Mapping[str, Word] = {
    "same": _("the same answer"),
    "moved": _("another answer"),
    "asks": _("would be asked first"),
    "none": _("without an answer"),
    "broken": _("cannot be decided"),
}
ERRORS: Mapping[str, Word] = {
    "lost": _("The worker was lost on the way. Replay it again."),
    "changed": _("The text was changed while it waited. Replay it again."),
    "unread": _("The text has faults. Mend them first."),
    "extra": _("It needs more packages: pip install 'evenhand[publish]'."),
}


@register.filter
def row_words(row: str) -> Word:
    return ROWS.get(row, row)


@register.filter
def part_words(kind: str) -> Word:
    return PARTS[kind]


@register.filter
def amounts_in_words(amounts: Iterable[Money]) -> str:
    """Join amounts; of several currencies each with its code, as two may share a sign."""
    found = list(amounts)
    if len(found) == 1:
        return str(found[0])
    return ", ".join(f"{one} {one.currency}" for one in found)


@register.filter
def replay_error(error: str) -> Word:
    return ERRORS.get(error, error)


@register.filter
def fact_words(name: str) -> str:
    return words(name)
