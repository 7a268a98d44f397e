"""The answer box by its pages: checks, draft, outline, and sending with what it asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from evenhand.cases import actions as cases
from evenhand.cases.models import Case, Message
from evenhand.channels.models import Outgoing
from evenhand.decisions import actions as decisions
from evenhand.promises.models import Promise
from evenhand.replies.models import Draft, Sending
from tests.given import (
    MONDAY,
    a_case,
    a_customer,
    a_message,
    an_order,
    limits,
    minutes,
    the,
)
from tests.given_decisions import a_dress, marks_on_the_dress
from tests.replies.test_sending import CALM, RUDE, TOO_MUCH
from tests.web.world import everything

pytestmark = pytest.mark.django_db
PROMISING = (
    CALM.replace("decide today", "decide")
    + "\n\nI will call you by Friday 20 November 2026."
)


@pytest.fixture(autouse=True)
def _on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY + minutes(30), tick=False):
        yield


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


@pytest.fixture
def case() -> Case:
    limits()
    customer = a_customer("Eva Novak")
    case = a_case(customer=customer, order=an_order(customer))
    a_message(case)
    return case


def press(client: Client, case: Case, text: str, **more: Any) -> Any:
    form = {"text": text, "token": "one-form", **more}
    return client.post(reverse("desk:send", args=[case.ref]), form)


def test_a_sent_answer_is_shown_where_it_stands(mei: Client, case: Case) -> None:
    answer = press(mei, case, CALM)

    message = Message.objects.get(direction="out")
    assert Outgoing.objects.get().message == message
    assert answer.status_code == 303
    assert answer["Location"] == f"/cases/{case.ref}/#message-{message.pk}"


def test_a_doubled_press_sends_once_and_shows_the_same_place(
    mei: Client, case: Case
) -> None:
    first, second = press(mei, case, CALM), press(mei, case, CALM)

    assert first["Location"] == second["Location"]
    assert Outgoing.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TOO_MUCH, "Not sent: the checks below block it."),
        (RUDE, "Not sent yet: mend what is marked, or confirm it."),
        ("  ", "There is nothing to send yet."),
        (PROMISING, "Your answer makes a promise."),
    ],
)
def test_a_refused_answer_changes_nothing_and_keeps_every_word(
    mei: Client, case: Case, text: str, says: str
) -> None:
    before = everything()
    asked = {} if text != TOO_MUCH else {"seen": _keys(mei, case, text)}

    answer = press(mei, case, text, **asked)

    assert answer.status_code == 422
    assert says in answer.text
    assert answer.context["composer"].draft == text
    assert answer.context["composer"].token == "one-form"
    assert everything() == before


def test_why_the_checks_refused_it_is_said_until_it_is_mended(
    mei: Client, case: Case
) -> None:
    refused = press(mei, case, RUDE)
    empty = press(mei, case, "  ")
    check = reverse("replies:check", args=[case.ref])
    rude, calm = (mei.post(check, {"text": text}) for text in (RUDE, CALM))
    confirmed = [each.key for each in rude.context["composer"].checks]
    taken = mei.post(check, {"text": RUDE, "confirmed": confirmed})

    assert "data-until-mended" in refused.text
    assert "data-until-mended" not in empty.text
    assert "data-held-back" in rude.text
    assert "data-held-back" not in calm.text
    assert "data-held-back" not in taken.text


def test_an_answer_that_is_too_long_is_not_cut_but_refused(
    mei: Client, case: Case
) -> None:
    before = everything()

    answer = press(mei, case, CALM + "x" * 100_000)

    assert answer.status_code == 422
    assert "an answer has room for 100,000 characters" in answer.text
    assert everything() == before


def _keys(client: Client, case: Case, text: str) -> list[str]:
    checked = client.post(reverse("replies:check", args=[case.ref]), {"text": text})
    return [offered.key for offered in checked.context["composer"].promises]


def test_a_promise_that_was_seen_is_kept_if_it_was_ticked(
    mei: Client, case: Case
) -> None:
    keys = _keys(mei, case, PROMISING)

    left = press(mei, case, PROMISING, token="first", seen=keys)
    assert (left.status_code, Promise.objects.count()) == (303, 0)

    kept = press(mei, case, PROMISING, token="second", seen=keys, promise=keys)
    assert (kept.status_code, Promise.objects.count()) == (303, 1)


def test_a_promise_is_ticked_before_its_writer_has_seen_it(
    mei: Client, case: Case
) -> None:
    url = reverse("replies:check", args=[case.ref])
    first = mei.post(url, {"text": PROMISING})
    (key,) = _keys(mei, case, PROMISING)

    unticked = mei.post(url, {"text": PROMISING, "seen": [key]})

    box = f'id="promise-{key}" class="checkbox checkbox-xs mt-0.5" name="promise"'
    assert f'{box} value="{key}" checked>' in first.text
    assert f'{box} value="{key}" >' in unticked.text


def test_an_error_is_sent_with_its_own_tick(mei: Client, case: Case) -> None:
    refused = press(mei, case, RUDE)
    errors = [c for c in refused.context["composer"].checks if c.severity == "error"]

    answer = press(mei, case, RUDE, confirmed=[check.key for check in errors])

    assert answer.status_code == 303
    assert Sending.objects.get().found["blame"] == "error"


def test_an_approver_is_offered_to_override_and_an_agent_is_not(
    mei: Client, case: Case
) -> None:
    oscar = Client()
    oscar.force_login(the("oscar"))
    url = reverse("replies:check", args=[case.ref])
    text = {"text": TOO_MUCH.replace("480", "960")}

    assert 'name="override_reason"' not in mei.post(url, text).text
    assert 'name="override_reason"' in oscar.post(url, text).text


def test_checking_saves_nothing(mei: Client, case: Case) -> None:
    before = everything()

    checked = mei.post(reverse("replies:check", args=[case.ref]), {"text": TOO_MUCH})

    assert checked.status_code == 200
    assert "€480.00 is above your limit of €50.00" in checked.text
    assert everything() == before


def test_a_draft_waits_in_the_box_and_a_note_in_the_making_does_not(
    mei: Client, case: Case
) -> None:
    url = reverse("replies:draft", args=[case.ref])

    mei.post(url, {"text": "Secret: he is a friend", "mode": "note"})
    assert not Draft.objects.exists()

    saved = mei.post(url, {"text": "Dear Eva", "mode": "reply"})
    page = mei.get(reverse("desk:case", args=[case.ref]))
    assert saved.status_code == 204
    assert page.context["composer"].draft == "Dear Eva"


def test_every_page_has_a_token_of_its_own(mei: Client, case: Case) -> None:
    url = reverse("desk:case", args=[case.ref])

    tokens = {mei.get(url).context["composer"].token for _ in range(3)}

    assert len(tokens) == 3


def test_a_closed_case_says_so_and_keeps_the_words(mei: Client, case: Case) -> None:
    cases.close_case(case=case, by=the("noi"), at=MONDAY + minutes(1))

    answer = press(mei, case, CALM)

    assert answer.status_code == 422
    assert answer.context["composer"].draft == CALM
    assert answer.context["fault"] == "The case is closed. Open it again first."


def test_the_outline_tells_what_was_decided_and_leaves_slots_that_block(
    mei: Client,
) -> None:
    limits()
    issue = a_dress()
    marks_on_the_dress(issue, the("mei"))
    decisions.grant(
        issue=issue, option="entitlement", goodwill=None, by=the("mei"), at=MONDAY
    )
    case = issue.case

    put = mei.post(reverse("replies:outline", args=[case.ref]), {"text": "Hello."})

    page = mei.get(reverse("desk:case", args=[case.ref]))
    draft = page.context["composer"].draft
    assert put["Location"] == f"/cases/{case.ref}/#composer"
    assert draft.startswith("Hello.\n\nDear Eva Novak,")
    assert "I will refund €82.35 the way you paid by Monday 30 November" in draft
    assert page.context["composer"].blocked is True
    assert {
        check.title
        for check in page.context["composer"].checks
        if check.severity == "block"
    } == {
        f"“{slot}” is still to be filled in."
        for slot in (
            "[what happened, in their words]",
            "[what it took: trips, days, calls]",
            "[what they need from this]",
            "[day]",
        )
    }


def test_asking_for_the_outline_twice_puts_it_there_once(
    mei: Client, case: Case
) -> None:
    url = reverse("replies:outline", args=[case.ref])
    mei.post(url, {"text": ""})
    first = Draft.objects.get().text

    mei.post(url, {"text": first})

    assert Draft.objects.get().text == first
