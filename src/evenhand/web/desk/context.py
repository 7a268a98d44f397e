"""What the case's page and each of its parts show, gathered in fixed numbers of queries.

A part's function gives exactly the names that its partial reads; the whole page is all
of them together. Templates never query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.forms import Form
from django.http import QueryDict

from evenhand.cases import queries as cases
from evenhand.cases.models import (
    Attachment,
    Case,
    Direction,
    Kind,
    Message,
    Note,
    SideFile,
)
from evenhand.channels import laid_out, scanned
from evenhand.channels import queries as channels
from evenhand.channels.calendars import events_of
from evenhand.channels.laid_out import Layout, Words
from evenhand.channels.mail.invitations import Event
from evenhand.channels.models import FileScan, Outgoing
from evenhand.channels.queries.files import reserved, scans_of
from evenhand.channels.queries.waiting import asides_under_way
from evenhand.channels.senders import Sender, senders_of
from evenhand.customers import queries as customers
from evenhand.customers.models import Customer, OrderLine
from evenhand.decisions import queries as decisions
from evenhand.kernel.addresses import same_form
from evenhand.ledger import queries as ledger
from evenhand.promises import queries as promises
from evenhand.replies import queries as replies
from evenhand.replies.composer import Written, composer_of
from evenhand.staff import queries as staff
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission
from evenhand.web.desk.bonds import bonds_of
from evenhand.web.desk.forms import (
    HandOverForm,
    IssueForm,
    KindForm,
    NoteForm,
    OrderForm,
)
from evenhand.web.desk.journey import OF_THE_OTHER, Step, journey_of

Context = dict[str, object]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which case, and when: one page speaks of one instant."""

    case: Case
    member: Member
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a message, and what is said beside it: "waits", "infected", "failed"."""

    file: Attachment | SideFile
    sign: str
    finding: str
    # whether this member may have it
    free: bool


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One message or note of the conversation.

    `state` is how far an answer got on its way out; `stranger` says that it came from
    another address than the customer's own; `sender` is whether they are who they seem.
    `words` and `hidden` are what stands on the page; `layout` is of the message's HTML.
    """

    what: str
    mine: bool
    lang: str
    message: Message | None = None
    note: Note | None = None
    state: Outgoing | None = None
    words: Words = laid_out.NO_WORDS
    hidden: Words = laid_out.NO_WORDS
    files: tuple[ShownFile, ...] = ()
    layout: Layout | None = None
    stranger: bool = False
    sender: Sender | None = None
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class AboutCustomer:
    """What is known of the customer at a glance; `spent` has one sum a currency."""

    orders: int
    spent: str
    return_rate: float | None
    cases: int
    complaints: int


def frame(look: Look) -> Context:
    """Return what every part may read, without a query beyond the case's own."""
    return {
        "case": look.case,
        "member": look.member,
        "now": look.at,
        "may": {"approve": look.member.may(Permission.APPROVE)},
    }


def head(look: Look) -> Context:
    """Return what `desk/_head.html` reads."""
    return {
        "standing": look.case.standing,
        "kinds": Kind.values,
        "colleagues": colleagues_of(look.case),
        "policies": policies(),
        "lines": _lines(look.case),
        "bonds": bonds_of(look.case, member=look.member),
        "asides": cases.sides_of(look.case),
        **presence(look),
    }


def presence(look: Look) -> Context:
    """Return what `desk/_presence.html` reads: who else has the case open."""
    return {
        "case": look.case,
        "present": cases.present_at(look.case, at=look.at, but=look.member),
    }


def thread(look: Look) -> Context:
    """Return what `desk/_thread.html` reads, in the order in which it was said."""
    said = cases.thread(look.case)
    messages = [one for one in said if isinstance(one, Message)]
    known = customers.addresses_of(look.case.customer)
    files = [file.sha256 for one in messages for file in one.attachments.all()]
    about = _About(
        member=look.member,
        states=channels.states_of(messages),
        known=known,
        senders=senders_of(messages, known=known),
        layouts=laid_out.layouts_of(messages),
        scans=scans_of(files),
    )
    held = replies.held_in(look.case)
    return {
        "held": held,
        "held_files": reserved(held.token) if held else (),
        "returned": replies.returned_to(look.case, member=look.member),
        "thread": [
            _heard(one, about=about)
            if isinstance(one, Message)
            else _noted(one, member=look.member)
            for one in said
        ],
    }


def decide(look: Look) -> Context:
    """Return what `desk/_decide.html` reads: every issue with what the policy says."""
    panels = decisions.panels(look.case, member=look.member, at=look.at)
    return {"issues": panels}


def promised(look: Look) -> Context:
    """Return what `desk/_promises.html` reads: every promise of the case."""
    return {"promises": promises.cards_of(look.case, at=look.at)}


