"""Connect a mailbox in the browser: the form, the test, the verbs, what is never shown."""

from __future__ import annotations

from time import monotonic, sleep

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from evenhand.channels.mailboxes.findings import Fault, Finding, Outcome, Step
from evenhand.channels.models import Delivery, Mailbox
from evenhand.channels.secrets import unseal
from evenhand.channels.templatetags.fault_words import MENDS, WRONGS
from evenhand.channels.templatetags.mailbox_words import finding_words
from evenhand.ledger.models import Entry
from tests import given
from tests.channels.a_kept_mailbox import SECRET, a_mailbox
from tests.channels.dovecot import PASSWORD, a_dovecot
from tests.channels.mail_servers import a_server, says
from tests.given_mail import a_delivery
from tests.serving.processes import free_port


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(given.the("ada"))
    return client


def a_form(**changed: object) -> dict[str, object]:
    return {
        "address": "help@shop.example",
        "name": "Help",
        "host": "localhost",
        "security": "none",
        "port": "14300",
        "username": "eva",
        "password": SECRET,
        "folders": ["INBOX"],
        "afterwards": "keep",
        **changed,
    }


def kinds() -> list[str]:
    found = Entry.objects.filter(kind__startswith="mailbox.").order_by("pk")
    return list(found.values_list("kind", flat=True))


@pytest.mark.parametrize("fault", list(Fault))
def test_each_fault_has_a_sentence_and_a_way_to_mend_it(fault: Fault) -> None:
    said = finding_words(Finding(Step.LOGIN, Outcome.FAULT, fault))

    assert fault in WRONGS
    assert MENDS[fault][-1][0] == ""
    assert said.what
    assert said.mend


@pytest.mark.django_db
def test_the_empty_page_teaches_and_offers_the_providers(ada: Client) -> None:
    page = ada.get("/settings/mailboxes/").text

    assert "No mailbox is connected" in page
    assert "/settings/mailboxes/connect/?with=google" in page
    assert "/settings/mailboxes/connect/?with=microsoft" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "host", "wanted"),
    [
        ("with=google", "imap.gmail.com", "app password"),
        ("with=google&kind=pop3", "pop.gmail.com", "app password"),
        ("with=microsoft", "outlook.office365.com", "Client ID"),
        ("with=microsoft&auth=password", "outlook.office365.com", "takes no passwords"),
    ],
)
def test_a_preset_fills_in_what_is_known_of_the_provider(
    ada: Client, asked: str, host: str, wanted: str
) -> None:
    page = ada.get(f"/settings/mailboxes/connect/?{asked}").text

    assert f'value="{host}"' in page
    assert wanted in page


@pytest.mark.django_db
def test_connecting_keeps_the_password_sealed_and_tells_it_to_nobody(
    ada: Client,
) -> None:
    answer = ada.post("/settings/mailboxes/connect/", a_form())

    box = Mailbox.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"/settings/mailboxes/{box.pk}/"
    assert (box.name, box.kind, box.port, box.folders) == (
        "Help",
        "imap",
        14300,
        ["INBOX"],
    )
    assert SECRET not in box.secret
    assert unseal(box.secret) == SECRET
    assert kinds() == ["mailbox.connected"]
    assert SECRET not in str(list(Entry.objects.values_list("data", flat=True)))
    for address in ("", f"{box.pk}/", f"{box.pk}/change/"):
        assert SECRET not in ada.get(f"/settings/mailboxes/{address}").text


@pytest.mark.django_db
def test_what_is_left_empty_is_the_usual(ada: Client) -> None:
    left = a_form(name="", port="", username="", security="tls", folders=[])

    ada.post("/settings/mailboxes/connect/?kind=pop3", left)

    box = Mailbox.objects.get()
    assert (box.kind, box.name, box.port, box.username, box.folders) == (
        "pop3",
        "help@shop.example",
        995,
        "help@shop.example",
        ["INBOX"],
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"password": ""}, "password", "Type the password."),
        (
            {"host": "https://imap.shop.example/"},
            "host",
            "“https://imap.shop.example/” is no name of a server.",
        ),
        (
            {"host": "169.254.169.254"},
            "host",
            "169.254.169.254 is no place for a mail server.",
        ),
        ({"afterwards": "move"}, "move_to", "Name the folder."),
        (
            {"afterwards": "move", "move_to": "INBOX"},
            "move_to",
            "Mail is fetched from there: name another one.",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_kept(
    ada: Client, changed: dict[str, object], field: str, said: str
) -> None:
    answer = ada.post("/settings/mailboxes/connect/", a_form(**changed))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [said]}
    assert not Mailbox.objects.exists()
    assert kinds() == []


