"""Cases that are one: which, since when, and where each would stand by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from evenhand.cases.models import Case, Clock, Direction, Merge, Message, Split
from evenhand.cases.rules import Course, Happened, What, course
from evenhand.ledger import queries as ledger

_CLOSINGS: Mapping[str, What] = {
    "case.closed": What.CLOSED,
    "case.opened_again": What.OPENED,
    "case.woken": What.OPENED,
}


def family_of(case: Case) -> list[int]:
    """Return the keys of a case and of all that is merged into it, itself first.

    No query where the case came through `case_for`. A merged case is alone: what was
    merged into it before is read in the living one.
    """
    return [case.pk, *sorted(each.pk for each in case.merged.all())]


def one_case(case: Case) -> list[int]:
    """Return the keys of all that is one case with this one, whichever of them it is."""
    if case.merged_into_id is None:
        return family_of(case)
    return sorted(families_of([case.pk])[case.pk])


def members_of(case: Case) -> list[Case]:
    """Return a case and those merged into it, with whom and what each is about."""
    _own, *merged = family_of(case)
    if not merged:
        return [case]
    found = Case.objects.filter(pk__in=merged).order_by("pk")
    return [case, *found.select_related("customer", "team", "order")]


def families_of(keys: Collection[int]) -> dict[int, frozenset[int]]:
    """Return case -> all that is one case with it, itself included; two queries.

    For a merged case that is the living one and whatever else lives there.
    """
    if not keys:
        return {}
    rows = Case.objects.filter(pk__in=keys).values_list("pk", "merged_into")
    homes = {key: home or key for key, home in rows}
    members: defaultdict[int, set[int]] = defaultdict(set)
    merged = Case.objects.filter(merged_into__in=set(homes.values()))
    for key, home in merged.values_list("pk", "merged_into"):
        members[home or key].add(key)
    return {key: frozenset(members[home] | {home}) for key, home in homes.items()}


def is_one_with(case: Case, other: int) -> bool:
    """Whether the case of this key is the case, or merged with it into one."""
    if case.pk == other:
        return True
    home = case.merged_into_id or case.pk
    return Case.objects.filter(Q(pk=home) | Q(merged_into=home), pk=other).exists()


def live_merge_of(case: Case) -> Merge | None:
    """Return the merge that made the case part of another, if one holds."""
    found = Merge.objects.filter(case=case, undone_at__isnull=True)
    return found.select_related("into", "merged_by", "of_split").first()


def merged_directly(case: Case) -> list[Merge]:
    """Return the merges that hold into this very case, the latest first."""
    found = Merge.objects.filter(into=case, undone_at__isnull=True)
    return list(
        found.select_related("case__customer", "merged_by", "of_split").order_by(
            "-merged_at", "-pk"
        )
    )


def branch_of(case: Case) -> list[int]:
    """Return the keys of all that was merged into this very case, at any depth."""
    held = _live_merges(case.merged_into_id or case.pk)
    found: list[int] = []
    ahead = [case.pk]
    while ahead:
        children = [each.case_id for each in held[ahead.pop()]]
        found += children
        ahead += children
    return found


def _live_merges(home: int) -> defaultdict[int, list[Merge]]:
    """Return case -> the merges that hold into it, of all that lives in one case."""
    held: defaultdict[int, list[Merge]] = defaultdict(list)
    merges = Merge.objects.filter(
        undone_at__isnull=True, case__merged_into=home
    ).order_by("merged_at", "pk")
    for each in merges:
        held[each.into_id].append(each)
    return held


@dataclass(frozen=True, slots=True)
class _History:
    """What happened in each case of a family, and which was merged into which."""

    cases: Mapping[int, Case]
    happened: Mapping[int, Sequence[Happened]]
    merges: Mapping[int, Sequence[Merge]]
    split_off: Collection[int]

    def course_of(self, key: int, *, until: datetime | None = None) -> Course | None:
        """Return where a case stood, None where a split left nothing of its own in it."""
        own = [*self._within(key, until)]
        for merge in self.merges.get(key, ()):
            own += self._joined(merge, until)
        from_split = key in self.split_off
        if from_split and not own:
            return None
        case = self.cases[key]
        return course(
            opened_at=case.opened_at,
            waits=not from_split,
            happened=own,
            earlier=case.earlier,
        )

    def _joined(self, merge: Merge, until: datetime | None) -> Iterator[Happened]:
        if until is not None and merge.merged_at > until:
            return
        stood = self.course_of(merge.case_id, until=merge.merged_at)
        yield Happened(merge.merged_at, What.JOINED, stood)
        yield from self._since(merge.case_id, merge.merged_at, until)

    def _since(
        self, key: int, after: datetime, until: datetime | None
    ) -> Iterator[Happened]:
        """Yield what came into a case, and into those merged into it, after it joined."""
        yield from (each for each in self._within(key, until) if each.at > after)
        for merge in self.merges.get(key, ()):
            yield from self._since(merge.case_id, after, until)

    def _within(self, key: int, until: datetime | None) -> Iterator[Happened]:
        for each in self.happened.get(key, ()):
            if until is None or each.at <= until:
                yield each


def course_of(case: Case) -> Course:
    """Return where a living case stands by all that is stored of it and of its family.

    From messages, closings and the merges that hold: undoing one leaves what would be
    there without it. A fixed number of queries.
    """
    cases = Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk)).in_bulk()
    happened: defaultdict[int, list[Happened]] = defaultdict(list)
    for key, each in [*_said(cases), *_closings(cases)]:
        happened[key].append(each)
    history = _History(
        cases=cases,
        happened=happened,
        merges=_live_merges(case.pk),
        split_off=set(
            Split.objects.filter(into__in=cases).values_list("into_id", flat=True)
        ),
    )
    found = history.course_of(case.pk)
    return found or Course(case.opened_at, None, None)


def _said(keys: Collection[int]) -> Iterator[tuple[int, Happened]]:
    """Yield what the other side and we said; what machines wrote changes nothing."""
    said = Message.objects.filter(case__in=keys, automatic="")
    rows = said.values_list("case_id", "direction", "said_at", "pk", "earlier")
    for key, direction, at, message, earlier in rows:
        what = What.ASKED if direction == Direction.IN else What.ANSWERED
        yield key, Happened(at, What.EARLIER if earlier else what, key=message)


def _closings(keys: Collection[int]) -> Iterator[tuple[int, Happened]]:
    """Yield what people closed and opened; what a mail opened, the mail itself tells."""
    matters = {f"case:{key}": key for key in keys}
    for entry in ledger.told_of(matters, kinds=tuple(_CLOSINGS)):
        if not entry.data.get("message"):
            yield matters[entry.matter], Happened(entry.at, _CLOSINGS[entry.kind])


def first_answer_in(case: Case, *, after: datetime | None = None) -> Message | None:
    """Return the first answer of ours that lies in this very case."""
    answers = Message.objects.filter(
        Q(member__isnull=False) | ~Q(sender=""),
        case=case,
        direction=Direction.OUT,
        automatic="",
        earlier=False,
    )
    if after is not None:
        answers = answers.filter(said_at__gt=after)
    return answers.order_by("said_at", "pk").first()


def first_answer_to(case: Case) -> Message | None:
    """Return the first answer to what a case asked: in it, or in what it joined, since.

    What was answered in the other case before the two were one answers nothing here.
    """
    found = [first_answer_in(case)]
    merge = live_merge_of(case)
    while merge is not None:
        found.append(first_answer_in(merge.into, after=merge.merged_at))
        merge = live_merge_of(merge.into)
    answers = [each for each in found if each is not None]
    return min(answers, key=lambda each: (each.said_at, each.pk), default=None)


def clocks_of(case: Case) -> list[Clock]:
    """Return the clocks of a case and of those merged into it that still mean something.

    What an undone split left behind has no question of its own any more.
    """
    found = Clock.objects.filter(case__in=family_of(case))
    return list(
        found.exclude(case__split_from__undone_at__isnull=False).select_related(
            "case__team"
        )
    )


def split_of(case: Case) -> Split | None:
    """Return the split that made this case, undone or not."""
    found = Split.objects.filter(into=case)
    return found.select_related("case", "split_by", "undone_by").first()


def splits_around(case: Case) -> list[Split]:
    """Return the splits that hold out of a case, and the one that made it; latest first."""
    found = Split.objects.filter(Q(case=case) | Q(into=case), undone_at__isnull=True)
    related = ("case", "into", "split_by")
    return list(found.select_related(*related).order_by("-split_at", "-pk"))
