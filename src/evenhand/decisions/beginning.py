"""With which text a page begins, and on which version it builds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evenhand.decisions.models import PolicyVersion
from evenhand.decisions.rules.heads import with_head
from evenhand.decisions.rules.versions import Window, first_free_day, next_version
from evenhand.decisions.shipped import blank_text, shipped_text


@dataclass(frozen=True, slots=True)
class Beginning:
    """A text to write on, and the version that it follows."""

    text: str
    based_on: PolicyVersion | None = None


def next_of(name: str, *, today: date) -> Beginning | None:
    """Return the latest text of a page as its next version; None if it has none.

    It is named by the day, and begins on the first day that no version holds on.
    """
    versions = list(PolicyVersion.objects.filter(policy=name))
    live = [one for one in versions if not one.is_called_off]
    if not live:
        return None
    latest = max(live, key=lambda one: one.effective_from)
    windows = [Window(one.effective_from, one.effective_to) for one in live]
    text = with_head(
        latest.text,
        version=next_version({one.version for one in versions}, on=today),
        begins=first_free_day(windows, today=today),
    )
    return Beginning(text, based_on=_published_last(live))


def shipped(name: str, *, taken: Sequence[str], today: date) -> Beginning | None:
    """Return a shipped page as it is, under a name of its own where that is taken."""
    text = shipped_text(name)
    if text is None:
        return None
    if name in taken:
        free = _free_name(name, taken)
        text = with_head(text, version=today.isoformat(), begins=None, policy=free)
    return Beginning(text)


def blank(*, taken: Sequence[str], today: date) -> Beginning:
    """Return the small page under the first name that is free."""
    return Beginning(blank_text(policy=_free_name("my-returns", taken), on=today))


def _free_name(name: str, taken: Sequence[str]) -> str:
    if name not in taken:
        return name
    numbered = (f"{name}-{n}" for n in range(2, len(taken) + 3))
    return next(one for one in numbered if one not in taken)


def _published_last(versions: list[PolicyVersion]) -> PolicyVersion:
    return max(versions, key=lambda one: one.pk)
