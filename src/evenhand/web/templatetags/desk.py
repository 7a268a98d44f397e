"""Words and pictures for what a case is and where it came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evenhand.cases import queries as cases
from evenhand.cases.models import Case, Kind
from evenhand.cases.rules import Standing, reference
from evenhand.decisions.rules.sheet import SheetFact
from evenhand.decisions.rules.words import FindingStatus, Verdict
from evenhand.web.templatetags.kit import icon

register = template.Library()

# Channels are an open set: one that is not named here is shown as it is written.
_CHANNELS: dict[str, tuple[str, str | Promise]] = {
    "mail": ("mail", _("Mail")),
    "web_form": ("globe", _("Web form")),
    "chat": ("message-circle", _("Chat")),
    "phone": ("phone", _("Phone")),
    "api": ("link", _("API")),
}
_KINDS: dict[str, str | Promise] = {
    Kind.QUESTION: _("Question"),
    Kind.REQUEST: _("Request"),
    Kind.COMPLAINT: _("Complaint"),
    Kind.PRAISE: _("Praise"),
}
_STANDINGS: dict[str, tuple[str | Promise, str]] = {
    Standing.NEW: (_("New"), "info"),
    Standing.WAITING_ON_US: (_("Waiting on us"), "warning"),
    Standing.WAITING_ON_CUSTOMER: (_("Waiting on customer"), "ghost"),
    Standing.CLOSED: (_("Closed"), "ghost"),
}
_INBOXES: dict[str, str | Promise] = {
    "open": _("Open"),
    "mine": _("Mine"),
    "unowned": _("No owner"),
    "closed": _("Closed"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A standing as a badge, and whether the first-answer clock still runs."""

    label: str | Promise
    tone: str
    clock_runs: bool


@register.simple_tag
def standing(case: Case) -> Shown:
    """Return the badge of what a case waits for."""
    if case.merged_into_id is not None:
        return Shown(label=_("Merged"), tone="ghost", clock_runs=False)
    label, tone = _STANDINGS[case.standing]
    # a case of earlier mail has no clock of its own
    clock = getattr(case, "clock", None)
    runs = case.closed_at is None and clock is not None and clock.stopped_at is None
    return Shown(label=label, tone=tone, clock_runs=runs)


@register.filter
def matters(case: Case) -> str:
    """Name the case, and what is merged into it, as live updates do."""
    return " ".join(f"case:{key}" for key in cases.family_of(case))


@register.filter
def case_ref(key: int) -> str:
    """Return the number that people see for a case's key."""
    return reference(key)


@register.filter
def kind_word(kind: str) -> str | Promise:
    return _KINDS.get(kind, kind)


@register.filter
def inbox_word(which: str) -> str | Promise:
    return _INBOXES.get(which, which)


@register.filter
def channel_word(channel: str) -> str | Promise:
    return _CHANNELS[channel][1] if channel in _CHANNELS else channel


@register.simple_tag
def channel_icon(channel: str, extra: str = "", *, alone: bool = True) -> SafeString:
    """Draw where it came in; where it stands alone it carries the word as its label."""
    drawn, word = _CHANNELS.get(channel, ("inbox", channel))
    return icon(drawn, extra, str(word) if alone else "")


@register.simple_tag(takes_context=True)
def list_query(context: template.Context, **changed: str) -> str:
    """Return the query that keeps the list as it is: which inbox, the words looked for.

    Empty for the plain inbox; `{% list_query after=page.next_key %}` adds to it.
    """
    kept = {name: context.get(name, "") for name in ("which", "q")}
    if kept["which"] == "open":
        del kept["which"]
    pairs = {name: value for name, value in {**kept, **changed}.items() if value}
    return f"?{urlencode(pairs)}" if pairs else ""


@register.filter
def fact_word(word: str) -> str:
    """Show a choice of a policy's fact as words: `changed_mind` is `changed mind`."""
    named = {"yes": gettext("yes"), "no": gettext("no")}
    return named.get(word, word.replace("_", " "))


@register.filter
def known_count(facts: Iterable[SheetFact]) -> int:
    """Count the facts of which something is known."""
    return sum(1 for fact in facts if fact.status != FindingStatus.UNKNOWN)


@register.simple_tag
def verdicts() -> list[str]:
    """Return the verdicts that a person may choose from."""
    return [verdict.value for verdict in Verdict]
