"""A new address gets a copy: checked, seen before it leaves, a party only then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.cases.models import Case, Participant
from evenhand.channels.models import Outgoing, Recipient, RecipientKind
from evenhand.replies import copies, queries
from evenhand.replies.actions import drafts, holding, sending
from evenhand.replies.actions.sending import Answer
from evenhand.replies.models import Draft, HeldAnswer
from evenhand.replies.rules import Recipients
from tests.given import MONDAY, a_customer, minutes, the
from tests.replies.test_sending import CALM, LATER, an_open_case, kinds, send
from tests.web.world import everything

pytestmark = pytest.mark.django_db

ANN = "ann@carrier.example"
EVA = Recipients(to=("eva@mail.example",), others=("kim@mail.example",))


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


def press(client: Client, case: Case, button: str, **form: object) -> tuple[int, str]:
    """Press a button of the answer box; return the status and the page."""
    answer = client.post(
        reverse(f"desk:{button}", args=[case.ref]),
        {"text": CALM, "token": "one-form", **form},
    )
    return answer.status_code, answer.text


def page(client: Client, case: Case) -> str:
    return client.get(reverse("desk:case", args=[case.ref])).text


def chip(address: str) -> str:
    return f'name="added" value="{address}" data-saves checked'


@pytest.mark.parametrize(
    "typed", [ANN, " Ann@Carrier.example ", "Ann Lee <ann@carrier.example>", f"<{ANN}>"]
)
def test_an_address_is_read_as_people_type_and_paste_it(typed: str) -> None:
    assert copies.checked(typed, reach=EVA, added=()) == ANN


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", copies.NoAddress),
        ("ann", copies.NoAddress),
        (f"{ANN}, bob@carrier.example", copies.NoAddress),
        (f"Ann {ANN}", copies.NoAddress),
        ("änn@carrier.example", copies.NoAddress),
        (f"{ANN}\nBcc: x@y.example", copies.NoAddress),
        ("Eva@mail.example", copies.HasItAlready),
        ("bob@carrier.example", copies.HasItAlready),
        ("help@shop.example", copies.OurOwn),
        ("help+10042.token@shop.example", copies.OurOwn),
    ],
)
def test_an_address_that_cannot_get_a_copy_is_refused(
    settings: Settings, typed: str, refusal: type[Exception]
) -> None:
    settings.MAIL_ADDRESS, settings.MAIL_DOMAINS = "help@shop.example", ["shop.example"]

    with pytest.raises(refusal):
        copies.checked(typed, reach=EVA, added=["bob@carrier.example"])


def test_an_answer_takes_ten_new_addresses() -> None:
    ten = [f"ann{number}@carrier.example" for number in range(10)]

    assert len(copies.all_checked(ten, reach=EVA)) == 10
    with pytest.raises(copies.TooMany):
        copies.all_checked([*ten, ANN], reach=EVA)


def test_the_copy_leaves_and_its_reader_takes_part_from_then_on() -> None:
    case = an_open_case()

    message = send(case, added=[ANN])

    outgoing = Outgoing.objects.get(message=message)
    copied = Recipient.objects.get(outgoing=outgoing, address=ANN)
    assert copied.kind == RecipientKind.CC
    assert b"\r\nCc: ann@carrier.example\r\n" in bytes(outgoing.raw)
    joined = Participant.objects.get(case=case)
    assert (joined.address, joined.joined_at) == (ANN, LATER)
    assert kinds(case).count("participant.joined") == 1
    assert queries.recipients(case).others == (ANN,)


def test_who_takes_part_already_joins_no_second_time() -> None:
    case = an_open_case()
    send(case, form="one", added=[ANN])

    send(case, form="two", added=[ANN])

    latest = Outgoing.objects.latest("pk")
    assert latest.recipients.count(ANN) == 1
    assert Participant.objects.filter(case=case).count() == 1


def test_another_address_of_the_customer_gets_a_copy_and_is_no_other_party() -> None:
    case = an_open_case()
    case.customer.identities.create(kind="email", value="eva@work.example")

    send(case, added=["eva@work.example"])

    assert Outgoing.objects.get().recipients[1:] == ["eva@work.example"]
    assert not Participant.objects.exists()


@pytest.mark.parametrize("address", ["no address", "help@shop.example"])
def test_an_answer_with_a_wrong_copy_changes_nothing_and_nothing_is_sent(
    settings: Settings, address: str
) -> None:
    settings.MAIL_ADDRESS, settings.MAIL_DOMAINS = "help@shop.example", ["shop.example"]
    case, mei = an_open_case(), the("mei")
    before = everything()

    with pytest.raises(sending.NotCopied):
        send(case, by=mei, added=[address])

    assert everything() == before


def test_adding_shows_who_it_is_keeps_it_and_sends_nothing(mei: Client) -> None:
    case = an_open_case()

    status, shown = press(mei, case, "add_copy", new_copy=ANN, then_close="on")

    assert status == 200
    assert chip(ANN) in shown
    assert f"{ANN} has received nothing of this case so far" in shown
    assert "decide today.\n\nMei Chen</textarea>" in shown.replace("\r\n", "\n")
    assert 'name="then_close" class="checkbox checkbox-xs" checked' in shown
    assert Draft.objects.get().added == [ANN]
    assert not Outgoing.objects.exists()
    assert not Participant.objects.exists()
    assert chip(ANN) in page(mei, case)


def test_a_wrong_address_stays_in_its_field_with_the_reason(mei: Client) -> None:
    case = an_open_case()
    before = everything()

    status, shown = press(mei, case, "add_copy", new_copy="ann at carrier")

    assert status == 422
    assert "This is no mail address: ann at carrier" in shown
    assert 'value="ann at carrier" aria-invalid="true"' in shown
    assert everything() == before


def test_the_customers_own_address_gets_no_second_mail(mei: Client) -> None:
    case = an_open_case()
    to = case.customer.identities.get().value

    status, shown = press(mei, case, "add_copy", new_copy=to)

    assert status == 422
    assert f"{to} receives the answer already." in shown


def test_an_address_that_was_typed_and_not_added_is_shown_before_it_leaves(
    mei: Client, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 0
    case = an_open_case()

    status, shown = press(mei, case, "send", new_copy=ANN)

    assert status == 422
    assert "Not sent yet: an address was added." in shown
    assert chip(ANN) in shown
    assert not Outgoing.objects.exists()
    assert press(mei, case, "send", added=[ANN])[0] == 303
    assert ANN in Outgoing.objects.get().recipients


def test_a_chip_that_is_unticked_gets_nothing(mei: Client, settings: Settings) -> None:
    settings.UNDO_SECONDS = 0
    case = an_open_case()
    press(mei, case, "add_copy", new_copy=ANN)

    press(mei, case, "send")

    assert ANN not in Outgoing.objects.get().recipients
    assert not Participant.objects.exists()


def test_a_posted_address_that_may_get_no_copy_is_refused(
    mei: Client, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 0
    settings.MAIL_ADDRESS, settings.MAIL_DOMAINS = "help@shop.example", ["shop.example"]
    case = an_open_case()
    before = everything()

    status, shown = press(mei, case, "send", added=["help@shop.example"])

    assert status == 422
    assert "help@shop.example is an address of this desk." in shown
    assert everything() == before


def test_a_look_alike_and_another_customers_address_are_told(mei: Client) -> None:
    case = an_open_case()
    case.customer.identities.update(value="eva.novak@mail.example")
    a_customer("Kim Lee")
    kim = a_customer("Kim Lee").identities.get().value

    _, shown = press(
        mei, case, "add_copy", added=["eva.n0vak@mail.example"], new_copy=kim
    )

    assert f"{kim} is the address of another customer." in shown
    assert "eva.novak@mail.example" in shown
    assert 'class="mb-2 text-xs"' in shown


def test_what_waits_keeps_its_copy_and_gives_it_back(
    mei: Client, settings: Settings
) -> None:
    settings.UNDO_SECONDS = 10
    case = an_open_case()
    assert press(mei, case, "send", added=[ANN])[0] == 303
    held = HeldAnswer.objects.get()
    assert f", {ANN}</p>" in page(mei, case)
    assert not Participant.objects.exists()

    mei.post(reverse("desk:take_back", args=[case.ref, held.pk]))

    assert chip(ANN) in page(mei, case)
    assert not Participant.objects.exists()


def test_what_waited_leaves_with_its_copy() -> None:
    case = an_open_case()
    held = holding.hold(
        case=case,
        answer=Answer(text=CALM, token="one-form", added=[ANN]),
        by=the("mei"),
        at=LATER,
        leave_at=LATER + timedelta(seconds=10),
        later=False,
    )

    holding.let_leave(held_pk=held.pk, at=LATER + minutes(1))

    assert ANN in Outgoing.objects.get().recipients
    assert Participant.objects.get().joined_at == LATER + minutes(1)


def test_a_draft_keeps_a_new_address_even_without_words() -> None:
    case = an_open_case()

    drafts.save_draft(case=case, text="", added=[ANN], by=the("mei"), at=MONDAY)
    assert Draft.objects.get().added == [ANN]

    drafts.save_draft(case=case, text="", by=the("mei"), at=MONDAY)
    assert not Draft.objects.exists()
