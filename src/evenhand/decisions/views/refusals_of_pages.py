"""Why a page was not kept or published, in the member's language."""

from __future__ import annotations

from functools import singledispatch

from django.utils.translation import gettext as _

from evenhand.decisions import actions
from evenhand.decisions.models import DraftState
from evenhand.decisions.templatetags.decision_words import day_words
from evenhand.policy.errors import PolicyError


@singledispatch
def said_of(refused: Exception) -> str:
    """Say in the member's language why nothing was done."""
    for kind, said in _words().items():
        if isinstance(refused, kind):
            return said
    return str(refused)


@said_of.register
def _changed(refused: actions.DraftChanged) -> str:
    by = refused.draft.written_by
    who = by.name if by else _("A command")
    return _("%s has kept another text of this page in the meantime.") % who


@said_of.register
def _closed(refused: actions.DraftClosed) -> str:
    told = {
        DraftState.WRITING: _("It is being written again."),
        DraftState.PROPOSED: _("It waits for a second person and stays as it is."),
        DraftState.PUBLISHED: _("It has been published."),
        DraftState.DROPPED: _("It was laid aside."),
    }
    return told[DraftState(refused.draft.state)]


@said_of.register
def _overlap(refused: actions.WindowsOverlap) -> str:
    if refused.other is None or refused.free is None:
        return _("Somebody else has just published this page. Read that version first.")
    told = _(
        "Version %(version)s holds on some of these days. The first free day is %(day)s;"
        " a version that has not begun can be called off."
    )
    day = day_words(refused.free)
    return told % {"version": refused.other.version, "day": day}


@said_of.register
def _other_day(refused: actions.OtherDay) -> str:
    day = day_words(refused.named)
    return _("The head of the page says: from %(day)s.") % {"day": day}


@said_of.register
def _not_checked(refused: actions.NotChecked) -> str:
    if str(refused) == "extra":
        return _("The proof is not installed: pip install 'evenhand[publish]'.")
    return _("The checks of this text are not done yet.")


@said_of.register
def _faulty(refused: PolicyError) -> str:
    return " ".join(fault.said(_) for fault in refused.faults)


def _words() -> dict[type[Exception], str]:
    return {
        actions.NotAPage: _("This is too long for a page, or no text at all."),
        actions.AlreadyPublished: _(
            "This version is published already: give it another."
        ),
        actions.WhyNeeded: _("Say why: it is kept with the version."),
        actions.OwnProposal: _("Nobody confirms his own proposal."),
        actions.ChecksFailed: _("The checks found what keeps this page back."),
        actions.NotAcknowledged: _("Something has to be said to be meant first."),
        actions.AlreadyBegun: _("It holds already: publish another version instead."),
        actions.AlreadyCalledOff: _("It was called off already."),
        actions.AlreadyAtWork: _("It is being replayed already."),
    }
