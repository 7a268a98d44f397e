"""What the forms of a case's page do, and what a refused one leaves behind."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Issue, Message, Note, Presence
from evenhand.customers.models import Customer
from evenhand.ledger.models import Entry
from tests.given import MONDAY, a_case, a_customer, a_team, an_order, the

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


def address_of(verb: str, case: Case) -> str:
    return reverse(f"desk:{verb}", args=[case.ref])


def test_a_note_is_written_and_shown_where_it_stands(mei: Client) -> None:
    case = a_case()

    answer = mei.post(address_of("note", case), {"text": "Ask the tailor."})

    note = Note.objects.get()
    assert (note.text, note.member) == ("Ask the tailor.", the("mei"))
    assert answer.status_code == 303
    assert answer["Location"] == f"/cases/{case.ref}/#note-{note.pk}"


def test_an_empty_note_is_refused_and_nothing_is_written(mei: Client) -> None:
    case = a_case()
    before = Entry.objects.count()

    answer = mei.post(address_of("note", case), {"text": "   "})

    assert answer.status_code == 422
    assert not Note.objects.exists()
    assert Entry.objects.count() == before


def test_a_case_is_taken_handed_over_and_laid_back(mei: Client) -> None:
    case = a_case()

    mei.post(address_of("take", case))
    case.refresh_from_db()
    assert case.owner == the("mei")

    mei.post(address_of("hand_over", case), {"to": the("noi").pk})
    case.refresh_from_db()
    assert case.owner == the("noi")

    mei.post(address_of("hand_over", case), {"to": ""})
    case.refresh_from_db()
    assert case.owner is None


def test_a_case_cannot_be_handed_to_another_team(mei: Client) -> None:
    case = a_case()
    before = Entry.objects.count()

    answer = mei.post(address_of("hand_over", case), {"to": the("sam").pk})

    case.refresh_from_db()
    assert answer.status_code == 422
    assert case.owner is None
    assert not Entry.objects.filter(kind="case.handed_over").exists()
    assert Entry.objects.count() == before + 2  # Sam and his team were taken on


def test_the_kind_is_changed_to_a_known_one_only(mei: Client) -> None:
    case = a_case()

    changed = mei.post(address_of("kind", case), {"kind": "question"})
    refused = mei.post(address_of("kind", case), {"kind": "rant"})

    case.refresh_from_db()
    assert (changed.status_code, refused.status_code) == (303, 422)
    assert case.kind == "question"


def test_a_case_is_closed_once_and_opened_again(mei: Client) -> None:
    case = a_case()

    closed = mei.post(address_of("close", case))
    again = mei.post(address_of("close", case))
    reopened = mei.post(address_of("reopen", case))

    case.refresh_from_db()
    assert [closed.status_code, again.status_code, reopened.status_code] == [
        303,
        409,
        303,
    ]
    assert case.closed_at is None
    assert Entry.objects.filter(kind="case.closed").count() == 1


def test_an_issue_is_raised_about_a_line_of_the_cases_own_order(mei: Client) -> None:
    customer = a_customer()
    order, other = an_order(customer), an_order(a_customer("Somebody Else"))
    case = a_case(customer=customer, order=order)
    line = order.lines.get()

    raised = mei.post(
        address_of("issue", case), {"title": "Dress does not fit", "line": line.pk}
    )
    refused = mei.post(
        address_of("issue", case),
        {"title": "Not theirs", "line": other.lines.get().pk},
    )

    issue = Issue.objects.get()
    assert (issue.title, issue.line) == ("Dress does not fit", line)
    assert raised["Location"] == f"/cases/{case.ref}/#issue-{issue.pk}"
    assert refused.status_code == 422
    assert "Not theirs" in refused.text


def test_only_the_customers_own_order_is_linked(mei: Client) -> None:
    customer = a_customer()
    own, other = an_order(customer), an_order(a_customer("Somebody Else"))
    case = a_case(customer=customer)

    refused = mei.post(address_of("order", case), {"number": other.number})
    case.refresh_from_db()
    assert (refused.status_code, case.order) == (422, None)
    assert other.number in refused.text

    mei.post(address_of("order", case), {"number": own.number})
    case.refresh_from_db()
    assert case.order == own


def test_presence_is_noted_and_answers_who_else_is_there(mei: Client) -> None:
    case = a_case()
    noi = Client()
    noi.force_login(the("noi"))

    noi.post(address_of("presence", case), {"state": "typing"})
    answer = mei.post(address_of("presence", case), {"state": "viewing"})

    assert answer.status_code == 200
    assert [one.member for one in answer.context["present"]] == [the("noi")]
    assert Presence.objects.count() == 2


def test_a_case_is_opened_by_hand_from_spoken_words(mei: Client) -> None:
    order = an_order(a_customer())
    address = order.customer.identities.get().value
    words = {
        "name": "Eva Novak",
        "address": address.upper(),
        "subject": "Where is my parcel?",
        "words": f"She asked about {order.number}.",
        "kind": "question",
        "language": "en",
        "team": a_team().pk,
    }

    answer = mei.post(reverse("desk:new_case"), words)

    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.ref}/"
    assert (case.customer, case.order, case.owner) == (
        order.customer,
        order,
        the("mei"),
    )
    assert (case.channel, case.kind) == ("phone", "question")
    assert case.messages.get().text == f"She asked about {order.number}."


def test_a_case_by_hand_without_an_address_keeps_what_was_typed(mei: Client) -> None:
    before = Entry.objects.count()
    words = {"name": "Eva Novak", "address": "eva at home", "words": "Where is it?"}

    answer = mei.post(reverse("desk:new_case"), words)

    assert answer.status_code == 422
    assert "Where is it?" in answer.text
    assert "This is not a mail address" in answer.text
    assert not Case.objects.exists()
    assert not Message.objects.exists()
    assert not Customer.objects.exists()
    assert Entry.objects.count() == before


def test_a_new_case_goes_to_a_team_of_ones_own(mei: Client) -> None:
    studio = a_team("Studio")

    form = mei.get(reverse("desk:new_case")).context["form"]

    assert list(form.fields["team"].queryset) == [a_team("Shop")]
    assert studio not in form.fields["team"].queryset


def test_a_closed_case_says_so_when_it_is_closed_again(mei: Client) -> None:
    case = a_case()
    cases.close_case(case=case, by=the("noi"), at=MONDAY)

    answer = mei.post(address_of("close", case))

    assert answer.status_code == 409
    assert "The case is closed. Open it again first." in answer.text
