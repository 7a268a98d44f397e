"""Published pages made ready to decide, and which version holds for an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from evenhand.decisions.kept_pages import KeptPages
from evenhand.decisions.models import PolicyVersion
from evenhand.policy.decision import Decision
from evenhand.policy.loading import load
from evenhand.policy.program import Page

# A page takes some 175 bytes of memory for each character, so this is about 200 MB:
# every version of a desk's usual pages, and still three of the longest allowed.
MOST_CHARACTERS = 1_200_000
_KEPT = KeptPages(load, most=MOST_CHARACTERS)


def ready(text: str) -> Page:
    """Return the page of this text, compiled once in each process while it is kept."""
    return _KEPT.page(text)


def in_force(
    versions: Iterable[PolicyVersion], *, day_of: Callable[[str], date]
) -> PolicyVersion | None:
    """Return the version whose window holds the day that the version is judged on.

    `day_of` gives the day that a `judged_on` names. Each version says itself which
    day counts, so a case keeps the rules of the day on which it was bought.
    """
    for version in sorted(versions, key=lambda v: v.effective_from, reverse=True):
        if version.is_called_off:
            continue
        day = day_of(version.judged_on)
        ends = version.effective_to or date.max
        if version.effective_from <= day <= ends:
            return version
    return None


def without_text(names: Iterable[str]) -> list[PolicyVersion]:
    """Return the versions of these pages; their long texts stay where they are."""
    found = PolicyVersion.objects.filter(policy__in=set(names))
    return list(found.filter(called_off_at__isnull=True).defer("text"))


def texts_of(versions: Iterable[PolicyVersion]) -> dict[int, str]:
    """Return version key -> text, in one query."""
    wanted = {version.pk for version in versions}
    found = PolicyVersion.objects.filter(pk__in=wanted)
    return dict(found.values_list("pk", "text"))


def outcome_of(answer: Decision) -> dict[str, object]:
    """Return what a page answered as JSON holds it; days as text."""
    kept = {"status": answer.status.value, "rule": answer.rule, "say": answer.say}
    return {**kept, "outcome": _plain(answer.outcome)}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
