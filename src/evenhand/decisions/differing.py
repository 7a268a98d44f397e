"""The stored decisions that their pages no longer give, as a list to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.cases.queries import visible_to
from evenhand.decisions.models import RecomputeFault, RecomputeRound
from evenhand.decisions.rules.replays import ASKS, NO_ROW
from evenhand.decisions.templatetags.decision_words import (
    Word,
    outcome_label,
    outcome_words,
)
from evenhand.decisions.templatetags.replay_words import ROWS
from evenhand.decisions.titles import titles_of
from evenhand.kernel.money import Money
from evenhand.policy.decision import Status
from evenhand.staff.models import Member

PAGE = 50
LABELS: Mapping[str, Word] = {"row": _("row")}
ROWLESS: Mapping[str, Word] = {
    Status.NEEDS_FACT: ROWS[ASKS],
    Status.NO_RULE: ROWS[NO_ROW],
}
YES, NO = _("yes"), _("no")
# Results that are money, kept in minor units of the decision's currency.
SUMS = ("amount", "charge", "goodwill")


@dataclass(frozen=True, slots=True)
class Changed:
    """One value of the outcome, then and now."""

    label: Word
    stored: str
    answered: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault with what its page is called, and what of the outcome changed."""

    fault: RecomputeFault
    title: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """A page of faults, the latest first; `after` is where the next one begins."""

    lines: tuple[FaultLine, ...]
    count: int
    after: int | None
    last_round: RecomputeRound | None


def open_faults(member: Member) -> QuerySet[RecomputeFault]:
    """Return the open faults about cases that the member reaches."""
    return RecomputeFault.objects.filter(
        cleared_at__isnull=True, decision__issue__case__in=visible_to(member.reach)
    )


def differing(member: Member, *, before: int | None = None) -> Differing:
    """Return one page of the open faults, those found last first."""
    found = open_faults(member)
    here = found if before is None else found.filter(pk__lt=before)
    rows = list(
        here.select_related(
            "decision__issue__case__customer",
            "decision__version",
            "decision__decided_by",
        )
        .defer("decision__version__text")
        .order_by("-pk")[: PAGE + 1]
    )
    versions = {v.pk: v for row in rows if (v := row.decision.version)}
    titles = titles_of(versions.values(), language=member.language)
    return Differing(
        lines=tuple(
            FaultLine(
                row, titles.get(row.decision.version_id or 0, ""), tuple(_changes(row))
            )
            for row in rows[:PAGE]
        ),
        count=found.count(),
        after=rows[PAGE - 1].pk if len(rows) > PAGE else None,
        last_round=RecomputeRound.objects.order_by("-night").first(),
    )


def _changes(fault: RecomputeFault) -> Iterator[Changed]:
    if fault.is_broken:  # there is no answer now to hold against the stored one
        return
    stored, answered = _flat(fault.stored), _flat(fault.answered)
    currency = fault.decision.currency
    for name in dict.fromkeys([*stored, *answered]):
        then, now = stored.get(name), answered.get(name)
        if then != now:
            label = LABELS.get(name) or outcome_label(name)
            yield Changed(label, *(_text(name, one, currency) for one in (then, now)))


def _flat(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row, or why there is none, and outcome values by name."""
    said = kept.get("outcome") or {}
    row = kept.get("rule") or ROWLESS.get(said.get("status") or "", "")
    flat = {"row": row}
    return flat | {str(k): v for k, v in (said.get("outcome") or {}).items()}


def _text(name: str, value: object, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(name, _one(item), currency) for item in value)
    if isinstance(value, bool):
        return str(YES if value else NO)
    if isinstance(value, Promise):
        return str(value)
    if name in SUMS and isinstance(value, int) and currency:
        return str(Money(value, currency))
    return outcome_words(str(value)[:300], name)


def _one(item: object) -> object:
    """Return a value of a list; of a row that was collected, its name."""
    return item.get("id", "") if isinstance(item, dict) else item
