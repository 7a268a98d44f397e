"""Words for verdicts, bases, levels and states, in the member's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from django import template
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from evenhand.decisions.models import ApprovalState, PolicyDraft, PolicyVersion
from evenhand.decisions.rules.heads import said_in as said_of_page
from evenhand.decisions.rules.options import words
from evenhand.decisions.rules.words import Basis, FindingStatus, Verdict
from evenhand.kernel.days import written
from evenhand.policy.kinds import Kind as ValueKind
from evenhand.policy.saying import said_in
from evenhand.staff.rules import Role

register = template.Library()

Word = str | Promise
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

VERDICTS: Mapping[str, Word] = {
    Verdict.UPHELD: _("upheld"),
    Verdict.PARTLY_UPHELD: _("partly upheld"),
    Verdict.NOT_UPHELD: _("not upheld"),
    Verdict.REDRESS_ALREADY_OFFERED: _("redress already offered"),
    Verdict.OUT_OF_SCOPE: _("out of scope"),
    Verdict.WITHDRAWN: _("withdrawn"),
}
BASES: Mapping[str, Word] = {
    Basis.LAW: _("by law"),
    Basis.POLICY: _("by our policy"),
    Basis.GOODWILL: _("goodwill"),
}
LEVELS: Mapping[str, Word] = {
    Role.AGENT: _("agent"),
    Role.APPROVER: _("approver"),
    Role.MANAGER: _("manager"),
}
STATUSES: Mapping[str, Word] = {
    FindingStatus.KNOWN: _("on record"),
    FindingStatus.CLAIMED: _("claimed"),
    FindingStatus.VERIFIED: _("verified"),
    FindingStatus.UNKNOWN: _("unknown"),
}
STATES: Mapping[str, Word] = {
    ApprovalState.WAITING: _("waiting for approval"),
    ApprovalState.GRANTED: _("approved"),
    ApprovalState.REFUSED: _("refused"),
    ApprovalState.WITHDRAWN: _("withdrawn"),
}
# What pages give is an open set: these are the usual ones, others are shown as written.
GIVES: Mapping[str, Word] = {
    "refund": _("refund"),
    "repair": _("repair"),
    "replace": _("replacement"),
    "exchange": _("exchange"),
    "price_reduction": _("price reduction"),
    "store_credit": _("store credit"),
    "redo": _("done again"),
    "choice": _("the customer's choice"),
    "apology": _("apology"),
    "waive": _("nothing charged"),
    "deny": _("nothing"),
    "escalate": _("decided above"),
    "diagnose": _("examination"),
    "hear": _("hearing of a colleague"),
    "send_back": _("sent back"),
}


# What pages call their results; others are shown as written.
OUTCOMES: Mapping[str, Word] = {
    "verdict": _("Verdict"),
    "give": _("What is given"),
    "amount": _("Amount"),
    "charge": _("Charge"),
    "basis": _("Basis"),
    "grant": _("Granted by"),
    "level": _("Level"),
    "offer": _("Offer"),
    "offers": _("Offers"),
    "duties": _("Duties"),
    "goodwill": _("Goodwill"),
    "by": _("Until"),
}
_OUTCOME_WORDS: Mapping[str, Mapping[str, Word]] = {
    "verdict": VERDICTS,
    "give": GIVES,
    "offer": GIVES,
    "offers": GIVES,
    "basis": BASES,
    "grant": LEVELS,
    "level": LEVELS,
}


# What a fact or a value of a page can be.
VALUE_KINDS: Mapping[str, Word] = {
    ValueKind.YES_NO: _("yes or no"),
    ValueKind.WHOLE: _("whole number"),
    ValueKind.NUMBER: _("number"),
    ValueKind.MONEY: _("amount"),
    ValueKind.DATE: _("day"),
    ValueKind.ONE_OF: _("one of"),
    ValueKind.TEXT: _("text"),
    ValueKind.TEXTS: _("several words"),
    ValueKind.DURATION: _("length of time"),
    ValueKind.NUMBERS: _("several numbers"),
    ValueKind.AMOUNTS: _("several amounts"),
    ValueKind.DATES: _("several days"),
    ValueKind.LINES: _("order lines"),
}


@register.filter
def verdict_words(verdict: str) -> Word:
    return VERDICTS.get(verdict, verdict)


@register.filter
def basis_words(basis: str) -> Word:
    return BASES.get(basis, basis)


@register.filter
def level_words(level: str) -> Word:
    return LEVELS.get(level, level)


@register.filter
def status_words(status: str) -> Word:
    return STATUSES.get(status, status)


@register.filter
def approval_words(state: str) -> Word:
    return STATES.get(state, state)


@register.filter
def value_kind_words(kind: str) -> Word:
    return VALUE_KINDS.get(kind, kind)


@register.filter
def outcome_label(name: str) -> Word:
    """Return what a result of a page is called."""
    return OUTCOMES.get(name) or words(name)


@register.filter
def outcome_words(text: str, name: str) -> str:
    """Return the words of a result as people say them, others without underscores."""
    known = {"none": _("none"), **_OUTCOME_WORDS.get(name, {})}
    parts = (known.get(one) or _day_or_words(one) for one in text.split(", "))
    return ", ".join(map(str, parts))


def _day_or_words(text: str) -> str:
    if not _DAY.fullmatch(text):
        return text.replace("_", " ")
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:  # looks like a day, and there is none such
        return text


class Given(Protocol):
    """Whatever names what the customer gets: an option, a decision, a proposal."""

    @property
    def title(self) -> str: ...
    @property
    def give(self) -> str: ...


def titles() -> dict[str, str]:
    """Return the titles that only repeat a code, and how they are said to the reader."""
    return {words(give): capfirst(str(word)) for give, word in GIVES.items()}


@register.filter
def title_words(given: Given) -> Word:
    """Return the title; one that only repeats the code is said in the reader's words."""
    if given.title == words(given.give):
        return titles().get(given.title, given.title)
    return given.title


@register.filter
def day_words(day: date) -> str:
    """Write a day as the examples of a page do: 5 December 2026, 5 ธันวาคม 2569."""
    return written(day, get_language() or "en")


@register.filter
def page_title(version: PolicyVersion) -> str:
    """Return what a published page is called in the reader's language."""
    return said_of_page(version.text).title_in(get_language() or "") or version.title


@register.filter
def draft_title(draft: PolicyDraft) -> str:
    """Return what a page that is being written is called in the reader's language."""
    return said_of_page(draft.text).title_in(get_language() or "") or draft.title


@register.filter
def give_words(give: str) -> Word:
    return GIVES.get(give) or words(give)


@register.filter
def said(text: str) -> str:
    """Say a fault or a finding of the policy room in the reader's language."""
    return said_in(text, gettext)