@pytest.mark.django_db
@pytest.mark.parametrize("pk", ["9" * 5000, "9" * 18, "²", "-1", "a\0b"])
def test_a_test_for_no_mailbox_is_no_fault_of_the_desk(ada: Client, pk: str) -> None:
    answer = ada.post("/settings/mailboxes/test/", query_params={"mailbox": pk})

    assert answer.status_code in {404, 422}


@pytest.mark.django_db
def test_a_folder_of_unprintable_signs_is_none(ada: Client) -> None:
    answer = ada.post("/settings/mailboxes/connect/", a_form(folders=["a\0b"]))

    assert answer.status_code == 422
    assert "folders" in answer.context["form"].errors
    assert not Mailbox.objects.exists()


@pytest.mark.django_db
def test_two_mailboxes_cannot_have_one_name(ada: Client) -> None:
    a_mailbox()

    answer = ada.post("/settings/mailboxes/connect/", a_form())

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["Another mailbox has this name."]}
    assert Mailbox.objects.count() == 1


def changed_form(**changed: object) -> dict[str, object]:
    same = {
        "host": "imap.shop.example",
        "security": "tls",
        "port": "993",
        "username": "help@shop.example",
        "password": "",
    }
    return a_form(**{**same, **changed})


@pytest.mark.django_db
def test_a_kept_password_stays_while_it_goes_to_the_same_place(ada: Client) -> None:
    box = a_mailbox()
    before = box.secret

    answer = ada.post(
        f"/settings/mailboxes/{box.pk}/change/", changed_form(name="Help desk")
    )

    box.refresh_from_db()
    assert answer.status_code == 303
    assert (box.name, box.secret) == ("Help desk", before)
    assert Entry.objects.get(kind="mailbox.changed").data["changed"] == ["name"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        {"host": "imap.evil.example"},
        {"port": "1993"},
        {"security": "none"},
        {"username": "somebody"},
    ],
)
@pytest.mark.parametrize("verb", ["change", "test"])
def test_a_kept_password_is_never_sent_to_another_place(
    ada: Client, changed: dict[str, object], verb: str
) -> None:
    box = a_mailbox()
    address = (
        f"/settings/mailboxes/{box.pk}/change/"
        if verb == "change"
        else f"/settings/mailboxes/test/?mailbox={box.pk}"
    )

    answer = ada.post(address, changed_form(**changed))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "password": ["Type the password again: it would go to another place."]
    }
    box.refresh_from_db()
    assert box.host == "imap.shop.example"
    assert kinds() == []


@pytest.mark.django_db
def test_the_verbs_of_a_mailbox_each_leave_one_entry(ada: Client) -> None:
    box = a_mailbox(failing_since=given.MONDAY, fault="login_refused", alarm="failing")
    place = f"/settings/mailboxes/{box.pk}"

    ada.post(f"{place}/pause/")
    box.refresh_from_db()
    assert (box.enabled, box.failing_since, box.fault, box.alarm) == (
        False,
        None,
        "",
        "",
    )
    ada.post(f"{place}/pause/")
    ada.post(f"{place}/fetch/")
    ada.post(f"{place}/resume/")
    ada.post(f"{place}/fetch/")

    box.refresh_from_db()
    assert box.enabled
    assert box.asked_at is not None
    assert box.enabled_at > given.MONDAY
    assert kinds() == ["mailbox.paused", "mailbox.resumed", "mailbox.asked"]


