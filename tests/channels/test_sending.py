"""Teams write under names of their own, through their own servers, signed by our key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.channels import identity
from evenhand.channels.actions import delivering, identities, outbox
from evenhand.channels.actions import sending_servers as servers
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import (
    Outgoing,
    OutgoingState,
    ReplyPolicy,
    SendingIdentity,
    SendingServer,
)
from evenhand.channels.queries import sending
from evenhand.channels.tasks import send_outgoing
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from evenhand.staff.models import Team
from tests import given
from tests.channels.sink import Sink, a_sink
from tests.given_mail import a_filed, case_of, raw_mail
from tests.web.world import everything

pytestmark = pytest.mark.django_db
EVA = "eva@mail.example"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with a_sink() as sink:
        yield sink


def a_server(
    sink: Sink | None = None, *, name: str = "Relay", per_minute: int | None = None
) -> SendingServer:
    return servers.add_server(
        described=servers.DescribedServer(
            name=name,
            host="127.0.0.1",
            port=sink.port if sink else 9,
            security="none",
            username="",
            per_minute=per_minute,
        ),
        secret="",
        by=given.the("ada"),
        at=given.MONDAY,
    )


def an_identity(
    team: Team | None = None,
    *,
    server: SendingServer | None = None,
    signatures: dict[str, str] | None = None,
    address: str = "",
    name: str = "",
    reply_policy: str = ReplyPolicy.CASE,
) -> SendingIdentity:
    return identities.write_as(
        team=team,
        described=identities.DescribedIdentity(
            from_name=name, address=address, reply_policy=reply_policy, server=server
        ),
        signatures=signatures or {},
        by=given.the("ada"),
        at=given.MONDAY,
    )


def an_answer(case: Case, *, language: str = "en") -> Outgoing:
    said = cases.Said(text="Hello", channel="mail", language=language)
    message = cases.add_answer(
        case=case, said=said, by=given.the("mei"), at=given.MONDAY
    )
    return outbox.queue(message=message, to=[EVA], at=given.MONDAY)


def try_once(mail: Outgoing) -> Outgoing:
    send_outgoing.call(outgoing_pk=mail.pk)
    mail.refresh_from_db()
    return mail


def test_without_any_identity_the_settings_say_who_writes() -> None:
    mail = an_answer(case_of(a_filed()))

    read = parse(bytes(mail.raw))
    assert read.author.addr == "shop@shop.example"
    assert (mail.server, read.text.strip()) == (None, "Hello")


def test_a_team_writes_under_its_own_name_and_address_through_its_own_server(
    sink: Sink, settings: Settings
) -> None:
    settings.MAIL_OUT = "smtp://127.0.0.1:9"
    case = case_of(a_filed())
    an_identity(
        case.team, server=a_server(sink), name="The Shop", address="hello@shop.example"
    )

    mail = try_once(an_answer(case))

    [taken] = sink.taken
    read = parse(taken.content)
    assert mail.state == OutgoingState.SENT
    assert (read.author.name, read.author.addr) == ("The Shop", "hello@shop.example")
    assert read.reply_to[0].addr.startswith(f"hello+{case.ref}.")
    assert mail.envelope_from == "hello@shop.example"


def test_the_identity_of_all_teams_serves_those_that_have_none() -> None:
    an_identity(name="Everybody")
    case, studio = given.a_case(), given.a_case(team="Studio")
    an_identity(studio.team, name="The Studio")

    names = [parse(bytes(an_answer(each).raw)).author.name for each in (case, studio)]

    assert names == ["Everybody", "The Studio"]


def test_where_a_server_knows_no_tags_answers_go_to_the_plain_address() -> None:
    case = case_of(a_filed())
    an_identity(case.team, address="shop@gmail.example", reply_policy=ReplyPolicy.PLAIN)

    mail = an_answer(case)

    read = parse(bytes(mail.raw))
    assert [one.addr for one in read.reply_to] == ["shop@gmail.example"]
    answer = a_filed(
        raw_mail(to="shop@gmail.example", headers=f"In-Reply-To: <{mail.mail_id}>\n")
    )
    assert case_of(answer) == case


def test_mail_from_an_identity_s_own_address_is_our_own() -> None:
    assert not identity.is_ours("shop@gmail.example")

    an_identity(address="Shop@Gmail.example")

    assert identity.is_ours("shop@gmail.example")
    assert identity.is_ours("shop+10042.abc@gmail.example")
    assert not identity.is_ours("eva@gmail.example")


@pytest.mark.parametrize(
    ("language", "below"),
    [
        ("en", "Your Shop"),
        ("zh-hant", "商店"),
        ("zh", "商店"),
        ("ja", "The Shop"),
    ],
)
def test_what_stands_below_a_mail_follows_its_language(
    language: str, below: str
) -> None:
    case = case_of(a_filed())
    texts = {"": "The Shop", "en": "Your Shop", "zh": "商店"}
    an_identity(case.team, signatures=texts)

    mail = an_answer(case, language=language)

    assert mail.message is not None
    assert mail.message.text == "Hello"
    assert parse(bytes(mail.raw)).words.rstrip().endswith(f"-- \n{below}")


def test_what_the_desk_writes_by_itself_has_no_signature() -> None:
    case = case_of(a_filed())
    an_identity(case.team, signatures={"": "The Shop"})
    survey = cases.Said(
        text="Two questions", channel="mail", automatic="auto-generated"
    )
    message = cases.add_automatic_message(case=case, said=survey, at=given.MONDAY)

    mail = outbox.queue(message=message, to=[EVA], at=given.MONDAY)

    assert b"The Shop" not in bytes(mail.raw).split(b"\r\n\r\n", 1)[1]
    head = message_from_bytes(bytes(mail.raw))
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert head["In-Reply-To"] == f"<{case.messages.earliest('pk').message_id}>"
    assert (head["Thread-Index"], head["List-Unsubscribe"]) == (None, None)


def test_a_server_s_password_is_sealed_and_stays_unless_it_is_typed_again() -> None:
    server = a_server()
    described = servers.DescribedServer(
        name="Relay",
        host="mx.example",
        port=587,
        security="starttls",
        username="desk",
        per_minute=None,
    )
    ada = given.the("ada")

    servers.change_server(
        server=server, described=described, secret="s3cret", by=ada, at=given.MONDAY
    )
    server.refresh_from_db()
    sealed = server.secret
    servers.change_server(
        server=server, described=described, secret=None, by=ada, at=given.MONDAY
    )

    server.refresh_from_db()
    assert server.secret == sealed
    assert "s3cret" not in sealed
    assert "s3cret" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_password_that_cannot_be_read_lets_the_mail_wait(
    sink: Sink, settings: Settings
) -> None:
    case = case_of(a_filed())
    server = a_server(sink)
    an_identity(case.team, server=server)
    mail = an_answer(case)
    SendingServer.objects.update(username="desk", secret="sealed under another key")

    try_once(mail)

    assert mail.state == OutgoingState.QUEUED
    assert "EVENHAND_SECRET_KEY" in mail.error
    assert sink.taken == []


def test_two_servers_have_two_names() -> None:
    a_server()
    before = everything()

    with pytest.raises(servers.NameTaken):
        a_server()

    assert everything() == before


def test_a_server_that_is_used_is_not_retired_and_a_retired_one_still_sends(
    sink: Sink,
) -> None:
    case = case_of(a_filed())
    server = a_server(sink)
    own = an_identity(case.team, server=server)
    mail, ada = an_answer(case), given.the("ada")
    with pytest.raises(servers.StillUsed):
        servers.retire_server(server=server, by=ada, at=given.MONDAY)

    identities.remove_identity(identity=own, by=ada, at=given.MONDAY)
    servers.retire_server(server=server, by=ada, at=given.MONDAY)

    assert try_once(mail).state == OutgoingState.SENT
    assert a_server(sink).name == "Relay"


def test_the_first_name_of_a_team_is_its_usual_one_until_another_is_made_so() -> None:
    case = case_of(a_filed())
    first = an_identity(case.team, name="The Shop")
    second = an_identity(case.team, name="Repairs")
    everybody = an_identity(name="Everybody")
    assert names_of(case) == ["The Shop", "Repairs"]

    identities.make_usual(identity=second, by=given.the("ada"), at=given.MONDAY)

    assert names_of(case) == ["Repairs", "The Shop"]
    assert parse(bytes(an_answer(case).raw)).author.name == "Repairs"
    told = Entry.objects.filter(kind="sending.identity_made_usual")
    assert [each.subject for each in told] == [f"sending_identity:{second.pk}"]
    everybody.refresh_from_db()
    assert everybody.is_usual
    identities.remove_identity(identity=second, by=given.the("ada"), at=given.MONDAY)
    first.refresh_from_db()
    assert first.is_usual


def names_of(case: Case) -> list[str]:
    return [each.from_name for each in sending.identities_of(case.team)]


def test_no_database_holds_two_usual_names_of_a_team() -> None:
    team = given.a_team()
    for each in (team, None):
        an_identity(each)
        with pytest.raises(IntegrityError), transaction.atomic():
            SendingIdentity.objects.create(team=each, is_usual=True)


def test_a_server_is_given_so_many_mails_a_minute_and_no_more(sink: Sink) -> None:
    case = case_of(a_filed())
    an_identity(case.team, server=a_server(sink, per_minute=2))
    mails = [an_answer(case) for _ in range(3)]

    for mail in mails:
        delivering.send(outgoing_pk=mail.pk, at=given.MONDAY)

    assert len(sink.taken) == 2
    waits = Outgoing.objects.get(pk=mails[2].pk)
    assert (waits.state, waits.attempts) == (OutgoingState.QUEUED, 0)
    later = Job.objects.filter(arguments__outgoing_pk=waits.pk).latest("id")
    assert later.run_at == given.MONDAY + delivering.REST
    delivering.send(outgoing_pk=waits.pk, at=given.MONDAY + timedelta(seconds=61))
    assert len(sink.taken) == 3


def test_a_mail_to_a_name_of_a_team_lands_with_that_team() -> None:
    given.a_team()
    studio = given.a_team("Studio")
    an_identity(studio, address="repairs@shop.example")
    an_identity(studio, address="studio@mail.example")

    to = [
        case_of(a_filed(raw_mail(to=address))).team
        for address in ("Repairs@shop.example", "studio@mail.example")
    ]

    assert to == [studio, studio]


def test_a_name_that_two_teams_share_or_the_desk_has_names_no_team() -> None:
    desk, studio = given.a_team(), given.a_team("Studio")
    for address in ("all@shop.example", settings.MAIL_ADDRESS):
        an_identity(studio, address=address)
    an_identity(address="all@shop.example")

    for address in ("all@shop.example", settings.MAIL_ADDRESS):
        filed = a_filed(raw_mail(to=address))
        assert [place.team for place in filed.placements.all()] == [desk]
