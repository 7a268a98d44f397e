"""Decide where a mail lands: a case for its thread, and one for each team it names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from evenhand.cases import actions as cases
from evenhand.cases import queries as known_cases
from evenhand.cases.models import Case, SideConversation
from evenhand.channels import identity, queries
from evenhand.channels.actions import bouncing, meeting
from evenhand.channels.mail import thread
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.automatic import Kind
from evenhand.channels.mail.parse import ParsedMail
from evenhand.channels.mail.quotes import newest_text
from evenhand.channels.models import Delivery
from evenhand.customers import actions as customers
from evenhand.customers import queries as known_customers
from evenhand.customers.models import Customer
from evenhand.kernel.addresses import domain_of, is_address, same_form, without_tag
from evenhand.kernel.text import language_of
from evenhand.ledger import actions as ledger
from evenhand.staff.actions import add_team
from evenhand.staff.models import Team
from evenhand.staff.queries import first_team, team_for, team_numbered, teams_named

CHANNEL = "mail"
FIRST_TEAM = "Desk"


class Unfileable(Exception):
    """The mail was read but belongs in no case; the text tells a person why."""


@dataclass(frozen=True, slots=True)
class Place:
    """The case a mail goes into, for which team, and by what ("new" if by nothing)."""

    case: Case
    team: Team
    joined_by: str
    stranger: bool
    # what is known of who wrote, where it was asked on the way here
    known: known_customers.Acquaintance | None = None


def places(
    *, delivery: Delivery, mail: ParsedMail, holder: Delivery, at: datetime
) -> list[Place]:
    """Return where a mail lands and does not lie yet; Unfileable if nowhere at all.

    `holder` is the delivery that has the mail's places: itself, or the one that brought
    the same mail before. Cases are opened here; those that are joined are locked, in
    one order, so that two workers never wait for each other.
    """
    already = _already(holder)
    told = _claims(delivery, mail)
    desk = _desk(told, already, answers=meeting.answered_by(mail))
    if not already and not _is_told(desk) and mail.automatic is None:
        desk = replace(desk, quoted=_quoted(mail, at=at))
    if mail.automatic is not None and already:
        return []
    is_live = delivery.arrived_at is None
    if mail.automatic is not None and mail.automatic.kind is Kind.DELIVERY_REPORT:
        place = _place_of_report(mail, told, desk, at=at)
        if place is not None:
            return [place]
        if is_live:
            raise Unfileable("it reports on a delivery that was not ours")
    found = thread.destinations(
        told,
        desk,
        author=mail.writer,
        named=_named(delivery, mail, told, desk, known=bool(already)),
        already=already,
    )
    if mail.automatic is not None and is_live:
        found = _only_joined(found, mail.automatic.why)
    _lock([each for each in found if isinstance(each, thread.Joined)])
    return [_place(delivery, mail, each, at=at) for each in found]


def places_beside(
    *,
    delivery: Delivery,
    mail: ParsedMail,
    holder: Delivery,
    side: SideConversation,
    at: datetime,
) -> list[Place]:
    """Return a new case for each department that a third party's mail names besides.

    None for those that the case serves, or that wrote to the third party; a machine's
    mail opens no case.
    """
    if mail.automatic is not None:
        return []
    heads = [each.addr for each in (*mail.to, *mail.cc, *mail.delivered_to)]
    named = _teams([*delivery.envelope_to, *heads])
    case = side.case
    covered = queries.teams_served(queries.one_with([case.ref]))[case.ref]
    covered |= {team.pk for team in teams_named(queries.written_from(side))}
    covered |= set(holder.placements.values_list("team_id", flat=True))
    return [
        _place(delivery, mail, thread.New(team), at=at)
        for team in named
        if team not in covered
    ]


def _already(holder: Delivery) -> set[str]:
    """Return the cases that hold the mail; none is asked for where it is new."""
    if holder.message is None:
        return set()
    held = holder.placements.select_related("message__case")
    return {place.message.case.ref for place in held}


def _only_joined(
    found: Sequence[thread.Joined | thread.New], why: str
) -> tuple[thread.Joined, ...]:
    """Keep what joins a case: a machine's mail opens none."""
    joined = tuple(each for each in found if isinstance(each, thread.Joined))
    if not joined:
        raise Unfileable(f"it was written by a machine ({why}) and answers no case")
    return joined