@pytest.mark.django_db
def test_disconnecting_asks_first_and_leaves_the_mails(ada: Client) -> None:
    box = a_mailbox()
    delivery = a_delivery()
    Delivery.objects.filter(pk=delivery.pk).update(mailbox=box)
    place = f"/settings/mailboxes/{box.pk}/disconnect/"

    asked = ada.get(place).text
    assert "Disconnect Help?" in asked
    assert Mailbox.objects.exists()
    ada.post(place)

    delivery.refresh_from_db()
    assert not Mailbox.objects.exists()
    assert delivery.mailbox_id is None
    assert kinds() == ["mailbox.disconnected"]


@pytest.mark.django_db
def test_a_mailbox_that_fails_says_why_and_how_to_mend_it(ada: Client) -> None:
    box = a_mailbox(
        failing_since=given.MONDAY,
        fault="port_closed",
        fault_values={"port": "143", "open": "993"},
        alarm="failing",
    )

    page = ada.get(f"/settings/mailboxes/{box.pk}/").text
    listed = ada.get("/settings/mailboxes/").text

    assert "Nothing listens on port 143." in page
    assert "Port 993 is open there: take that one." in page
    assert "Nothing listens on port 143." in listed
    # in the rail and in the sheet of a phone
    assert "cannot be fetched or is silent" in listed


@pytest.mark.django_db
def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    ada: Client,
) -> None:
    a_mailbox()
    with CaptureQueriesContext(connection) as one:
        ada.get("/settings/mailboxes/")
    a_mailbox(name="B")
    a_mailbox(name="C")

    with CaptureQueriesContext(connection) as three:
        ada.get("/settings/mailboxes/")

    assert len(three) == len(one)


@pytest.mark.django_db(transaction=True)
def test_without_script_the_test_answers_with_each_step(ada: Client) -> None:
    port = free_port()

    answer = ada.post("/settings/mailboxes/test/", a_form(port=str(port)))

    assert answer.status_code == 200
    assert "The connection does not work yet" in answer.text
    assert f"Nothing listens on port {port}." in answer.text
    assert SECRET not in answer.text
    assert not Mailbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_typed_password_is_held_sealed_from_the_test_to_the_saving(
    ada: Client,
) -> None:
    with a_server(says(b"* OK ready\r\n")) as port:
        tested = ada.post("/settings/mailboxes/test/", a_form(port=str(port)))
        held = tested.context["holding"]
        saved = a_form(port=str(port), password="", held=held)
        elsewhere = ada.post(
            "/settings/mailboxes/connect/", {**saved, "host": "127.0.0.1"}
        )
        answer = ada.post("/settings/mailboxes/connect/", saved)

    assert SECRET not in held
    assert elsewhere.status_code == 422
    assert answer.status_code == 303
    assert unseal(Mailbox.objects.get().secret) == SECRET


@pytest.mark.django_db(transaction=True)
def test_with_script_the_page_answers_at_once_and_asks_until_it_is_done(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_dovecot() as dovecot:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
        dovecot.user("eva")
        dovecot.put("eva", folder="Kunden/Neu")
        form = a_form(port=str(dovecot.imaps), security="tls", password=PASSWORD)
        begun = ada.post(
            "/settings/mailboxes/test/", form, headers={"HX-Request": "true"}
        )
        tried = begun.context["trial"]
        place = f"/settings/mailboxes/tests/{tried.token}/"
        until = monotonic() + 60
        answer = ada.get(place)
        while "data-poll" in answer.text and monotonic() < until:
            sleep(0.1)
            answer = ada.get(place)

    assert begun.status_code == 200
    assert "The connection works" in answer.text
    assert 'value="Kunden/Neu"' in answer.text
    assert 'value="INBOX" class="checkbox checkbox-sm" checked' in answer.text


@pytest.mark.django_db(transaction=True)
def test_a_trial_is_shown_to_nobody_but_who_began_it(
    ada: Client,
) -> None:
    port = free_port()
    tested = ada.post("/settings/mailboxes/test/", a_form(port=str(port)))
    place = f"/settings/mailboxes/tests/{tested.context['trial'].token}/"
    other = Client()
    other.force_login(given.the("marta"))

    assert ada.get(place).status_code == 200
    assert other.get(place).status_code == 403
    assert ada.get("/settings/mailboxes/tests/unknown/").status_code == 404
