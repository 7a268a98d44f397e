"""Where a mail belongs: the signs that lead to a case, and the ids of a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from evenhand.cases import queries as cases
from evenhand.cases import rules
from evenhand.cases.models import Case, Direction, Message
from evenhand.channels.mail.quoting import base_subject, quotes
from evenhand.channels.models import Outgoing, Placement
from evenhand.channels.queries.mailboxes import mailbox_addresses
from evenhand.channels.queries.sending import identity_addresses
from evenhand.customers.models import Identity, IdentityKind
from evenhand.kernel.addresses import same_form, without_tag
from evenhand.staff.queries import teams_named

# how long a mail without any id may quote us, and how many of our answers are looked at
QUOTED_WITHIN = timedelta(days=30)
MOST_QUOTABLE = 50


def cases_of_message_ids(ids: Collection[str]) -> dict[str, list[str]]:
    """Return Message-ID -> numbers of the cases that hold it, the earliest first.

    A mail to two departments stands in a case of each.
    """
    # stored ids are cut at 255 characters
    wanted = {each[:255]: each for each in ids if each}
    found = (
        Message.objects.filter(message_id__in=wanted)
        .order_by("pk")
        .values_list("message_id", "case_id")
    )
    held: dict[str, list[str]] = {}
    for each, case in found:
        cases_of_it = held.setdefault(wanted[each], [])
        if (ref := rules.reference(case)) not in cases_of_it:
            cases_of_it.append(ref)
    return held


def one_with(refs: Collection[str]) -> dict[str, frozenset[int]]:
    """Return number of a case -> the keys of all that is one case with it by merges."""
    families = cases.families_of([rules.key_of(ref) for ref in refs])
    return {rules.reference(key): family for key, family in families.items()}


def teams_served(families: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
    """Return number of a case -> the teams that it was ever reached or answered for.

    The team that has it now, those for whom a mail landed in it, and those from whose
    mailbox we wrote: an answer to an address that a case has left is still its. Cases
    that became one (`one_with`) serve together.
    """
    keys = {key for family in families.values() for key in family}
    if not keys:
        return {}
    pairs = [
        *Case.objects.filter(pk__in=keys).values_list("pk", "team_id"),
        *Placement.objects.filter(message__case__in=keys).values_list(
            "message__case_id", "team_id"
        ),
        *_written_for(keys),
    ]
    return {
        ref: {team for key, team in pairs if key in family}
        for ref, family in families.items()
    }


def team_written_to(address: str) -> int | None:
    """Return the one team that writes from this address; None where that says nothing.

    Of an address whose mail is fetched the mailbox says for whom it is.
    """
    plain = same_form(without_tag(address))
    teams = identity_addresses().get(plain, frozenset())
    if len(teams) != 1 or plain in mailbox_addresses():
        return None
    return next(iter(teams))


def _written_for(keys: Collection[int]) -> list[tuple[int, int]]:
    """Return case and team for each mailbox that our mails of these cases were from."""
    senders = (
        Outgoing.objects.filter(message__case__in=keys)
        .values_list("message__case_id", "envelope_from")
        .distinct()
    )
    own = identity_addresses()
    named = [
        (case, team.pk) for case, address in senders for team in teams_named([address])
    ]
    written_as = [
        (case, team)
        for case, address in senders
        for team in own.get(same_form(without_tag(address)), ())
        if team is not None
    ]
    return [*named, *written_as]


def cases_quoted(
    quoted: str, *, subject: str, author: str, at: datetime
) -> tuple[str, ...]:
    """Return the one case that a reply without any id quotes; nothing where in doubt.

    It is a case of the customer of this very address, moved within QUOTED_WITHIN, and
    the mail quotes a whole line of an answer of ours in it, under its subject or that
    of the case but for the word of reply. Two such cases are none.
    """
    base, is_reply = base_subject(subject)
    if not (quoted.strip() and is_reply and base):
        return ()
    said = (
        Message.objects.filter(
            direction=Direction.OUT,
            automatic="",
            case__moved_at__gt=at - QUOTED_WITHIN,
            case__customer__identities__kind=IdentityKind.EMAIL,
            case__customer__identities__value=same_form(author),
        )
        .order_by("-said_at", "-pk")
        .values_list("case_id", "case__subject", "subject", "text")[:MOST_QUOTABLE]
    )
    found = {
        case
        for case, named, sent, text in said
        if base in {base_subject(named)[0], base_subject(sent)[0]}
        and quotes(quoted, ours=text)
    }
    return (rules.reference(found.pop()),) if len(found) == 1 else ()


def existing_cases(refs: Iterable[str]) -> set[str]:
    """Return those of the numbers that name a case."""
    keys = {key: ref for ref in refs if (key := _key_of(ref)) is not None}
    found = Case.objects.filter(pk__in=keys).values_list("pk", flat=True)
    return {keys[pk] for pk in found}


def _key_of(ref: str) -> int | None:
    try:
        return rules.key_of(ref)
    except rules.NotAReference:
        return None


def parties_of(family: Collection[int]) -> set[str]:
    """Return the addresses that take part in the mail of what is one case.

    In the form for comparing.
    """
    held = Case.objects.filter(pk__in=family)
    written = Message.objects.filter(case__in=family).values_list("sender", flat=True)
    joined = held.values_list("participants__address", flat=True)
    own = Identity.objects.filter(customer__in=held.values("customer")).values_list(
        "value", flat=True
    )
    return {same_form(address) for address in (*written, *joined, *own) if address}


def case_numbered(ref: str) -> Case:
    """Return the case of a number that is known to name one."""
    return Case.objects.select_related("customer", "team").get(pk=rules.key_of(ref))


def own_family(case: Case) -> list[int]:
    """Return the keys of a case and of what was merged into it of the same customer.

    Another's ids would mean nothing to whom we write.
    """
    same = (one for one in case.merged.all() if one.customer_id == case.customer_id)
    return [case.pk, *(one.pk for one in same)]


def thread_ids(case: Case, *, most: int = 20) -> list[str]:
    """Return the Message-IDs of a case, oldest first, for References.

    Of a long thread its first, which names it to many mail programs, and the newest.
    """
    said = Message.objects.filter(case__in=own_family(case)).exclude(message_id="")
    ids = said.values_list("message_id", flat=True)
    newest = list(ids.order_by("-said_at", "-pk")[:most])[::-1]
    first = list(ids.order_by("said_at", "pk")[:1]) if len(newest) == most else []
    return list(dict.fromkeys([*first, *newest]))
