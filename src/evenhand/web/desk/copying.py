"""Add an address to those that get a copy of an answer, and say why one cannot be."""

from __future__ import annotations

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.cases.models import Case
from evenhand.replies import copies, queries
from evenhand.replies.composer import Written

SENTENCES: dict[type[BaseException], str | Promise] = {
    copies.NoAddress: _("This is no mail address: %(what)s"),
    copies.OurOwn: _("%(what)s is an address of this desk."),
    copies.HasItAlready: _("%(what)s receives the answer already."),
    copies.TooMany: _("An answer takes ten new addresses. %(what)s was not added."),
}


def with_new_copy(case: Case, written: Written) -> tuple[Written, str]:
    """Let the answer go to the address that was typed, too.

    Return what was written with it, or as it was and a sentence on why not.
    """
    if not written.new_copy.strip():
        return written, ""
    try:
        address = copies.checked(
            written.new_copy,
            reach=queries.recipients(case),
            added=copies.worth_keeping(written.added),
        )
    except copies.NotAdded as refusal:
        return written, why_not(refusal)
    return replace(written, added=written.added | {address}, new_copy=""), ""


def why_not(refusal: BaseException) -> str:
    """Return why an address gets no copy."""
    return str(SENTENCES[type(refusal)]) % {"what": str(refusal)}
