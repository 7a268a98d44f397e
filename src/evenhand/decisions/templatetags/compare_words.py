"""How a customer stands under another version, said to the reader."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()
Word = str | Promise

STANDINGS: Mapping[str, tuple[Word, str]] = {
    "better": (_("better off"), "success"),
    "worse": (_("worse off"), "error"),
    "same": (_("worth the same"), "ghost"),
    "other": (_("different"), "info"),
}


@register.filter
def standing_words(standing: str) -> Word:
    return STANDINGS[standing][0]


@register.filter
def standing_tone(standing: str) -> str:
    return STANDINGS[standing][1]
