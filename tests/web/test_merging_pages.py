"""The pages that merge, split and give a case away, and the signs on both cases."""

from __future__ import annotations

import pytest
from django.test import Client

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Merge, Message, Split
from evenhand.channels.models import Outgoing
from evenhand.customers.models import Customer
from evenhand.customers.queries import address_of
from evenhand.ledger.models import Entry
from tests import given
from tests.given import MONDAY, minutes
from tests.given_merges import an_answer, merged, split_off
from tests.given_promises import a_promise

pytestmark = pytest.mark.django_db


def signed_in(person: str) -> Client:
    client = Client()
    client.force_login(given.the(person))
    return client


def two_cases() -> tuple[Case, Case]:
    customer = given.a_customer()
    first = given.a_case(customer=customer)
    second = given.a_case(customer=customer, subject="The voucher")
    given.a_message(first)
    given.a_message(second, text="And the voucher?", at=MONDAY + minutes(1))
    return first, second


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_page_lists_the_customers_other_cases_and_says_what_follows() -> None:
    first, second = two_cases()
    a_promise(second)
    mei = signed_in("mei")

    assert f"?into={first.ref}" in page(mei, f"/cases/{second.ref}/merge/")

    outlook = page(mei, f"/cases/{second.ref}/merge/?into={first.ref}")
    assert f"#{second.ref} becomes part of #{first.ref}" in outlook
    assert f"1 open promise stays as it is and is kept from #{first.ref}." in outlook
    assert "Two customers" not in outlook
    assert not Merge.objects.exists()


def test_the_page_warns_of_another_team_and_another_customer() -> None:
    first, _second = two_cases()
    other = given.a_case(customer=given.a_customer("Ola Berg"), team="Studio")

    outlook = page(signed_in("marta"), f"/cases/{other.ref}/merge/?into={first.ref}")

    assert f"Everybody in Shop will see all of #{other.ref}" in outlook
    assert "Two customers: answers go to Eva Novak." in outlook
    assert "Ola Berg is sent nothing, unless you choose a copy." in outlook


def test_merged_by_the_page_and_undone_from_the_living_case() -> None:
    first, second = two_cases()
    mei = signed_in("mei")

    done = mei.post(f"/cases/{second.ref}/merge/", {"into": first.ref})

    assert (done.status_code, done["Location"]) == (303, f"/cases/{first.ref}/#head")
    living, ended = (
        page(mei, f"/cases/{first.ref}/"),
        page(mei, f"/cases/{second.ref}/"),
    )
    assert "And the voucher?" in living
    assert f"/cases/{second.ref}/unmerge/" in living
    assert f"Merged into #{first.ref} by Mei Chen." in ended
    assert f"/cases/{second.ref}/unmerge/" in ended
    assert 'id="composer"' in living
    assert 'id="composer"' not in ended

    undone = mei.post(f"/cases/{second.ref}/unmerge/")

    assert (undone.status_code, undone["Location"]) == (
        303,
        f"/cases/{second.ref}/#head",
    )
    assert "And the voucher?" not in page(mei, f"/cases/{first.ref}/")
    assert not Outgoing.objects.exists()


def test_both_pages_follow_what_happens_in_either() -> None:
    first, second = two_cases()
    merged(second, into=first)

    thread = page(signed_in("mei"), f"/cases/{first.ref}/parts/thread/")

    assert f'data-live="case:{first.pk} case:{second.pk}"' in thread


def test_a_case_that_one_may_not_see_is_no_case_to_merge_into() -> None:
    first, _second = two_cases()
    studio = given.a_case(team="Studio")
    mei = signed_in("mei")

    refused = mei.post(f"/cases/{first.ref}/merge/", {"into": studio.ref})

    assert refused.status_code == 422
    assert "There is no such case here." in refused.content.decode()
    assert not Merge.objects.exists()


def test_who_does_not_see_the_living_case_sees_that_and_cannot_undo() -> None:
    first, _second = two_cases()
    studio = given.a_case(team="Studio")
    merged(first, into=studio)
    mei = signed_in("mei")

    ended = page(mei, f"/cases/{first.ref}/")

    assert "It is another team's, and you do not see it." in ended
    assert "unmerge" not in ended
    assert mei.post(f"/cases/{first.ref}/unmerge/").status_code == 404
    assert Merge.objects.get().undone_at is None


def test_what_is_merged_already_is_refused_with_the_reason() -> None:
    first, second = two_cases()
    merged(second, into=first)
    told = Entry.objects.count()

    refused = signed_in("mei").post(f"/cases/{second.ref}/merge/", {"into": first.ref})

    assert refused.status_code == 422
    assert "One of the two is merged already" in refused.content.decode()
    assert Entry.objects.count() == told


def test_an_answer_to_a_merged_case_is_refused_and_nothing_leaves() -> None:
    first, second = two_cases()
    merged(second, into=first)

    refused = signed_in("mei").post(
        f"/cases/{second.ref}/reply/",
        {"token": "one", "text": "I see. Please reply to this mail."},
    )

    assert refused.status_code in {409, 422}
    assert not Message.objects.filter(direction="out").exists()
    assert not Outgoing.objects.exists()


