"""What is said of mailboxes: each finding of a trial, how to mend it, how a box fares."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from evenhand.channels.mailboxes.findings import Fault, Finding, Outcome, Step
from evenhand.channels.models import Afterwards, HookRefusal, Mailbox, Security
from evenhand.channels.templatetags.fault_words import MENDS, WRONGS
from evenhand.ledger.models import Entry

register = template.Library()

_REFUSALS: dict[str, Promise] = {
    HookRefusal.NOT_PROVEN: gettext_lazy(
        "It did not prove that it came from the provider. Compare the key or the password."
    ),
    HookRefusal.NOT_UNDERSTOOD: gettext_lazy(
        "It was the provider's own, but no mail could be read from it."
    ),
    HookRefusal.TOO_LARGE: gettext_lazy("It was larger than the desk takes."),
}

STEPS: dict[Step, Promise] = {
    Step.NAME: gettext_lazy("Name of the server"),
    Step.PORT: gettext_lazy("Port"),
    Step.TLS: gettext_lazy("Encryption"),
    Step.LOGIN: gettext_lazy("Sign-in"),
    Step.FOLDER: gettext_lazy("Folders"),
}
_DONE: dict[Step, Promise] = {
    Step.NAME: gettext_lazy("%(host)s is at %(address)s."),
    Step.PORT: gettext_lazy("A mail server answers on port %(port)s."),
    Step.TLS: gettext_lazy(
        "%(version)s, with a certificate for %(names)s that holds until %(until)s."
    ),
    Step.LOGIN: gettext_lazy("Signed in as %(user)s."),
}
_SECURITY: dict[str, Promise] = {
    Security.TLS: gettext_lazy("TLS"),
    Security.STARTTLS: gettext_lazy("STARTTLS"),
    Security.NONE: gettext_lazy("not encrypted"),
}
_AFTERWARDS: dict[str, Promise] = {
    Afterwards.KEEP: gettext_lazy("stays as it is"),
    Afterwards.SEEN: gettext_lazy("is marked as read"),
    Afterwards.MOVE: gettext_lazy("is moved"),
    Afterwards.DELETE: gettext_lazy("is deleted there"),
}


# of these the words of the library that found them add nothing
_SAID_IN_FULL = frozenset(
    {Fault.WRONG_NAME, Fault.EXPIRED, Fault.NOT_YET_VALID, Fault.OWN_AUTHORITY}
)


class _Blanks(dict[str, str]):
    """Values of a sentence; what is not known is left out of it."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words: what is so, how to mend it, what the server itself said."""

    title: str
    outcome: str
    what: str
    mend: str = ""
    quoted: str = ""


@register.filter
def step_word(step: Step) -> str:
    """Name a step of a trial."""
    return str(STEPS[step])


@register.filter
def security_word(security: str) -> str:
    """Name the encryption of a mailbox."""
    return str(_SECURITY[security])


@register.filter
def afterwards_word(afterwards: str) -> str:
    """Say what becomes of a fetched mail in its mailbox."""
    return str(_AFTERWARDS[afterwards])


@register.filter
def finding_words(finding: Finding) -> Said:
    """Say a finding: what exactly is wrong and how to mend it."""
    title = str(STEPS[finding.step])
    outcome = finding.outcome.value
    if finding.fault is not None:
        values = _Blanks(finding.values)
        return Said(
            title,
            outcome,
            str(WRONGS[finding.fault]) % values,
            _mend(finding.fault, values),
            "" if finding.fault in _SAID_IN_FULL else finding.values.get("said", ""),
        )
    if finding.outcome is Outcome.NOT_TRIED:
        return Said(
            title, outcome, gettext("Not tried yet: mend the step above first.")
        )
    return Said(title, outcome, _done(finding))


@register.filter
def failing(mailbox: Mailbox) -> Said:
    """Say why a mailbox cannot be fetched, and how to mend it."""
    try:
        fault = Fault(mailbox.fault)
    except ValueError:
        # a fault of a later version whose mailboxes an older one shows
        return Said("", Outcome.FAULT.value, mailbox.fault, "", mailbox.error)
    values = _Blanks(mailbox.fault_values)
    what, mend = str(WRONGS[fault]) % values, _mend(fault, values)
    return Said("", Outcome.FAULT.value, what, mend, values.get("said", ""))


@register.filter
def left_words(entry: Entry) -> str:
    """Say of a mail that was not taken what it is and why; its words are a stranger's."""
    told = entry.data
    if entry.kind == "mailbox.refused":
        return gettext("“%(subject)s” from %(sender)s is too large: %(size)s.") % {
            "subject": told.get("subject") or gettext("(no subject)"),
            "sender": told.get("sender") or gettext("(no sender)"),
            "size": filesizeformat(told.get("size", 0)),
        }
    return gettext("The server does not hand one out: %(reason)s") % {
        "reason": told.get("reason", "")
    }


def _done(finding: Finding) -> str:
    values = _Blanks(finding.values)
    if finding.step is not Step.FOLDER:
        return str(_DONE[finding.step]) % values
    count = int(finding.values["count"])
    said = ngettext(
        "%(folders)s: one mail lies there.",
        "%(folders)s: %(count)s mails lie there.",
        count,
    )
    return said % values


def _mend(fault: Fault, values: _Blanks) -> str:
    """Say how to mend a fault, the more exactly the more is known."""
    for needed, sentence in MENDS[fault]:
        if not needed or values.get(needed):
            return str(sentence) % values
    return ""


@register.filter
def refusal_words(refusal: str) -> str:
    """Say why a provider's call was refused."""
    return str(_REFUSALS.get(refusal, ""))
