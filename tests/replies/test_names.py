"""Under which of a team's names an answer leaves: as it is known, or as was chosen."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.channels import identity, names
from evenhand.channels.actions import identities, side_mail
from evenhand.channels.mail.parse import ParsedMail, parse
from evenhand.channels.models import Outgoing, SendingIdentity
from evenhand.channels.queries import Conversation
from evenhand.replies.actions import holding, sending
from evenhand.replies.actions.sending import Answer, NameGone
from evenhand.replies.models import Draft, HeldState
from evenhand.staff.models import Team
from tests import given
from tests.channels.test_sending import an_identity
from tests.channels.test_sent_folder import from_sent
from tests.given_mail import a_filed, case_of, raw_mail
from tests.given_mailboxes import a_mailbox
from tests.given_sides import CARRIER, an_aside, asked
from tests.replies.test_holding import hold, leave
from tests.replies.test_sending import CALM, LATER
from tests.web.world import everything

pytestmark = pytest.mark.django_db

HELLO, REPAIRS = "hello@shop.example", "repairs@shop.example"


def two_names(team: Team) -> tuple[SendingIdentity, SendingIdentity]:
    """The usual one first."""
    return (
        an_identity(team, address=HELLO, name="The Shop"),
        an_identity(team, address=REPAIRS, name="Repairs", signatures={"": "Mended."}),
    )


def a_case_written_to(to: str) -> tuple[Case, SendingIdentity, SendingIdentity]:
    usual, repairs = two_names(given.a_team())
    return case_of(a_filed(raw_mail(to=to))), usual, repairs


def send(case: Case, *, form: str = "a-form", name: int | None = None) -> ParsedMail:
    answer = Answer(text=CALM, token=form, name=name)
    message = sending.send(case=case, answer=answer, by=given.the("mei"), at=LATER)
    return parse(bytes(Outgoing.objects.get(message=message).raw))


@pytest.mark.parametrize(
    ("to", "author"),
    [
        (REPAIRS, REPAIRS),
        (f"Repairs@Shop.example, {HELLO}", REPAIRS),
        (HELLO, HELLO),
        ("shop@shop.example", HELLO),
    ],
)
def test_an_answer_leaves_under_the_address_that_was_written_to(
    to: str, author: str
) -> None:
    case, _usual, _repairs = a_case_written_to(to)

    mail = send(case)

    assert mail.author.addr == author
    assert mail.reply_to[0].addr.startswith(f"{author.partition('@')[0]}+{case.ref}.")


def test_behind_one_mailbox_the_address_in_the_head_goes_first() -> None:
    team = Team(name="Shop", mailbox="shop")
    usual, gmail, blank = (
        SendingIdentity(address=HELLO),
        SendingIdentity(address="shop@gmail.example"),
        SendingIdentity(),
    )

    def known(*ours: str) -> SendingIdentity | None:
        talk = Conversation(ours=ours)
        return names.known_as([usual, gmail, blank], team=team, conversation=talk)

    assert known("eva@mail.example", "shop@gmail.example") is gmail
    assert known(f"hello+c1.x@{identity.domain()}", "shop@gmail.example") is usual
    assert known(f"shop@{identity.domain()}") is blank
    assert known() is usual
    assert names.known_as([], team=team, conversation=Conversation()) is None


def test_a_chosen_name_writes_and_signs() -> None:
    case, _usual, repairs = a_case_written_to(HELLO)

    mail = send(case, name=repairs.pk)

    assert (mail.author.name, mail.author.addr) == ("Repairs", REPAIRS)
    assert mail.words.rstrip().endswith("-- \nMended.")


def test_a_conversation_that_we_began_goes_on_under_its_name() -> None:
    case = given.a_case()
    _usual, repairs = two_names(case.team)

    first = send(case, name=repairs.pk)
    second = send(case, form="another")

    assert (first.author.addr, second.author.addr) == (REPAIRS, REPAIRS)


def test_what_was_begun_with_a_mail_program_goes_on_under_its_address() -> None:
    team = given.a_team()
    two_names(team)
    sent = from_sent(
        raw_mail(
            sender=f"Mei <{REPAIRS}>",
            to="Eva Novak <eva@mail.example>",
            message_id="by@hand.example",
        ),
        mailbox=a_mailbox(user="repairs", port=1),
    )

    case = case_of(sent)
    cases.open_case_again(case=case, by=given.the("mei"), at=LATER)

    mail = send(case)

    assert mail.author.addr == REPAIRS
    assert mail.references == ("by@hand.example",)


def test_a_name_that_is_not_the_team_s_sends_nothing() -> None:
    case, _usual, repairs = a_case_written_to(HELLO)
    others = an_identity(given.a_team("Studio"), address="studio@shop.example")
    gone, _mei = repairs.pk, given.the("mei")
    identities.remove_identity(identity=repairs, by=given.the("ada"), at=LATER)
    before = everything()

    for key in (others.pk, gone):
        with pytest.raises(NameGone):
            send(case, name=key)
        with pytest.raises(NameGone):
            hold(case, name=key)

    assert everything() == before


def test_an_answer_that_waits_leaves_under_the_name_that_was_shown() -> None:
    case, _usual, repairs = a_case_written_to(HELLO)
    held = hold(case, name=repairs.pk)
    assert held.choices["from"] == REPAIRS

    message = leave(held)

    assert Outgoing.objects.get(message=message).envelope_from == REPAIRS


@pytest.mark.parametrize("is_removed", [True, False])
def test_it_returns_when_its_name_is_gone_or_has_another_address(
    is_removed: bool,
) -> None:
    case, _usual, repairs = a_case_written_to(HELLO)
    held = hold(case, name=repairs.pk)
    if is_removed:
        identities.remove_identity(identity=repairs, by=given.the("ada"), at=LATER)
    else:
        SendingIdentity.objects.filter(pk=repairs.pk).update(address="r@shop.example")

    assert leave(held) is None

    held.refresh_from_db()
    assert (held.state, held.reason) == (HeldState.RETURNED, "sender")
    assert not Outgoing.objects.exists()
    draft = Draft.objects.get(case=case)
    assert draft.text == CALM
    assert draft.identity == (None if is_removed else repairs)


def test_an_answer_that_is_taken_back_keeps_its_name() -> None:
    case, _usual, repairs = a_case_written_to(HELLO)

    holding.take_back(held=hold(case, name=repairs.pk), by=given.the("mei"), at=LATER)

    assert Draft.objects.get(case=case).identity == repairs


def test_a_side_conversation_keeps_the_name_that_it_was_begun_under() -> None:
    case, usual, _repairs = a_case_written_to(REPAIRS)
    first = asked(case)
    read = parse(bytes(Outgoing.objects.get(side_message=first).raw))
    a_filed(raw_mail(sender=CARRIER, to=read.reply_to[0].addr))
    identities.make_usual(identity=usual, by=given.the("ada"), at=LATER)
    a_filed(raw_mail(to=HELLO, headers=f"References: <{case_mail(case)}>\n"))

    second = side_mail.go_on(
        side=first.side, aside=an_aside(form="b"), by=given.the("mei"), at=LATER
    )

    for message in (first, second):
        assert Outgoing.objects.get(side_message=message).envelope_from == REPAIRS
    assert send(case).author.addr == HELLO


def case_mail(case: Case) -> str:
    return case.messages.earliest("pk").message_id


def test_the_box_offers_the_names_and_keeps_the_chosen_one(client: Client) -> None:
    case, usual, repairs = a_case_written_to(REPAIRS)
    client.force_login(given.the("mei"))
    place = f"/cases/{case.ref}/"
    page = client.get(place).text
    assert chosen_in(page) == str(repairs.pk)
    assert page.count("Mended.") == 1

    client.post(f"{place}draft/", {"text": "Dear Eva", "name": usual.pk})

    assert chosen_in(client.get(place).text) == str(usual.pk)
    identities.remove_identity(identity=usual, by=given.the("ada"), at=LATER)
    refused = client.post(
        f"{place}reply/", {"text": CALM, "token": "t", "name": usual.pk}
    )
    assert refused.status_code == 422
    assert "the name that you wrote under is no longer offered" in refused.text
    assert CALM.split(",")[0] in refused.text
    assert not Outgoing.objects.exists()


def chosen_in(page: str) -> str:
    [found] = re.findall(r'<option value="(\d+)" selected>[^<]*@shop.example', page)
    return str(found)