def test_split_by_the_page_and_put_back() -> None:
    first, _second = two_cases()
    more = given.a_message(first, text="And a hat?", at=MONDAY + minutes(5))
    mei = signed_in("mei")
    assert "And a hat?" in page(mei, f"/cases/{first.ref}/split/")

    mei.post(f"/cases/{first.ref}/split/", {"message": more.pk, "subject": "The hat"})

    split = Split.objects.get()
    assert split.into.subject == "The hat"
    assert f"/cases/{split.into.ref}/unsplit/" in page(mei, f"/cases/{first.ref}/")
    assert "Split off by Mei Chen from" in page(mei, f"/cases/{split.into.ref}/")

    undone = mei.post(f"/cases/{split.into.ref}/unsplit/")

    assert undone["Location"] == f"/cases/{first.ref}/#head"
    assert "This split was undone by Mei Chen." in page(
        mei, f"/cases/{split.into.ref}/"
    )


@pytest.mark.parametrize("key", ["", "x", "²", "9" * 30, "0"])
def test_a_message_that_is_none_is_not_split_off(key: str) -> None:
    first, _second = two_cases()

    refused = signed_in("mei").post(
        f"/cases/{first.ref}/split/", {"message": key, "subject": "The hat"}
    )

    assert refused.status_code == 422
    assert not Split.objects.exists()


def test_a_split_that_was_split_further_is_not_undone_and_says_why() -> None:
    first, _second = two_cases()
    hat = given.a_message(first, text="And a hat?", at=MONDAY + minutes(5))
    glove = given.a_message(first, text="Gloves?", at=MONDAY + minutes(6))
    split = split_off(hat, glove)
    glove.refresh_from_db()
    split_off(glove)

    refused = signed_in("mei").post(f"/cases/{split.into.ref}/unsplit/")

    assert refused.status_code == 409
    assert "Undo that split first." in refused.content.decode()


def test_the_customer_is_changed_by_address_and_the_answer_box_says_so() -> None:
    first, _second = two_cases()
    an_answer(first, at=MONDAY + minutes(9))
    ola = given.a_customer("Ola Berg")
    mei = signed_in("mei")
    asked = page(mei, f"/cases/{first.ref}/customer/?address={address_of(ola)}")
    assert f"#{first.ref} becomes Ola Berg" in asked
    assert "The first answer to Ola Berg asks once more" in asked

    mei.post(f"/cases/{first.ref}/customer/", {"address": address_of(ola)})

    first.refresh_from_db()
    assert first.customer == ola
    shown = page(mei, f"/cases/{first.ref}/")
    assert "So far this was a conversation with Eva Novak" in shown
    assert f"Yes, send it to {address_of(ola)}" in shown
    assert not Outgoing.objects.exists()


def test_the_answer_box_does_not_ask_of_whom_has_written_in_the_case() -> None:
    first, _second = two_cases()
    ola = given.a_customer("Ola Berg")
    cases.receive_message(
        case=first,
        said=cases.Said(text="I too", channel="mail", subject=first.subject),
        sender=address_of(ola),
        sender_name="Ola",
        joined_by="in-reply-to",
        by=f"customer:{ola.pk}",
        at=MONDAY,
    )

    asked = page(
        signed_in("mei"), f"/cases/{first.ref}/customer/?address={address_of(ola)}"
    )

    assert f"#{first.ref} becomes Ola Berg" in asked
    assert "asks once more" not in asked


def test_whoever_is_not_known_yet_is_added_on_the_page_and_it_is_undone_on_the_case() -> (
    None
):
    first, _second = two_cases()
    mei, place = signed_in("mei"), f"/cases/{first.ref}/customer/"
    asked = page(mei, f"{place}?address=Ola@Mail.example")
    assert "No customer has this address yet." in asked
    said = {"address": "Ola@Mail.example", "name": "Ola Berg", "language": "en"}

    shown = mei.post(place, said, follow=True).text

    first.refresh_from_db()
    ola = first.customer
    assert (ola.name, address_of(ola)) == ("Ola Berg", "ola@mail.example")
    added = Entry.objects.get(kind="customer.added", subject=f"customer:{ola.pk}")
    assert added.actor == given.the("mei").as_actor
    assert "Given from Eva Novak to Ola Berg by Mei Chen." in shown
    undo = f"{place}{first.customer_changes.get().pk}/undo/"
    assert f'action="{undo}"' in shown
    after = mei.post(undo, follow=True).text
    first.refresh_from_db()
    assert first.customer.name == "Eva Novak"
    assert "Given from" not in after
    assert mei.post(undo).status_code == 409


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"address": "nobody@mail.example", "language": "en"},
            "This field is required",
        ),
        ({"address": "no address", "name": "Ola"}, "This is not a mail address"),
        (
            {"address": "shop@shop.example", "name": "Ola", "language": "en"},
            "This is an address of this desk.",
        ),
    ],
)
def test_without_a_name_or_an_address_of_theirs_nobody_is_added(
    said: dict[str, str], words: str
) -> None:
    first, _second = two_cases()
    before = Customer.objects.count()

    refused = signed_in("mei").post(f"/cases/{first.ref}/customer/", said)

    assert refused.status_code == 422
    assert words in refused.text
    assert not first.customer_changes.exists()
    assert Customer.objects.count() == before


def test_the_journey_tells_a_merge_once_and_names_who_wrote() -> None:
    first, _second = two_cases()
    other = given.a_case(customer=given.a_customer("Ola Berg"))
    given.a_message(other, at=MONDAY + minutes(2))
    merged(other, into=first)

    side = page(signed_in("mei"), f"/cases/{first.ref}/parts/side/")

    assert f"Merged #{other.ref} into it" in side
    assert f"Merged it into #{first.ref}" not in side
    assert "· Ola Berg" in side
    assert "· Eva Novak" in side
