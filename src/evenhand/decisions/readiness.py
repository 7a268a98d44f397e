"""What stands between a draft and its publishing: faults, findings, what must be meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from evenhand.decisions import drafts, pages
from evenhand.decisions.earlier import Difference, differences
from evenhand.decisions.models import (
    DraftCheck,
    PolicyDraft,
    PolicyVersion,
    ReplayRun,
    RunState,
)
from evenhand.decisions.rules.reports import CheckReport, Point, key_of
from evenhand.decisions.rules.versions import Window, check_name, first_free_day
from evenhand.policy.errors import Fault, PolicyError
from evenhand.policy.program import Page


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a draft may be published, and what has to be said for it.

    `points` have to be acknowledged one by one; `newer` is a version that somebody
    published since the draft was begun.
    """

    page: Page | None
    faults: tuple[Fault, ...]
    check: DraftCheck | None
    report: CheckReport
    replay: ReplayRun | None
    differences: tuple[Difference, ...]
    points: tuple[Point, ...]
    newer: PolicyVersion | None
    free_from: date

    @property
    def is_checked(self) -> bool:
        return self.check is not None and self.check.state == RunState.DONE

    @property
    def is_sound(self) -> bool:
        """Whether nothing keeps it back but what may be said to be meant."""
        return not self.faults and self.is_checked and not self.report.faults

    @property
    def begins(self) -> date | None:
        """The first day that the head names, which nobody can change on publishing."""
        return self.page.policy.head.from_on if self.page else None


def readiness(draft: PolicyDraft, *, today: date) -> Readiness:
    """Gather everything that bears on publishing this text, at this moment."""
    page, faults = _read(draft.text)
    name = page.policy.head.policy if page else draft.policy
    versions = _versions(name)
    check = drafts.check_of(draft)
    report = CheckReport.kept(check.report if check else None)
    replay = drafts.replay_of(draft)
    found: tuple[Difference, ...] = ()
    if page is not None:
        known = drafts.known_differences(name)
        found = differences(page, reversed(versions), known=known)
    newer = _newer(draft, versions)
    points = (
        *_moved(newer),
        *(Point(one.key, one.what, "warning", one.witness) for one in report.warnings),
        *(_meant(one) for one in found),
        *_unreplayed(replay, versions),
    )
    windows = [Window(v.effective_from, v.effective_to) for v in versions]
    free = first_free_day(windows, today=today)
    return Readiness(page, faults, check, report, replay, found, points, newer, free)


def _read(text: str) -> tuple[Page | None, tuple[Fault, ...]]:
    try:
        page = pages.ready(text)
        check_name(page.policy.head.policy, page.policy.head.version)
    except PolicyError as error:
        return None, error.faults
    return page, ()


def _versions(name: str) -> list[PolicyVersion]:
    """Return the versions that ever held or will, the earliest first, with texts."""
    found = PolicyVersion.objects.filter(policy=name, called_off_at__isnull=True)
    return list(found.select_related("published_by").order_by("effective_from"))


def _newer(draft: PolicyDraft, versions: list[PolicyVersion]) -> PolicyVersion | None:
    """Return what was published beside the draft: it would be written over unread."""
    if not versions:
        return None
    published = max(versions, key=lambda version: version.pk)
    known = draft.based_on_id or 0
    return published if published.pk > known else None


def _moved(newer: PolicyVersion | None) -> tuple[Point, ...]:
    if newer is None:
        return ()
    who = newer.published_by.name if newer.published_by else gettext("A command")
    told = gettext("%(who)s published version %(version)s since this was begun.")
    what = told % {"who": who, "version": newer.version}
    return (Point(key_of("moved", newer.pk), what, "moved"),)


def _meant(one: Difference) -> Point:
    told = gettext("Example of version %(version)s: was %(before)s; is now %(after)s.")
    what = told % {"version": one.version, "before": one.before, "after": one.after}
    return Point(one.key, what, "difference", one.given)


def _unreplayed(
    replay: ReplayRun | None, versions: list[PolicyVersion]
) -> tuple[Point, ...]:
    """A page with a past is replayed first, or somebody says that it need not be."""
    if not versions or (replay is not None and replay.state == RunState.DONE):
        return ()
    what = gettext("It was not replayed: what it changes is not known.")
    return (Point(key_of("replay"), what, "replay"),)
