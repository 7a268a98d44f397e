"""The stored decisions that their pages no longer give, as a list to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evenhand.cases.queries import visible_to
from evenhand.decisions.models import RecomputeFault, RecomputeRound
from evenhand.decisions.templatetags.decision_words import (
    Word,
    outcome_label,
    outcome_words,
)
from evenhand.kernel.money import Money
from evenhand.staff.models import Member

PAGE = 50
LABELS: Mapping[str, Word] = {"row": _("row")}
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
    """A fault with what of the outcome changed."""

    fault: RecomputeFault
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
    return Differing(
        lines=tuple(FaultLine(row, tuple(_changes(row))) for row in rows[:PAGE]),
        count=found.count(),
        after=rows[PAGE - 1].pk if len(rows) > PAGE else None,
        last_round=RecomputeRound.objects.order_by("-night").first(),
    )


def _changes(fault: RecomputeFault) -> Iterator[Changed]:
    stored, answered = _flat(fault.stored), _flat(fault.answered)
    currency = fault.decision.currency
    for name in dict.fromkeys([*stored, *answered]):
        then, now = stored.get(name), answered.get(name)
        if then != now:
            label = LABELS.get(name) or outcome_label(name)
            yield Changed(label, *(_text(name, one, currency) for one in (then, now)))


def _flat(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return row, status and outcome values by name."""
    said = kept.get("outcome") or {}
    flat = {"row": kept.get("rule") or "", "status": said.get("status") or ""}
    return flat | {str(k): v for k, v in (said.get("outcome") or {}).items()}


def _text(name: str, value: object, currency: str) -> str:
    if value is None:
        return ""
    if name in SUMS and isinstance(value, int) and currency:
        return str(Money(value, currency))
    return outcome_words(str(value)[:300], name)
