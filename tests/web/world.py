"""One case of the shop's team with one of everything that an address can name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.test import Client

from evenhand.cases import actions as cases
from evenhand.cases.models import Attachment, Case, Issue, Message, SideMessage
from evenhand.channels import blobs
from evenhand.channels.actions import (
    identities,
    intake,
    outbox,
    sending_servers,
    side_checks,
    side_holding,
    uploads,
)
from evenhand.channels.actions.side_checks import box_of
from evenhand.channels.models import (
    ANSWER,
    Box,
    Delivery,
    DeliveryState,
    HeldAside,
    Mailbox,
    Outgoing,
    SendingIdentity,
    SendingServer,
    Upload,
)
from evenhand.decisions import actions as decisions
from evenhand.decisions.models import Approval, PolicyDraft
from evenhand.kernel.money import Money
from evenhand.promises.models import Promise
from evenhand.replies.actions import holding, sending
from evenhand.replies.models import HeldAnswer
from evenhand.staff import actions as staff
from evenhand.staff.models import Member, Team
from evenhand.staff.rules import Role
from tests import given
from tests.given_decisions import another_issue, found, published, small_page
from tests.given_promises import a_promise, an_answer

SIDES = ("own", "other")
Rows = dict[str, list[tuple[object, ...]]]
# What a visit leaves behind without anybody having done anything.
NOT_LOOKED_AT = {"sessions.session"}


@dataclass(frozen=True, slots=True)
class World:
    """The shop's case, and a member of each role in its team and in the other team."""

    case: Case
    message: Message
    aside: SideMessage
    issue: Issue
    approval: Approval
    promise: Promise
    attachment: Attachment
    upload: Upload
    # a file that lies beside a mail to a third party
    beside: Upload
    held_aside: HeldAside
    held: HeldAnswer
    server: SendingServer
    identity: SendingIdentity
    outgoing: Outgoing
    delivery: Delivery
    mailbox: Mailbox
    draft: PolicyDraft
    proposal: PolicyDraft
    members: Mapping[tuple[Role, str], Member]
    # the session of each, by its primary key
    sessions: Mapping[int, str]


def build() -> World:
    shop, studio = given.a_team("Shop"), given.a_team("Studio")
    members = {
        (role, side): _member(role, side=side, team=team)
        for role in Role
        for side, team in (("own", shop), ("other", studio))
    }
    given.limits()
    customer = given.a_customer()
    case = given.a_case(customer=customer, order=given.an_order(customer))
    agent = members[Role.AGENT, "own"]
    published(small_page())
    issue = given.an_issue(case, policy="small")
    found(issue, agent, broken=True)
    message = _message(case)
    answer = an_answer(case, by=agent)
    return World(
        case=case,
        message=message,
        aside=_aside(case, by=agent),
        attachment=message.attachments.get(),
        outgoing=outbox.queue(message=answer, to=["eva@mail.example"], at=given.MONDAY),
        delivery=_set_aside(),
        mailbox=_mailbox(),
        upload=_upload(case, by=agent),
        beside=_upload(case, by=agent, box=box_of(None)),
        held_aside=_held_aside(case, by=agent),
        held=_held(case, by=agent),
        server=(server := _server(by=members[Role.ADMIN, "own"])),
        identity=_identity(server, by=members[Role.ADMIN, "own"]),
        issue=issue,
        approval=_asked(another_issue(case), by=agent),
        promise=a_promise(case, by=agent),
        draft=_draft("other"),
        proposal=_proposal(),
        members=members,
        sessions={member.pk: _session(member) for member in members.values()},
    )


def _message(case: Case) -> Message:
    """A mail of the customer with a file."""
    seam = cases.NewAttachment(
        name="seam.txt",
        content_type="text/plain",
        size=5,
        sha256=blobs.keep(b"a seam"),
    )
    return cases.receive_message(
        case=case,
        said=cases.Said(
            text="It does not fit.",
            channel="mail",
            html="<p>It does not fit.</p>",
            attachments=[seam],
        ),
        sender=case.customer.identities.get().value,
        sender_name=case.customer.name,
        joined_by="new",
        by=given.SYSTEM,
        at=given.MONDAY,
    )


def everything() -> Rows:
    """Every row of every table, so that nothing can change unseen.

    It is asked thousands of times: the statements are written once, past the ORM. Those
    of PostgreSQL are one, and each row is the text that it is there.
    """
    found: Rows = {model._meta.label_lower: [] for model in _looked_at()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_statement())
            for label, row in sorted(cursor.fetchall()):
                found[label].append((row,))
            return found
        for label, statement in _statements().items():
            cursor.execute(statement)
            found[label] = cursor.fetchall()
    return found


