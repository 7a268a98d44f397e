"""The page of one case: who sees it, what it shows, how many questions it asks."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evenhand.cases import actions as cases
from evenhand.cases.models import Case
from evenhand.ledger.queries import of_matter
from tests.given import (
    MONDAY,
    a_case,
    a_customer,
    a_message,
    an_issue,
    an_order,
    minutes,
    the,
)
from tests.given_decisions import a_dress, marks_on_the_dress

pytestmark = pytest.mark.django_db


def page_of(case: Case, name: str = "desk:case") -> str:
    return reverse(name, args=[case.ref])


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


def a_full_case(*, of_each: int) -> Case:
    customer = a_customer()
    order = an_order(customer)
    case = a_case(customer=customer, order=order)
    for nth in range(of_each):
        a_message(case, text=f"Message {nth}", at=MONDAY + minutes(nth))
        cases.add_note(
            case=case, text=f"Note {nth}", by=the("noi"), at=MONDAY + minutes(nth)
        )
        an_issue(case, title=f"Point {nth}")
        an_order(customer)
    return case


def test_shows_what_was_said_and_who_said_it(mei: Client) -> None:
    case = a_case()
    a_message(case, text="The hem came undone after one evening.")
    cases.add_note(
        case=case, text="Second time this month.", by=the("noi"), at=MONDAY + minutes(1)
    )

    page = mei.get(page_of(case))

    assert page.status_code == 200
    assert [entry.what for entry in page.context["thread"]] == ["message", "note"]
    assert "The hem came undone after one evening." in page.text
    assert "Second time this month." in page.text


def test_a_case_of_another_team_is_not_there(client: Client) -> None:
    case = a_case()
    client.force_login(the("sam"))

    theirs = client.get(page_of(case))
    nowhere = client.get("/cases/99999/")
    nonsense = client.get("/cases/../etc/")

    assert [theirs.status_code, nowhere.status_code, nonsense.status_code] == [404] * 3
    assert theirs.content == nowhere.content


def test_asks_as_many_questions_for_three_of_each_as_for_one(
    mei: Client,
) -> None:
    small, large = a_full_case(of_each=1), a_full_case(of_each=3)

    def queries_for(case: Case) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert mei.get(page_of(case)).status_code == 200
        return len(asked)

    mei.get(page_of(small))

    assert queries_for(large) == queries_for(small)


@pytest.mark.parametrize(
    "part", ["head", "presence", "thread", "decide", "promises", "side"]
)
def test_each_part_is_fetched_alone_as_it_stands_on_the_page(
    mei: Client, part: str
) -> None:
    case = a_full_case(of_each=1)

    fragment = mei.get(reverse("desk:part", args=[case.ref, part]))

    assert fragment.status_code == 200
    assert "<html" not in fragment.text
    # the promises stand inside the side, which fetches itself anew with them
    own = "side" if part == "promises" else part
    assert (own == part) == (
        reverse("desk:part", args=[case.ref, part]) in fragment.text
    )


def test_an_issue_is_raised_where_the_policy_will_speak(mei: Client) -> None:
    case = a_case()
    door = 'popovertarget="raise-issue"'
    url = reverse("desk:part", args=[case.ref, "decide"])

    none_yet = mei.get(url)
    an_issue(case)
    one = mei.get(url)
    cases.close_case(case=case, by=the("mei"), at=MONDAY)
    closed = mei.get(url)

    assert ("What the policy allows" in none_yet.text, door in none_yet.text) == (
        True,
        True,
    )
    assert ("Raise another issue" in one.text, door in closed.text) == (True, False)
    assert "No policy was chosen for this issue." in one.text


def test_an_offer_that_adds_goodwill_to_what_is_due_wears_both_names(
    mei: Client,
) -> None:
    issue = a_dress()
    marks_on_the_dress(issue, the("mei"))

    page = mei.get(page_of(issue.case))

    cards = page.text.split('<label class="option">')[1:]
    mixed = [card for card in cards if "of it is goodwill" in card]
    assert len(mixed) == 1
    assert ["by law</span>" in mixed[0], "goodwill</span>" in mixed[0]] == [True, True]


def test_an_outline_is_offered_before_anything_is_decided(mei: Client) -> None:
    case = a_case()

    page = mei.get(page_of(case))

    assert reverse("replies:outline", args=[case.ref]) in page.text


def test_there_is_no_other_part(mei: Client) -> None:
    case = a_case()

    fragment = mei.get(reverse("desk:part", args=[case.ref, "settings"]))

    assert fragment.status_code == 404


def test_the_journey_tells_in_sentences_who_did_what(mei: Client) -> None:
    customer = a_customer("Eva Novak")
    case = a_case(customer=customer)
    a_message(case)
    cases.hand_over(case=case, to=the("noi"), by=the("mei"), at=MONDAY)
    cases.hand_over(case=case, to=None, by=the("noi"), at=MONDAY)

    journey = mei.get(page_of(case)).context["journey"]

    assert [(step.actor, step.sentence) for step in journey] == [
        ("Noi Prasert", "Laid the case back where anyone may take it"),
        ("Mei Chen", "Handed the case over to Noi Prasert"),
        ("Eva Novak", "Wrote to us"),
        ("Eva Novak", "Opened the case"),
    ]
    assert len(of_matter(case.as_matter)) == 4


def test_a_file_that_can_run_is_marked_and_another_is_not(mei: Client) -> None:
    case = a_case()
    for name in ("photo.jpg", "invoice.pdf.exe"):
        cases.receive_message(
            case=case,
            said=cases.Said(
                text=name,
                channel="mail",
                attachments=[
                    cases.NewAttachment(
                        name=name, content_type="", size=1, sha256="0" * 64
                    )
                ],
            ),
            sender="eva@mail.example",
            sender_name="",
            joined_by="new",
            by="system",
            at=MONDAY,
        )

    page = mei.get(page_of(case))

    assert page.text.count("can run a program") == 1
    assert page.text.index("invoice.pdf.exe") < page.text.index("can run a program")
