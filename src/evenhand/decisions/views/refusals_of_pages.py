"""Why a page was not kept or published, in the member's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evenhand.decisions import actions
from evenhand.decisions.models import DraftState, PolicyDraft


def said_of(refused: Exception) -> str:
    """Say in the member's language why nothing was done."""
    if isinstance(refused, actions.DraftChanged):
        return _changed(refused.draft)
    if isinstance(refused, actions.DraftClosed):
        return _closed(refused.draft)
    if isinstance(refused, actions.WindowsOverlap | actions.OtherDay):
        return _("The days do not fit: %s.") % refused
    if isinstance(refused, actions.NotChecked):
        return _not_checked(str(refused))
    for kind, said in _words().items():
        if isinstance(refused, kind):
            return said
    return str(refused)


def _changed(draft: PolicyDraft) -> str:
    who = draft.written_by.name if draft.written_by else _("A command")
    return _("%s has kept another text of this page in the meantime.") % who


def _closed(draft: PolicyDraft) -> str:
    told = {
        DraftState.WRITING: _("It is being written again."),
        DraftState.PROPOSED: _("It waits for a second person and stays as it is."),
        DraftState.PUBLISHED: _("It has been published."),
        DraftState.DROPPED: _("It was laid aside."),
    }
    return told[DraftState(draft.state)]


def _not_checked(why: str) -> str:
    if why == "extra":
        return _("The proof is not installed: pip install 'evenhand[publish]'.")
    return _("The checks of this text are not done yet.")


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
        actions.AlreadyAtWork: _("It is being replayed already."),
    }
