"""Why an answer that waited did not leave, in the words of who wrote it."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

register = template.Library()

REASONS = {
    "customer_wrote": _("The customer wrote meanwhile. Read it first."),
    "answered": _("Somebody else answered meanwhile."),
    "closed": _("The case was closed meanwhile."),
    "merged": _("The case was merged into another one meanwhile."),
    "recipients": _("It would reach somebody else than when you wrote it."),
    "checks": _("What is on record has changed, and the checks hold it back."),
    "promise": _("A promise in it would lie in the past."),
    "files": _("A file that belonged to it is gone or was found infected."),
    "author_gone": _("Whoever wrote it may no longer answer this case."),
}


@register.filter
def returned_why(reason: str) -> str:
    """Say why an answer came back to its author."""
    return gettext(REASONS.get(reason, reason))
