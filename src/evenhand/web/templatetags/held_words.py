"""Why what waited did not leave, told to who wrote it."""

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
    "sender": _("It would leave under another address than when you wrote it."),
    "checks": _("What is on record has changed, and the checks hold it back."),
    "promise": _("A promise in it would lie in the past."),
    "files": _("A file that belonged to it is gone or was found infected."),
    "author_gone": _("Whoever wrote it may no longer answer this case."),
}


ASIDE_REASONS = {
    **REASONS,
    "third_party_wrote": _("They wrote meanwhile. Read it first."),
    "written": _("Somebody else wrote to them meanwhile."),
    "recipients": _("An address in it is now the customer's or this desk's own."),
    "changed": _(
        "It would leave otherwise than you saw it, such as under another name."
    ),
}


@register.filter
def aside_returned_why(reason: str) -> str:
    """Say why a mail to a third party came back to its author."""
    return gettext(ASIDE_REASONS.get(reason, reason))


@register.filter
def returned_why(reason: str) -> str:
    """Say why an answer came back to its author."""
    return gettext(REASONS.get(reason, reason))