def _claims(delivery: Delivery, mail: ParsedMail) -> thread.Claims:
    return thread.claims(
        mail, delivered_to=delivery.envelope_to, secret=identity.secret()
    )


def _desk(
    told: thread.Claims, already: set[str], *, answers: Sequence[str]
) -> thread.Desk:
    known = queries.cases_of_message_ids([*told.answers, *told.refers])
    open_to = queries.existing_cases(told.tokens)
    refs = {ref for held in known.values() for ref in held}
    refs |= {*open_to, *answers}
    families = queries.one_with(refs | already)
    return thread.Desk(
        known=known,
        open_to=open_to,
        parties={ref: queries.parties_of(families[ref]) for ref in refs},
        served=queries.teams_served(families),
        answered_by=answers,
    )


def _is_told(desk: thread.Desk) -> bool:
    """Whether a sign that nobody else can make says where the mail belongs."""
    return bool(desk.known or desk.open_to or desk.answered_by)


def _quoted(mail: ParsedMail, *, at: datetime) -> tuple[str, ...]:
    return queries.cases_quoted(
        newest_text(mail.words).rest,
        subject=mail.subject,
        author=mail.writer.addr,
        at=at,
    )


def _named(
    delivery: Delivery,
    mail: ParsedMail,
    told: thread.Claims,
    desk: thread.Desk,
    *,
    known: bool,
) -> list[int]:
    """Return the teams that the mail went to, in the order of its addresses.

    An address with the token of a case names the team that has the case. The desk's
    own address names the first team where nothing says which case is meant. Where no
    address names a team, the mailbox that brought the mail does.
    """
    heads = [each.addr for each in (*mail.to, *mail.cc, *mail.delivered_to)]
    named = _teams([*delivery.envelope_to, *heads])
    heads, handed = _plain(heads), _plain(delivery.envelope_to)
    of_cases = [ref for ref in told.addressed if ref in desk.open_to]
    named += [queries.case_numbered(ref).team.pk for ref in of_cases]
    answers = _is_told(desk) or desk.quoted
    if not named and not answers and delivery.mailbox and delivery.mailbox.team_id:
        return [delivery.mailbox.team_id]
    joins = known or answers
    for_desk = not joins and _names_the_desk(heads, handed if named else ())
    first = first_team() if for_desk else None
    return list(dict.fromkeys([*([first.pk] if first else []), *named]))


def _teams(addresses: Sequence[str]) -> list[int]:
    """Return the teams that these addresses name, in their order.

    One of ours names the team whose mailbox it is, else the team that alone writes
    from it.
    """
    meant = [each for each in addresses if not _names_a_case(each)]
    found = (_team(each) for each in meant)
    return list(dict.fromkeys(team for team in found if team is not None))


def _team(address: str) -> int | None:
    for team in teams_named([address]) if _is_at_home(address) else ():
        return team.pk
    if same_form(without_tag(address)) == identity.desk_address():
        return None
    return queries.team_written_to(address)


def _plain(addresses: Iterable[str]) -> list[str]:
    """Return those of our addresses that do not name a case."""
    own = [each for each in addresses if _is_at_home(each) or _team(each) is not None]
    return [each for each in own if not _names_a_case(each)]


def _is_at_home(address: str) -> bool:
    return domain_of(same_form(address)) in identity.domains()


def _names_a_case(address: str) -> bool:
    return any(thread.cases_in(address, secret=identity.secret()))


def _names_the_desk(heads: Sequence[str], handed: Sequence[str]) -> bool:
    """Whether the mail was written to the desk's own address, which is no team's.

    Beside a department both the head and, where one is known, the envelope must say so:
    an alias may lead from the desk to the department, or from each department here.
    """
    ours = identity.desk_address()
    said = [
        any(same_form(without_tag(each)) == ours for each in addresses)
        for addresses in (heads, handed)
        if addresses
    ]
    return bool(said) and all(said) and not teams_named([ours])


def _lock(joined: Sequence[thread.Joined]) -> None:
    """Lock the cases, and those they live in: it is those that will wait for us."""
    found = [queries.case_numbered(each.case) for each in joined]
    keys = {key for case in found for key in (case.pk, case.merged_into_id) if key}
    for key in sorted(keys):
        Case.objects.select_for_update(no_key=True).get(pk=key)


