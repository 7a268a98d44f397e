"""Why nothing was done, in the member's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evenhand.cases.actions import CaseClosed
from evenhand.decisions import actions
from evenhand.decisions.templatetags.decision_words import level_words


def words_of(refused: Exception) -> str:
    """Say in the member's language why nothing was done."""
    if isinstance(refused, actions.BeyondLimit):
        return _beyond(refused)
    for kind, said in _refusal_words().items():
        if isinstance(refused, kind):
            return said
    return str(refused)


def _beyond(refused: actions.BeyondLimit) -> str:
    goodwill, level = refused.option.goodwill, level_words(refused.level)
    if not goodwill:
        return _("This is not yours to grant. It needs the level: %s.") % level
    said = _(
        "Goodwill of %(goodwill)s is above what you may still give on this case."
        " It needs the level: %(level)s."
    )
    return said % {"goodwill": goodwill, "level": level}


def _refusal_words() -> dict[type[Exception], str]:
    return {
        actions.AnswerChanged: _(
            "The answer has changed since this page was shown. Look at it again."
        ),
        actions.NothingToGrant: _("The policy gives no answer to grant yet."),
        actions.ApprovalWaiting: _("Somebody was asked about this already."),
        actions.NoApprovalNeeded: _("It is within your own limit: grant it yourself."),
        actions.AlreadyAnswered: _("Somebody has answered this already."),
        actions.OwnRequest: _("Nobody answers his own request."),
        actions.ReasonNeeded: _("Give a reason."),
        actions.IssueWithdrawn: _("The customer gave this point up."),
        actions.BelowTheLaw: _(
            "The law gives the customer more than this. No level may go below it."
        ),
        actions.WorthNeeded: _(
            "Say what it is worth to the customer; 0.00 if it costs nothing."
        ),
        CaseClosed: _("The case is closed. Open it again first."),
    }
