"""What is said of mail: why it was set aside or did not leave, which files can run.

A reason is stored in English, with whatever the other side's server said in it; what
we do not know by heart is shown as it was stored.
"""

from __future__ import annotations

import re

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from evenhand.channels.mail.attachments import is_risky

register = template.Library()

REASONS = (
    _("it is a mail of our own that came back to us"),
    _("it claims to come from our own address %(address)s"),
    _("it was written by a machine (%(mark)s) and answers no case"),
    _("it reports on a delivery that was not ours"),
    _("it names no sender whom we could answer"),
    _("each attempt to file it ended the worker"),
    _("a fault of ours: %(error)s"),
    _("no reason known"),
    _("larger than %(size)s MB"),
    _("empty"),
    _("came back: %(why)s"),
    _("given up after %(tries)s tries: %(why)s"),
    _("refused without a reason"),
)


def _pattern(reason: str) -> re.Pattern[str]:
    """Return what finds a stored reason again, with its holes filled."""
    return re.compile(
        re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(reason)), re.DOTALL
    )


_PATTERNS = tuple((_pattern(reason), reason) for reason in REASONS)


@register.filter
def reason_words(stored: str) -> str:
    """Say a stored reason; what stands in its holes is said as well if it is one."""
    for pattern, reason in _PATTERNS:
        if found := pattern.fullmatch(stored):
            holes = {
                name: reason_words(text) for name, text in found.groupdict().items()
            }
            return gettext(reason) % holes
    return stored


@register.filter
def may_run(name: str) -> bool:
    """Whether opening a file of this name can run something."""
    return is_risky(name)