def side(look: Look) -> Context:
    """Return what `desk/_side.html` reads: customer, orders, clock, promises, journey."""
    customer = look.case.customer
    return {
        "reading": cases.read_clock(look.case, at=look.at),
        "standing_of": _about(customer, member=look.member),
        "address": customers.address_of(customer),
        "orders": customers.orders_of(customer),
        "journey": journey(look.case),
        "asides": cases.sides_of(look.case),
        "asides_under_way": asides_under_way(look.case, member=look.member),
        **promised(look),
    }


def journey(case: Case) -> list[Step]:
    """Return what happened in the case, latest first."""
    matters = [f"case:{key}" for key in cases.family_of(case)]
    entries = [
        entry
        for entry in ledger.of_matters(matters)
        if entry.matter == case.as_matter or entry.kind not in OF_THE_OTHER
    ]
    return journey_of(entries, customer_name=case.customer.name)[::-1]


PARTS: Mapping[str, Callable[[Look], Context]] = {
    "head": head,
    "presence": presence,
    "thread": thread,
    "decide": decide,
    "promises": promised,
    "side": side,
}


def whole(
    look: Look,
    *,
    forms: Mapping[str, Form],
    written: Written | None = None,
    fault: str = "",
) -> Context:
    """Return the context of `desk/case.html`.

    `forms`, `written` and `fault` are of a refused POST, to be shown again as it was.
    """
    panels = decisions.panels(look.case, member=look.member, at=look.at)
    return {
        **frame(look),
        **head(look),
        **thread(look),
        **side(look),
        "issues": panels,
        "composer": composer_of(
            look.case, member=look.member, at=look.at, written=written, panels=panels
        ),
        "fault": fault,
        "mode": "note" if "note" in forms else "reply",
        "forms": {**_blank_forms(look.case), **forms},
    }


def colleagues_of(case: Case) -> list[Member]:
    """Return who may be given the case: the active members of its team."""
    return list(staff.members_of(case.team))


def _lines(case: Case) -> list[OrderLine]:
    if case.order is None:
        return []
    return list(case.order.lines.select_related("product", "order").order_by("pk"))


def policies() -> list[tuple[str, str]]:
    """Return name and title of each policy page, for choosing which one speaks."""
    latest = {version.policy: version.title for version in decisions.policies()[::-1]}
    return sorted(latest.items())


def issue_form(case: Case, *, data: QueryDict | None = None) -> IssueForm:
    """Return the form that raises a point, with what can be chosen."""
    form = IssueForm(data)
    form.offer(policies=policies(), order_key=case.order_id)
    return form


def _blank_forms(case: Case) -> dict[str, Form]:
    return {
        "note": NoteForm(),
        "kind": KindForm(initial={"kind": case.kind}),
        "hand_over": HandOverForm(initial={"to": case.owner_id}),
        "issue": IssueForm(),
        "order": OrderForm(),
    }


def _noted(note: Note, *, member: Member) -> ThreadEntry:
    return ThreadEntry(
        what="note", mine=note.member_id == member.pk, lang="", note=note
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of all messages of a page, asked for once."""

    member: Member
    states: Mapping[int, Outgoing]
    known: frozenset[str]
    senders: Mapping[int, Sender]
    layouts: Mapping[int, Layout]
    scans: Mapping[str, FileScan]


def _heard(message: Message, *, about: _About) -> ThreadEntry:
    ours = message.direction == Direction.OUT
    return ThreadEntry(
        what="message",
        mine=ours and message.member_id == about.member.pk,
        lang=message.language,
        message=message,
        state=about.states.get(message.pk),
        words=laid_out.folded(message.text),
        hidden=laid_out.folded(message.hidden_text),
        files=tuple(
            shown_file(file, scans=about.scans, member=about.member)
            for file in message.attachments.all()
        ),
        layout=about.layouts.get(message.pk),
        stranger=not ours
        and bool(message.sender)
        and same_form(message.sender) not in about.known,
        sender=about.senders.get(message.pk),
        events=events_of(message.attachments.all()),
    )


def shown_file(
    file: Attachment | SideFile, *, scans: Mapping[str, FileScan], member: Member
) -> ShownFile:
    """Return a file with what the virus scanner said of it."""
    scan = scans.get(file.sha256)
    free = scan is None or scanned.is_free(scan, member=member)
    return ShownFile(
        file=file,
        sign=scanned.sign_of(scan),
        finding=scan.finding if scan else "",
        free=free,
    )


def _about(customer: Customer, *, member: Member) -> AboutCustomer:
    known = customers.standing_of(customer)
    count = (
        cases.living(member.reach)
        .filter(customer=customer)
        .aggregate(
            cases=Count("pk"), complaints=Count("pk", filter=Q(kind=Kind.COMPLAINT))
        )
    )
    return AboutCustomer(
        orders=known.orders,
        spent=" + ".join(str(sum_) for sum_ in known.spent),
        return_rate=known.return_rate,
        **count,
    )
