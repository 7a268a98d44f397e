"""A case that has another customer turns no conversation away by itself."""

from __future__ import annotations

import pytest

from evenhand.cases import actions as cases
from evenhand.cases import queries
from evenhand.cases.models import Case, Message
from evenhand.channels.models import Outgoing
from evenhand.customers.queries import address_of
from evenhand.ledger.models import Entry
from evenhand.replies import queries as replies
from evenhand.replies.actions import sending
from tests import given
from tests.given import MONDAY, minutes
from tests.given_merges import LATER, an_answer, merged

pytestmark = pytest.mark.django_db

TEXT = (
    "Dear Ola, I understand that the dress does not fit and that you want to send it"
    " back. I have looked at your order. Please reply to this mail and tell me which"
    " size you need."
)


def a_changed_case() -> Case:
    """Eva asked and was answered; then it became Ola's."""
    case = given.a_case(customer=given.a_customer("Eva Novak"))
    given.a_message(case)
    an_answer(case, at=MONDAY + minutes(5))
    return cases.change_customer(
        case=case, to=given.a_customer("Ola Berg"), by=given.the("mei"), at=LATER
    )


def send(case: Case, *, confirmed: frozenset[str] = frozenset()) -> Message:
    return sending.send(
        case=case,
        answer=sending.Answer(text=TEXT, token="one", confirmed=confirmed),
        by=given.the("mei"),
        at=LATER + minutes(5),
    )


def test_the_first_answer_to_the_new_customer_waits_for_a_word() -> None:
    case = a_changed_case()
    before = Message.objects.count()

    with pytest.raises(sending.Redirects):
        send(case)

    assert Message.objects.count() == before
    assert not Outgoing.objects.exists()


def test_once_confirmed_it_goes_to_the_new_customer_alone() -> None:
    case = a_changed_case()
    turned = queries.redirected(case)
    assert turned is not None
    eva = turned.customer_was
    assert turned.was == (address_of(eva),)

    send(case, confirmed=frozenset({turned.key}))

    assert Outgoing.objects.get().recipients == [address_of(case.customer)]
    assert queries.redirected(case) is None


def test_a_word_of_the_new_customer_is_enough() -> None:
    case = a_changed_case()

    given.a_message(case, text="It is mine", at=LATER + minutes(1))

    assert queries.redirected(case) is None
    assert send(case).case == case


def test_the_former_customer_may_be_given_a_copy_and_gets_none_unasked() -> None:
    case = a_changed_case()

    reach = replies.recipients(case)

    changed = case.customer_changes.get()
    assert reach.to == (address_of(changed.to),)
    assert reach.others == (address_of(changed.was),)


def test_changed_back_it_is_the_conversation_that_it_was() -> None:
    case = a_changed_case()
    eva = case.customer_changes.get().was

    cases.change_customer(case=case, to=eva, by=given.the("mei"), at=LATER + minutes(1))

    case.refresh_from_db()
    assert queries.redirected(case) is None


def test_the_same_customer_again_is_no_change() -> None:
    case = given.a_case()

    with pytest.raises(cases.SameCustomer):
        cases.change_customer(
            case=case, to=case.customer, by=given.the("mei"), at=LATER
        )

    assert not case.customer_changes.exists()


def test_an_order_of_the_former_customer_is_no_longer_linked() -> None:
    eva = given.a_customer("Eva Novak")
    case = given.a_case(customer=eva, order=given.an_order(eva))

    changed = cases.change_customer(
        case=case, to=given.a_customer("Ola Berg"), by=given.the("mei"), at=LATER
    )

    changed.refresh_from_db()
    assert changed.order is None


def test_an_undo_gives_the_case_and_its_order_back_and_is_told() -> None:
    eva = given.a_customer("Eva Novak")
    case = given.a_case(customer=eva, order=given.an_order(eva))
    given.a_message(case)
    ola = given.a_customer("Ola Berg")
    cases.change_customer(case=case, to=ola, by=given.the("mei"), at=LATER)

    back = cases.undo_customer_change(
        case=case,
        change=case.customer_changes.get().pk,
        by=given.the("mei"),
        at=LATER + minutes(1),
    )

    back.refresh_from_db()
    assert (back.customer, back.order) == (eva, eva.orders.get())
    told = Entry.objects.filter(kind="case.customer_changed").order_by("pk")
    assert [(one.data["was"], one.data["to"]) for one in told] == [
        ("Eva Novak", "Ola Berg"),
        ("Ola Berg", "Eva Novak"),
    ]
    assert queries.redirected(back) is None


def test_only_the_latest_change_is_undone_and_only_once() -> None:
    case = a_changed_case()
    first = case.customer_changes.get()
    mei = given.the("mei")
    cases.change_customer(case=case, to=given.a_customer("Per Lund"), by=mei, at=LATER)
    second = case.customer_changes.latest("pk")

    with pytest.raises(cases.ChangedSince):
        cases.undo_customer_change(case=case, change=first.pk, by=mei, at=LATER)
    cases.undo_customer_change(case=case, change=second.pk, by=mei, at=LATER)
    undo = case.customer_changes.latest("pk")
    for gone in (second, undo):
        with pytest.raises(cases.ChangedSince):
            cases.undo_customer_change(case=case, change=gone.pk, by=mei, at=LATER)

    case.refresh_from_db()
    assert case.customer == first.to
    assert case.customer_changes.count() == 3


def test_the_customer_of_a_merged_case_is_offered_a_copy_and_not_written_to() -> None:
    case, other = given.a_case(), given.a_case(customer=given.a_customer("Ola Berg"))
    given.a_message(case)
    given.a_message(other, at=MONDAY + minutes(5))
    merged(other, into=case)
    case.refresh_from_db()

    reach = replies.recipients(case)

    assert reach.to == (address_of(case.customer),)
    assert reach.others == (address_of(other.customer),)


def test_the_address_that_wrote_last_in_either_case_is_answered() -> None:
    case = given.a_case()
    given.a_message(case)
    own = case.customer.identities.get()
    other = given.a_case(customer=case.customer)
    case.customer.identities.create(kind="email", value="second@mail.example")
    cases.receive_message(
        case=other,
        said=cases.Said(text="Here too", channel="mail"),
        sender="second@mail.example",
        sender_name="",
        joined_by="new",
        by="system",
        at=MONDAY + minutes(5),
    )
    assert replies.recipients(case).to == (own.value,)

    merged(other, into=case)

    case.refresh_from_db()
    assert replies.recipients(case).to == ("second@mail.example",)
