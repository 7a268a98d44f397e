"""Take messages out of a case into one of their own, and put them back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from evenhand.cases import queries
from evenhand.cases.actions.merging import join
from evenhand.cases.actions.messages import join_participant
from evenhand.cases.actions.standing import CaseMerged, begin_clock, resume
from evenhand.cases.actions.telling import tell
from evenhand.cases.models import Case, Direction, Message, Moved, Split
from evenhand.customers import actions as customers
from evenhand.customers.models import Customer
from evenhand.kernel.addresses import is_address, same_form
from evenhand.kernel.text import one_line
from evenhand.staff.models import Member


class NotSplit(Exception):
    """Nothing was split off or put back, and nothing changed; the kind says why."""


class NotChosen(NotSplit):
    """No message was chosen, or one that is not (or no longer) this case's to move."""


class EverythingChosen(NotSplit):
    """Something that was said must stay in the case."""


class UndoneAlready(NotSplit):
    """The split was undone before."""


class SplitFurther(NotSplit):
    """Of what the new case holds something was split off since; undo that first."""


class MergedMeanwhile(NotSplit):
    """One of the two cases was merged since; undo that first."""


@transaction.atomic
def split(
    *, case: Case, messages: Collection[int], subject: str, by: Member, at: datetime
) -> Split:
    """Open a case with these messages (keys) of a case, and with their files.

    It belongs to whoever wrote the first of them, and its clock runs from then. Issues,
    decisions, promises and notes stay. CaseMerged or NotSplit, and nothing changed.
    """
    held = queries.locked_families([case.pk])
    case = held[case.pk]
    if case.merged_into_id is not None:
        raise CaseMerged(case.ref)
    chosen = _chosen(messages, within=held.keys())
    into = _open(case, chosen, subject=subject, at=at)
    made = Split.objects.create(case=case, into=into, split_by=by, split_at=at)
    Moved.objects.bulk_create(
        Moved(split=made, message=each, was_in=held[each.case_id]) for each in chosen
    )
    Message.objects.filter(pk__in=[each.pk for each in chosen]).update(case=into)
    resume([case, into])
    data = {"messages": len(chosen)}
    tell(case, kind="case.split", by=by.as_actor, at=at, data={"to": into.ref, **data})
    tell(
        into,
        kind="case.split_off",
        by=by.as_actor,
        at=at,
        data={"from": case.ref, **data},
    )
    _join_writers(into, chosen, by=by, at=at)
    return made


@transaction.atomic
def undo_split(*, split: Split, by: Member, at: datetime) -> Case:
    """Put the messages back where they lay; return the case that they came from.

    What came into the new case meanwhile is read in the old one from now on, and so is
    what answers it. NotSplit, and nothing changed, where a later split or merge must be
    undone first.
    """
    moved = list(Moved.objects.filter(split=split.pk).select_related("message"))
    were_in = {each.was_in_id for each in moved}
    held = queries.locked_families({split.case_id, split.into_id, *were_in})
    split = Split.objects.select_for_update(no_key=True).get(pk=split.pk)
    case, into = held[split.case_id], held[split.into_id]
    _must_be_undoable(split, (case, into), moved)
    for key in were_in:
        keys = [each.message_id for each in moved if each.was_in_id == key]
        Message.objects.filter(pk__in=keys).update(case=key)
    split.merge = join(case=into, into=case, by=by, at=at)
    split.undone_by, split.undone_at = by, at
    split.save(update_fields=["merge", "undone_by", "undone_at"])
    homes = {held[key].merged_into_id or key for key in (case.pk, *were_in)}
    resume(held[key] for key in sorted(homes))
    for one, other in ((case, into), (into, case)):
        data = {"case": other.ref}
        tell(one, kind="case.split_undone", by=by.as_actor, at=at, data=data)
    return case


def _chosen(keys: Collection[int], *, within: Collection[int]) -> list[Message]:
    """Return the messages in the order in which they were said.

    What the desk wrote by itself stays: its link leads to the case that it asks about.
    """
    said = Message.objects.filter(case__in=within).order_by("said_at", "pk")
    chosen = [each for each in said if each.pk in set(keys)]
    if not chosen or len(chosen) != len(set(keys)):
        raise NotChosen(f"{sorted(keys)}")
    if any(_is_of_the_desk(each) for each in chosen):
        raise NotChosen("written by the desk itself")
    if all(each in chosen or _is_of_the_desk(each) for each in said):
        raise EverythingChosen(f"{len(chosen)} of {len(said)}")
    return chosen


def _is_of_the_desk(message: Message) -> bool:
    return message.direction == Direction.OUT and bool(message.automatic)


def _must_be_undoable(
    split: Split, cases: Sequence[Case], moved: Sequence[Moved]
) -> None:
    if split.undone_at is not None:
        raise UndoneAlready(str(split))
    if any(each.merged_into_id is not None for each in cases):
        raise MergedMeanwhile(str(split))
    still = Message.objects.filter(
        pk__in=[each.message_id for each in moved], case=split.into_id
    )
    # what came later may have been split off too: into a case that has ended it could
    # never be put back
    parted = Split.objects.filter(case=split.into_id, undone_at=None)
    if still.count() != len(moved) or parted.exists():
        raise SplitFurther(str(split))


def _open(case: Case, chosen: Sequence[Message], *, subject: str, at: datetime) -> Case:
    first = next((each for each in chosen if _is_from_outside(each)), chosen[0])
    into = Case.objects.create(
        customer=_customer_of(first, case=case, at=at),
        subject=one_line(subject, most=300) or case.subject,
        team=case.team,
        owner=case.owner,
        kind=case.kind,
        channel=first.channel,
        language=first.language,
        opened_at=first.said_at,
        moved_at=first.said_at,
    )
    # what was said before the desk was there waits for us from now on
    begin_clock(case=into, at=at if first.earlier else first.said_at)
    return into


def _is_from_outside(message: Message) -> bool:
    return message.direction == Direction.IN and not message.automatic


def _customer_of(message: Message, *, case: Case, at: datetime) -> Customer:
    """Return who wrote it, who is met if need be; the case's where nobody is named."""
    if message.direction == Direction.OUT or not is_address(message.sender):
        return case.customer
    return customers.meet(
        address=message.sender,
        name=message.sender_name,
        language=message.language,
        at=at,
    )


def _join_writers(
    into: Case, chosen: Sequence[Message], *, by: Member, at: datetime
) -> None:
    """Let everybody who wrote one of the messages take part in the new case's mail."""
    own = {same_form(each.value) for each in into.customer.identities.all()}
    writers = {
        each.sender: each.sender_name
        for each in chosen
        if _is_from_outside(each) and is_address(each.sender)
    }
    for address, name in writers.items():
        if same_form(address) not in own:
            join_participant(
                case=into, address=address, name=name, by=by.as_actor, at=at
            )
