"""What a value must be that a page did not take, told to the person who entered it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evenhand.policy.kinds import Kind, shown
from evenhand.policy.tree import Fact

REMEDIES: Mapping[Kind, Promise] = {
    Kind.YES_NO: _("Answer yes or no."),
    Kind.WHOLE: _("Write a whole number."),
    Kind.NUMBER: _("Write a number."),
    Kind.MONEY: _("Write an amount such as 20.00."),
    Kind.DATE: _("Choose a day."),
    Kind.ONE_OF: _("Choose one of the words."),
    Kind.TEXT: _("Write a text."),
    Kind.DURATION: _("Write a length of time such as 3 days or 2 hours."),
    Kind.TEXTS: _("Write words with commas between them."),
    Kind.NUMBERS: _("Write numbers with commas between them."),
    Kind.AMOUNTS: _("Write amounts such as 20.00 with commas between them."),
    Kind.DATES: _("Write days such as 2026-12-01 with commas between them."),
}


def remedy(fact: Fact, *, currency: str) -> str:
    """Say what the page takes for this fact, in the language of the reader."""
    domain = fact.domain
    if domain.words:
        return gettext("The page knows these words: %s.") % ", ".join(domain.words)
    if fact.kind is Kind.LINES:
        fields = ", ".join(field.name for field in fact.fields)
        line = gettext("Write each line in brackets, with commas between: (%s …).")
        return line % fields
    said = str(REMEDIES[fact.kind])
    low, high = (
        None if end is None else shown(end, fact.kind, currency)
        for end in (domain.low, domain.high)
    )
    if low is not None and high is not None:
        between = gettext("From %(low)s to %(high)s.") % {"low": low, "high": high}
        return f"{said} {between}"
    if low is not None:
        return f"{said} {gettext('At least %s.') % low}"
    if high is not None:
        return f"{said} {gettext('At most %s.') % high}"
    return said
