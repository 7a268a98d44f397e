"""What binds a case to others: merges, splits, whose it was; as its page tells them."""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.cases import queries as cases
from evenhand.cases.models import Case, CustomerChange, Merge, Split
from evenhand.staff.models import Member


@dataclass(frozen=True, slots=True)
class Bonds:
    """The merge that a case ended in, what was merged into it, what was split off.

    `sees_home`: whether the member may open the living case; `undone_split`: whether
    the case ended because its split was undone, which is not undone in turn; `given`
    is how it got its customer, where that can be undone.
    """

    merge: Merge | None = None
    sees_home: bool = False
    undone_split: bool = False
    taken_in: tuple[Merge, ...] = ()
    split: Split | None = None
    splits: tuple[Split, ...] = ()
    given: CustomerChange | None = None

    def __bool__(self) -> bool:
        return bool(
            self.merge or self.taken_in or self.split or self.splits or self.given
        )


def bonds_of(case: Case, *, member: Member) -> Bonds:
    """Return what the head of a case's page tells of others; two queries for most cases."""
    if case.merged_into is not None:
        merge = cases.live_merge_of(case)
        visible = cases.visible_to(member.reach).filter(pk=case.merged_into.pk)
        return Bonds(
            merge=merge,
            sees_home=visible.exists(),
            undone_split=merge is not None and hasattr(merge, "of_split"),
        )
    taken = cases.merged_directly(case) if len(cases.family_of(case)) > 1 else []
    splits = cases.splits_around(case)
    change = cases.customer_change_of(case)
    return Bonds(
        taken_in=tuple(each for each in taken if not hasattr(each, "of_split")),
        split=next((each for each in splits if each.into_id == case.pk), None),
        splits=tuple(each for each in splits if each.case_id == case.pk),
        given=change if change and change.undoes_id is None else None,
    )
