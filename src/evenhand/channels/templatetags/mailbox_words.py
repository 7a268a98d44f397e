"""What is said of mailboxes: each finding of a trial, how to mend it, how a box fares."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from evenhand.channels.mailboxes.findings import Fault, Finding, Outcome, Step
from evenhand.channels.templatetags.fault_words import MENDS, WRONGS

register = template.Library()

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
# how a mailbox that is fetched fails, as its health says it
_FAILING: dict[str, Promise] = {
    "name": gettext_lazy("The name of the server is not known"),
    "port": gettext_lazy("Nothing answers on the port"),
    "timeout": gettext_lazy("The server does not answer in time"),
    "tls": gettext_lazy("The encryption fails"),
    "login": gettext_lazy("The sign-in is refused"),
    "folder": gettext_lazy("A folder is missing"),
    "secret": gettext_lazy("The kept password cannot be read"),
    "refused": gettext_lazy("The server refuses what is asked"),
    "protocol": gettext_lazy("The server says what nobody understands"),
    "server": gettext_lazy("The server has a fault of its own"),
    "token": gettext_lazy("The provider gives no access"),
}


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
            finding.values.get("said", ""),
        )
    if finding.outcome is Outcome.NOT_TRIED:
        return Said(
            title, outcome, gettext("Not tried yet: mend the step above first.")
        )
    return Said(title, outcome, _done(finding))


@register.filter
def failing_words(fault: str) -> str:
    """Say in few words why a mailbox cannot be fetched."""
    if fault in _FAILING:
        return str(_FAILING[fault])
    try:
        return str(STEPS_OF_FAULTS[Fault(fault)])
    except (KeyError, ValueError):
        return gettext("The mailbox cannot be fetched")


# a fault of the sign-in with a provider, told as shortly as the others
STEPS_OF_FAULTS: dict[Fault, Promise] = {
    Fault.SIGN_IN_REVOKED: gettext_lazy("The provider took the permission back"),
    Fault.CLIENT_REFUSED: gettext_lazy("The provider refuses the client"),
    Fault.NOT_SIGNED_IN: gettext_lazy("Nobody has signed in yet"),
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