def _place(
    delivery: Delivery,
    mail: ParsedMail,
    found: thread.Joined | thread.New,
    *,
    at: datetime,
) -> Place:
    team = team_numbered(found.team) if found.team else None
    if isinstance(found, thread.Joined):
        case = queries.case_numbered(found.case)
        return Place(case, team or case.team, found.by, found.stranger)
    return _place_of_new_case(delivery, mail, team, at=at)


def _place_of_report(
    mail: ParsedMail, told: thread.Claims, desk: thread.Desk, *, at: datetime
) -> Place | None:
    """Find the case of the mail that a delivery report is about, and mark that mail.

    Only a report that shows the mark of the mail itself is believed; anybody may have
    read its Message-ID somewhere. The others lie in the case and mark nothing.
    None where it is about no mail of ours.
    """
    report = mail.report
    about = queries.sent_as(report.original_id) if report else None
    if report is not None and about is not None and about.message is not None:
        case = about.message.case
        if not identity.is_mark_of(report.original_mark, mail_id=about.mail_id):
            return Place(case, case.team, "unproven_report", stranger=True)
        if report.failed:
            known_cases.locked_case(case)
            bouncing.came_back(about=about, report=report, said=mail.subject, at=at)
        return Place(case, case.team, "delivery_report", stranger=False)
    joined = thread.destinations(told, desk, author=mail.writer)[0]
    if isinstance(joined, thread.Joined):
        # the mail itself is not enclosed, but our signed address says the case
        case = queries.case_numbered(joined.case)
        return Place(case, case.team, joined.by, stranger=False)
    return None


def _place_of_new_case(
    delivery: Delivery, mail: ParsedMail, team: Team | None, *, at: datetime
) -> Place:
    writer = _writer(delivery, mail)
    if not is_address(writer.addr):
        raise Unfileable("it names no sender whom we could answer")
    language = language_of(f"{mail.subject}\n{mail.words}")
    met = known_customers.acquainted(writer.addr)
    customer = (
        met[0]
        if met is not None
        else customers.meet(
            address=writer.addr, name=writer.name, language=language, at=at
        )
    )
    case = _new_case(delivery, mail, team, customer=customer, at=at)
    known = met[1] if met is not None and writer == mail.writer else None
    return Place(case, case.team, "new", stranger=False, known=known)


def _new_case(
    delivery: Delivery,
    mail: ParsedMail,
    team: Team | None,
    *,
    customer: Customer,
    at: datetime,
) -> Case:
    text = f"{mail.subject}\n{mail.words}"
    team = team or team_for([*delivery.envelope_to, *(to.addr for to in mail.to)])
    subject = mail.subject or mail.words[:80] or "(no subject)"
    language = language_of(text, default=customer.language)
    team = team or _first_team(at=at)
    if delivery.arrived_at is not None:
        return cases.open_earlier_case(
            customer=customer,
            subject=subject,
            team=team,
            channel=CHANNEL,
            language=language,
            arrived_at=delivery.arrived_at,
            at=at,
        )
    return cases.open_case(
        customer=customer,
        subject=subject,
        team=team,
        channel=CHANNEL,
        language=language,
        by=f"customer:{customer.pk}",
        at=at,
    )


def _writer(delivery: Delivery, mail: ParsedMail) -> Address:
    """Return who wrote; where the head names no address, who handed the mail over."""
    if is_address(mail.writer.addr) or not is_address(delivery.envelope_from):
        return mail.writer
    return Address(mail.writer.name, delivery.envelope_from)


def first_team_of(delivery: Delivery, *, at: datetime) -> Team:
    """Return the team of the mailbox that brought a mail, else the first one."""
    mailbox = delivery.mailbox
    own = mailbox.team if mailbox is not None else None
    return own or first_team() or _first_team(at=at)


def _first_team(*, at: datetime) -> Team:
    """Add the team that a desk without any gives its first mail to.

    Two first mails at once: the second waits for the first one's team and takes it.
    """
    try:
        with transaction.atomic():
            return add_team(name=FIRST_TEAM, by=ledger.SYSTEM, at=at)
    except IntegrityError:
        return Team.objects.get(name=FIRST_TEAM)