def written() -> int:
    """How many rows this transaction has written so far, those it took back with them.

    The databases count themselves. Where the number stays, no row has changed: this is
    asked first, for `everything` costs as much as a page.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)"
                " FROM pg_stat_xact_user_tables"
            )
            return int(cursor.fetchone()[0])
    connection.ensure_connection()
    return int(connection.connection.total_changes)


@cache
def _statements() -> dict[str, str]:
    quoted = connection.ops.quote_name
    return {
        model._meta.label_lower: (
            f"SELECT * FROM {quoted(model._meta.db_table)}"  # noqa: S608 - names of ours
            f" ORDER BY {quoted(str(model._meta.pk.column))}"
        )
        for model in _looked_at()
    }


@cache
def _statement() -> str:
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label_lower}', whole::text"  # noqa: S608 - names of ours
        f" FROM {connection.ops.quote_name(model._meta.db_table)} whole"
        for model in _looked_at()
    )


def _looked_at() -> list[type[Model]]:
    return [m for m in apps.get_models() if m._meta.label_lower not in NOT_LOOKED_AT]


def _asked(issue: Issue, *, by: Member) -> Approval:
    """An approval that waits: the policy's answer, and goodwill above an agent's limit."""
    found(issue, by, broken=True)
    return decisions.ask_approval(
        issue=issue,
        option="entitlement",
        goodwill=Money.of("60.00", "EUR"),
        why="She drove here twice",
        by=by,
        at=given.MONDAY,
    )


def _upload(case: Case, *, by: Member, box: Box = ANSWER) -> Upload:
    content = b"a label"
    file = uploads.Arrived("label.txt", 7, blobs.keep(content), content)
    return uploads.add(case=case, file=file, by=by, at=given.MONDAY, box=box)


def _held_aside(case: Case, *, by: Member) -> HeldAside:
    """A mail to a carrier that leaves next year."""
    return side_holding.hold(
        case=case,
        side=None,
        aside=side_checks.Aside(
            to=("desk@carrier.example",),
            text="Where is it?",
            token="held-aside",
            language="en",
            subject="The parcel",
        ),
        by=by,
        at=given.MONDAY,
        leave_at=given.MONDAY + timedelta(days=300),
        later=True,
    )


def _aside(case: Case, *, by: Member) -> SideMessage:
    """What a carrier answered beside the case, with a file."""
    side = cases.open_side(
        case=case, subject="The parcel", language="en", by=by, at=given.MONDAY
    )
    slip = cases.NewAttachment(
        name="slip.txt", content_type="text/plain", size=6, sha256=blobs.keep(b"a slip")
    )
    return cases.receive_aside(
        side=side,
        said=cases.Said(text="It is here.", channel="mail", attachments=[slip]),
        sender="desk@carrier.example",
        sender_name="Carrier",
        joined_by="token",
        is_news=True,
        at=given.MONDAY,
    )


def _server(*, by: Member) -> SendingServer:
    """A server without a key, whose password was sealed under another secret."""
    server = sending_servers.add_server(
        described=sending_servers.DescribedServer(
            name="Relay",
            host="127.0.0.1",
            port=9,
            security="none",
            username="desk",
            per_minute=None,
        ),
        secret="s3cret",
        by=by,
        at=given.MONDAY,
    )
    SendingServer.objects.update(secret="sealed elsewhere")
    return server


def _identity(server: SendingServer, *, by: Member) -> SendingIdentity:
    described = identities.DescribedIdentity(
        from_name="The Shop", address="", reply_policy="case", server=server
    )
    return identities.write_as(
        team=None,
        described=described,
        signatures={"": "The Shop"},
        by=by,
        at=given.MONDAY,
    )


def _held(case: Case, *, by: Member) -> HeldAnswer:
    """An answer that leaves next year."""
    text = (
        "Dear Eva Novak,\n\nThank you for telling me that it does not fit."
        " Please reply with a photo of it, so that I can decide today."
    )
    answer = sending.Answer(text=text, token="held")
    return holding.hold(
        case=case,
        answer=answer,
        by=by,
        at=given.MONDAY,
        leave_at=given.MONDAY + timedelta(days=300),
        later=True,
    )


def _draft(policy: str) -> PolicyDraft:
    text = small_page(policy=policy)
    return decisions.begin_draft(text=text, by=None, at=given.MONDAY)


def _proposal() -> PolicyDraft:
    """A page that waits for a second person: a command proposed it."""
    draft = _draft("third")
    PolicyDraft.objects.filter(pk=draft.pk).update(
        state="proposed", proposed_at=given.MONDAY, needs_second=True
    )
    return draft


def _mailbox() -> Mailbox:
    return Mailbox.objects.create(
        name="Help",
        address="help@shop.example",
        kind="imap",
        host="imap.shop.example",
        port=993,
        username="help@shop.example",
        folders=["INBOX"],
        connected_at=given.MONDAY,
        enabled_at=given.MONDAY,
    )


def _set_aside() -> Delivery:
    """A mail that no case takes: it claims to come from the desk itself."""
    address = settings.MAIL_ADDRESS
    raw = f"From: {address}\r\nTo: {address}\r\nSubject: Hello\r\n\r\nHello\r\n"
    kept, _ = intake.store(raw=raw.encode(), source="file", at=given.MONDAY)
    delivery = intake.file(delivery_pk=kept.pk, at=given.MONDAY)
    assert delivery.state == DeliveryState.SET_ASIDE
    return delivery


def _member(role: Role, *, side: str, team: Team) -> Member:
    return staff.add_member(
        email=f"{role.value}-{side}@shop.example",
        name=f"{role.value} of {team}",
        role=role,
        password=given.PASSWORD,
        teams=[team],
        by=given.SYSTEM,
        at=given.MONDAY,
    )


def _session(member: Member) -> str:
    client = Client()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
