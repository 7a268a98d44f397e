"""What a mailbox's page says of how it fares, and of the mails that stay there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from evenhand.channels.models import Mailbox
from evenhand.ledger import actions as ledger
from tests import given
from tests.channels.a_kept_mailbox import a_mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(given.the("ada"))
    return client


@pytest.mark.parametrize(
    ("changed", "word", "sentence"),
    [
        ({"enabled": False}, "Paused", ""),
        ({}, "Not looked into yet", ""),
        ({"contacted_at": given.MONDAY}, "Fetched", ""),
        (
            {"contacted_at": given.MONDAY, "alarm": "silent"},
            "Silent",
            "The server answers, but no mail came for longer than you said.",
        ),
        (
            {"alarm": "unattended"},
            "Nobody fetches it",
            "No program of the desk looks into it.",
        ),
        (
            {"failing_since": given.MONDAY, "fault": "expired"},
            "Fails",
            "The server&#x27;s owner has to renew it.",
        ),
    ],
)
def test_a_mailbox_says_in_a_word_and_a_sentence_how_it_fares(
    ada: Client, changed: dict[str, object], word: str, sentence: str
) -> None:
    box = a_mailbox(**changed)

    page = ada.get(f"/settings/mailboxes/{box.pk}/").text
    listed = ada.get("/settings/mailboxes/").text

    assert word in page
    assert sentence in page
    assert word in listed


def test_mails_that_were_not_taken_are_listed_with_the_reason(ada: Client) -> None:
    box = a_mailbox()
    for kind, data in (
        (
            "mailbox.refused",
            {
                "folder": "INBOX",
                "size": 40 * 2**20,
                "sender": "eva@mail.example",
                "subject": "<b>Pictures</b>",
            },
        ),
        (
            "mailbox.stuck",
            {"folder": "Old", "mark": "7", "tries": 5, "reason": "NO internal error"},
        ),
    ):
        ledger.record(
            kind=kind,
            subject=f"mailbox:{box.pk}",
            by=ledger.SYSTEM,
            at=given.MONDAY,
            data=data,
        )

    page = ada.get(f"/settings/mailboxes/{box.pk}/").text

    assert "“&lt;b&gt;Pictures&lt;/b&gt;” from eva@mail.example is too large" in page
    assert "The server does not hand one out: NO internal error" in page
    assert page.index("NO internal error") < page.index("Pictures")


def test_a_mailbox_without_such_mails_says_nothing_of_them(ada: Client) -> None:
    box = a_mailbox()

    assert "Left there" not in ada.get(f"/settings/mailboxes/{box.pk}/").text


def test_figures_of_a_busy_mailbox_are_shown_whole(ada: Client) -> None:
    box = a_mailbox(
        contacted_at=given.MONDAY,
        mail_at=given.MONDAY,
        taken=12345,
        behind=3,
        lag=1,
        refused=2,
        told_by_server=True,
    )

    page = ada.get(f"/settings/mailboxes/{box.pk}/").text

    for words in (
        "12,345",
        "2 were too large",
        "1 second",
        "the server tells of new mail by itself",
    ):
        assert words in page


def test_the_page_follows_by_itself_until_the_mailbox_was_looked_into(
    ada: Client,
) -> None:
    box = a_mailbox()
    place = f"/settings/mailboxes/{box.pk}/"

    before = ada.get(place).text
    Mailbox.objects.update(contacted_at=given.MONDAY)
    after = ada.get(place).text

    assert f'data-poll="{place}"' in before
    for part in ("mailbox-state", "mailbox-alarm", "mailbox-health"):
        assert f'id="{part}"' in before
    assert "data-poll" not in after


@pytest.mark.parametrize("fault", ["", "login_refused"])
def test_it_follows_too_until_a_look_that_was_asked_for_has_come(
    ada: Client, fault: str
) -> None:
    failing = {"failing_since": given.MONDAY, "fault": fault} if fault else {}
    box = a_mailbox(contacted_at=given.MONDAY, **failing)
    place = f"/settings/mailboxes/{box.pk}/"

    before = ada.get(place).text
    asked = ada.post(f"{place}fetch/", follow=True).text
    Mailbox.objects.update(contacted_at=timezone.now())
    answered = ada.get(place).text
    Mailbox.objects.update(contacted_at=None, asked_at=given.MONDAY, enabled=False)
    paused = ada.get(place).text

    assert ["data-poll" in each for each in (before, asked, answered, paused)] == [
        *(False, True, False, False)
    ]


def test_a_missing_folder_sends_its_reader_to_the_test(ada: Client) -> None:
    box = a_mailbox(
        failing_since=given.MONDAY,
        fault="folder_missing",
        fault_values={"folder": "Kunden/Nue"},
    )

    page = ada.get(f"/settings/mailboxes/{box.pk}/").text

    assert "There is no folder “Kunden/Nue”." in page
    assert "that lists the folders that are there" in page


def test_what_fails_stands_first_with_how_to_mend_it(ada: Client) -> None:
    a_mailbox(name="Aalto")
    a_mailbox(name="Bex", enabled=False, failing_since=given.MONDAY, fault="expired")
    a_mailbox(name="Silent", alarm="silent")
    a_mailbox(name="Waiting", alarm="unattended")
    a_mailbox(
        name="Zoo",
        failing_since=given.MONDAY,
        fault="folder_missing",
        fault_values={"folder": "Kunden"},
    )

    listed = ada.get("/settings/mailboxes/").text

    order = ["Zoo", "Waiting", "Silent", "Aalto", "Bex"]
    places = [listed.index(f">{name}</a>") for name in order]
    assert places == sorted(places)
    assert "There is no folder “Kunden”." in listed
    assert "that lists the folders that are there" in listed
    assert "Look whether mail still reaches this mailbox." in listed


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(None, "Never"), (240, "after 4 hours"), (7, "after 7 minutes")],
)
def test_the_chosen_alarm_of_silence_is_told(
    ada: Client, minutes: int | None, words: str
) -> None:
    box = a_mailbox(silent_after=minutes)

    page = ada.get(f"/settings/mailboxes/{box.pk}/").text

    assert f"Raise an alarm if no mail comes</dt><dd>{words}</dd>" in page


def test_a_mailbox_says_where_answers_leave_if_not_under_its_own_address(
    ada: Client,
) -> None:
    own = a_mailbox(address="shop@shop.example")
    other = a_mailbox(name="Far", address="shop@mail.example")

    same = ada.get(f"/settings/mailboxes/{own.pk}/").text
    different = ada.get(f"/settings/mailboxes/{other.pk}/").text

    assert "Answers leave under" not in same
    assert (
        "Answers leave under shop@shop.example, not under shop@mail.example"
        in different
    )
    assert f"/settings/sending/names/add/?mailbox={other.pk}" in different
