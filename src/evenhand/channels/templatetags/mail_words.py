"""What is said of mail: why it was set aside or did not leave, which files can run.

A reason is stored in English, with whatever the other side's server said in it; what
we do not know by heart is shown as it was stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from evenhand.channels.mail.attachments import is_risky
from evenhand.channels.mail.authentication import Authentication
from evenhand.channels.mail.lookalike import Likeness, Warned
from evenhand.channels.mail.readable import readable_address
from evenhand.channels.mail.reasons import Reason

register = template.Library()

REASONS = (
    _("it is a mail of our own that came back to us"),
    _("it claims to come from our own address %(address)s"),
    _("it was written by a machine (%(mark)s) and answers no case"),
    _("it reports on a delivery that was not ours"),
    _("more than %(most)s mails came from %(address)s within an hour"),
    _("it names no sender whom we could answer"),
    _("it was sent to nobody outside of this desk"),
    _("each attempt to file it ended the worker"),
    _("a fault of ours: %(error)s"),
    _("no reason known"),
    _("larger than %(size)s MB"),
    _("empty"),
    _("came back: %(why)s"),
    _("given up after %(tries)s tries: %(why)s"),
    _("refused without a reason"),
    _("the file is not in the store"),
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
def shown_address(address: str) -> str:
    """Show an address in its letters where that is safe, its form on the wire as title."""
    letters = readable_address(address)
    if letters == address:
        return address
    return format_html('<span title="{}">{}</span>', address, letters)


@register.filter
def shown_addresses(addresses: Iterable[str]) -> str:
    """Show several addresses in a row."""
    return format_html_join(", ", "{}", ((shown_address(each),) for each in addresses))


@register.filter
def may_run(name: str) -> bool:
    """Whether opening a file of this name can run something."""
    return is_risky(name)


LIKENESS = {
    Likeness.NAME_IS_AN_ADDRESS: _(
        "The name shows the address %(shown)s, but the mail is from %(like)s."
    ),
    Likeness.NAME_IS_OURS: _(
        "The sender is called like us (%(like)s) and writes from another domain."
    ),
    Likeness.DOMAIN_LIKE_OURS: _(
        "The domain %(shown)s looks like ours (%(like)s) and is another."
    ),
    Likeness.ADDRESS_LIKE_KNOWN: _(
        "The address %(shown)s looks like %(like)s of this customer and is another."
    ),
    Likeness.MIXED_LETTERS: _(
        "The domain %(shown)s mixes letters of several scripts (%(like)s)."
    ),
}


@register.filter
def likeness_words(warned: Warned) -> str:
    """Say for whom a sender could be taken."""
    said = gettext(LIKENESS[warned.likeness])
    return said % {"shown": warned.shown, "like": warned.like}


JOINED = {
    "message_id": (
        _("Answer"),
        _("It names a message of this case as the one it answers (In-Reply-To)."),
    ),
    "references": (
        _("Same thread"),
        _("It names a message of this case among those before it (References)."),
    ),
    "token": (
        _("Signed address"),
        _("It was sent to the address that stands in our answers of this case."),
    ),
    "answered": (
        _("Came late"),
        _("An answer to it lies in this case and was here before it."),
    ),
    "quote": (
        _("Quotation"),
        _(
            "The same customer answers the same subject and quotes a whole line that we "
            "wrote in this case."
        ),
    ),
    "delivery_report": (
        _("Delivery report"),
        _("It reports on a mail of this case and shows that mail."),
    ),
    "unproven_report": (
        _("Unproven report"),
        _("It names a mail of this case but does not show it, so it marks nothing."),
    ),
    "by_hand": (_("By hand"), _("A colleague put it here.")),
}


@register.filter
def joined_word(joined_by: str) -> str:
    """Say in a word why a message lies in its case, nothing where it opened it."""
    return gettext(JOINED[joined_by][0]) if joined_by in JOINED else ""


@register.filter
def joined_why(joined_by: str) -> str:
    """Explain why a message lies in its case."""
    return gettext(JOINED[joined_by][1]) if joined_by in JOINED else ""


BOUNCES = {
    Reason.NO_SUCH_ADDRESS: _("there is no such address"),
    Reason.NO_SUCH_HOST: _("its domain takes no mail"),
    Reason.FULL: _("the mailbox is full"),
    Reason.REFUSED: _("the other side refused it by a rule"),
    Reason.LATER: _("the other side was busy"),
    Reason.UNKNOWN: _("the report does not say why"),
}


@register.filter
def bounce_words(reason: str) -> str:
    """Say why mail to an address comes back."""
    return gettext(BOUNCES[Reason(reason)])


@register.filter
def results(told: Authentication) -> str:
    """List what a server found, as in its field: `SPF pass, DKIM none`, and its name."""
    found = (f"{each.method.upper()} {each.result}" for each in told.results)
    return f"{', '.join(found)} ({told.server})"
