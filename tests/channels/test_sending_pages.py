"""An admin sets up who writes, through which server, and the key that signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from evenhand.channels import signing
from evenhand.channels.mail.parse import parse
from evenhand.channels.models import SendingIdentity, SendingServer, Signature
from evenhand.channels.secrets import unseal
from tests import given
from tests.channels.a_kept_mailbox import a_mailbox
from tests.channels.sink import Sink, a_sink
from tests.channels.test_sending import a_server, an_answer, an_identity
from tests.channels.test_signing import a_signing_server
from tests.given_mail import a_filed, case_of

pytestmark = pytest.mark.django_db
SERVER = {
    "name": "Relay",
    "host": "MX.Shop.example",
    "security": "starttls",
    "port": "",
    "username": "desk",
    "password": "s3cret",
    "per_minute": "60",
}


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(given.the("ada"))
    return client


@pytest.fixture
def sink() -> Iterator[Sink]:
    with a_sink() as sink:
        yield sink


def test_a_server_is_added_with_the_usual_port_and_its_password_sealed(
    ada: Client,
) -> None:
    page = ada.post("/settings/sending/servers/add/", SERVER, follow=True)

    server = SendingServer.objects.get()
    assert (server.host, server.port, server.per_minute) == ("mx.shop.example", 587, 60)
    assert unseal(server.secret) == "s3cret"
    assert "Added. Test whether it takes mail." in page.text
    assert "s3cret" not in page.text


def test_a_mailbox_whose_answers_leave_elsewhere_offers_a_name_filled_in(
    ada: Client,
) -> None:
    box = a_mailbox(name="Far", address="far@mail.example")
    a_mailbox(address="shop@shop.example", name="Own")

    page = ada.get("/settings/sending/").text
    form = ada.get(f"/settings/sending/names/add/?mailbox={box.pk}").text

    assert (
        "Mail to far@mail.example is fetched, but its answers leave under"
        " shop@shop.example."
    ) in page
    assert "Mail to shop@shop.example is fetched" not in page
    assert f'href="/settings/sending/names/add/?mailbox={box.pk}"' in page
    assert 'value="far@mail.example"' in form
    assert f'<option value="{given.a_team().pk}" selected>' in form
    assert not SendingIdentity.objects.exists()


def test_a_name_without_a_server_says_in_words_through_which_its_mail_leaves(
    ada: Client,
) -> None:
    own = an_identity(given.a_team(), address="hello@shop.example")

    page = ada.get("/settings/sending/").text
    form = ada.get(f"/settings/sending/names/{own.pk}/").text

    words = "The mail server of the desk"
    assert f"{words} · <code>EVENHAND_MAIL_OUT</code>" in page
    assert f'<option value="" selected>{words}</option>' in form


def test_a_kept_password_goes_nowhere_else_than_where_it_was_typed_for(
    ada: Client,
) -> None:
    ada.post("/settings/sending/servers/add/", SERVER)
    server = SendingServer.objects.get()
    change = f"/settings/sending/servers/{server.pk}/change/"
    sealed = server.secret

    same = ada.post(change, {**SERVER, "password": "", "name": "Other"})
    moved = ada.post(change, {**SERVER, "password": "", "host": "evil.example"})

    assert (same.status_code, moved.status_code) == (303, 422)
    assert "Type the password." in moved.text
    server.refresh_from_db()
    assert (server.name, server.host) == ("Other", "mx.shop.example")
    assert server.secret == sealed


def test_a_name_that_is_taken_is_told(ada: Client) -> None:
    ada.post("/settings/sending/servers/add/", SERVER)

    again = ada.post("/settings/sending/servers/add/", SERVER)

    assert again.status_code == 422
    assert "Another server has this name." in again.text
    assert SendingServer.objects.count() == 1


def test_a_name_is_given_to_a_team_with_what_stands_below(ada: Client) -> None:
    case, server = case_of(a_filed()), a_server()

    answer = ada.post(
        "/settings/sending/names/add/",
        {
            "team": case.team.pk,
            "from_name": "The Shop",
            "address": "hello@shop.example",
            "reply_policy": "case",
            "server": server.pk,
            "signature_": "The Shop",
            "signature_zh": "商店",
        },
    )

    assert answer.status_code == 303
    mail = an_answer(case, language="zh-hans")
    read = parse(bytes(mail.raw))
    assert (read.author.addr, mail.server) == ("hello@shop.example", server)
    assert read.words.rstrip().endswith("-- \n商店")


def test_a_further_name_is_added_and_made_the_usual_one(ada: Client) -> None:
    team = given.a_team()
    for name in ("The Shop", "Repairs"):
        ada.post(
            "/settings/sending/names/add/",
            {"team": team.pk, "from_name": name, "reply_policy": "case"},
        )
    repairs = SendingIdentity.objects.get(from_name="Repairs")
    page = ada.get("/settings/sending/").text
    assert page.index("The Shop") < page.index("Repairs")
    assert page.count(">the usual one</span>") == 1

    answer = ada.post(f"/settings/sending/names/{repairs.pk}/usual/")

    assert answer.status_code == 303
    page = ada.get("/settings/sending/").text
    assert page.index("Repairs") < page.index("The Shop")
    only = ada.get(f"/settings/sending/names/{repairs.pk}/").text
    assert "Remove this name" in only
    assert "Write as the settings say again" not in only


def test_a_name_is_changed_and_removed(ada: Client) -> None:
    ada.post(
        "/settings/sending/names/add/",
        {"from_name": "All of us", "reply_policy": "case", "signature_": "Below"},
    )
    identity = SendingIdentity.objects.get()
    place = f"/settings/sending/names/{identity.pk}/"

    ada.post(place, {"from_name": "We", "reply_policy": "plain"})
    identity.refresh_from_db()
    assert (identity.from_name, identity.reply_policy) == ("We", "plain")
    assert not Signature.objects.exists()
    ada.post(f"{place}remove/")

    assert not SendingIdentity.objects.exists()


def test_the_record_of_a_key_is_shown_and_mail_is_signed_once_it_is_published(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = a_server()
    place = f"/settings/sending/servers/{server.pk}/"

    ada.post(f"{place}key/", {"domain": "Shop.example.", "selector": "desk1"})
    server.refresh_from_db()
    record = signing.record_of(server)
    page = ada.get(place).text
    assert record.name in page
    assert record.value in page
    assert unseal(server.dkim_key).splitlines()[1] not in page

    # the name servers of the world are not asked in a test
    monkeypatch.setattr(signing, "get_txt", lambda _name: None)
    early = ada.post(f"{place}key/check/", follow=True).text
    monkeypatch.setattr(signing, "get_txt", lambda _name: record.value.encode("ascii"))
    late = ada.post(f"{place}key/check/", follow=True).text

    assert "The record is not there yet." in early
    assert "Mail is signed from now on." in late
    server.refresh_from_db()
    assert server.dkim_on
    ada.post(f"{place}key/stop/")
    server.refresh_from_db()
    assert not server.dkim_on


@pytest.mark.parametrize(
    ("domain", "selector"),
    [("shop", "desk1"), ("shop.example", "desk 1"), ("-.example", "a"), ("", "")],
)
def test_what_is_no_domain_makes_no_key(
    ada: Client, domain: str, selector: str
) -> None:
    server = a_server()

    answer = ada.post(
        f"/settings/sending/servers/{server.pk}/key/",
        {"domain": domain, "selector": selector},
    )

    assert answer.status_code == 422
    server.refresh_from_db()
    assert server.dkim_key == ""


def test_a_new_key_is_offered_under_a_name_of_its_own(ada: Client) -> None:
    server = a_signing_server()

    page = ada.get(f"/settings/sending/servers/{server.pk}/")

    form = page.context["key_form"]
    assert form["domain"].value() == "shop.example"
    assert re.fullmatch(r"desk-\d{4}-\d{2}", form["selector"].value())


@pytest.mark.parametrize(
    ("used", "offered"),
    [
        ("", "desk-2026-11"),
        ("desk-2026-10", "desk-2026-11"),
        ("desk-2026-11", "desk-2026-11-2"),
        ("desk-2026-11-2", "desk-2026-11-3"),
        ("desk-2026-11-old", "desk-2026-11"),
    ],
)
def test_no_new_key_is_offered_the_name_of_the_old_one(used: str, offered: str) -> None:
    assert signing.fresh_selector(used, on=date(2026, 11, 22)) == offered


def test_a_new_key_signs_nothing_before_its_record_is_checked(ada: Client) -> None:
    server = a_signing_server()

    ada.post(
        f"/settings/sending/servers/{server.pk}/key/",
        {"domain": "shop.example", "selector": "desk2"},
    )

    server.refresh_from_db()
    assert (server.dkim_selector, server.dkim_on) == ("desk2", False)


def test_a_server_that_teams_write_through_is_not_removed(ada: Client) -> None:
    server = a_server()
    ada.post(
        "/settings/sending/names/add/", {"reply_policy": "case", "server": server.pk}
    )

    page = ada.post(f"/settings/sending/servers/{server.pk}/remove/", follow=True)

    assert "Teams write through it. Give them another first." in page.text
    server.refresh_from_db()
    assert server.retired_at is None


def test_who_may_not_set_up_mail_sees_and_changes_nothing(client: Client) -> None:
    server = a_server()
    client.force_login(given.the("marta"))

    for place in ("/settings/sending/", f"/settings/sending/servers/{server.pk}/"):
        assert client.get(place).status_code == 403
    assert client.post("/settings/sending/servers/add/", SERVER).status_code == 403
    assert SendingServer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_is_tried_up_to_where_mail_would_begin(
    ada: Client,
    sink: Sink,
) -> None:
    server = a_server(sink)

    page = ada.post(f"/settings/sending/servers/{server.pk}/test/").text

    assert "The connection works" in page
    assert sink.taken == []


def test_the_answer_box_shows_who_writes_and_what_will_stand_below(
    client: Client,
) -> None:
    case = case_of(a_filed())
    an_identity(case.team, address="hello@shop.example", signatures={"": "Your Shop"})
    client.force_login(given.the("mei"))

    page = client.get(f"/cases/{case.ref}/").text

    assert "From hello@shop.example" in page
    assert "Your Shop" in page


@pytest.mark.django_db(transaction=True)
def test_a_server_is_tried_before_it_is_kept_and_its_password_held_for_the_saving(
    ada: Client, sink: Sink
) -> None:
    typed = {
        **SERVER,
        "host": "127.0.0.1",
        "port": str(sink.port),
        "security": "none",
    }

    tried = ada.post("/settings/sending/servers/test/", typed)

    trial = tried.context["trial"]
    assert tried.status_code == 200
    assert trial.is_done
    assert [step.outcome.value for step in trial.findings].count("ok") >= 2
    assert not SendingServer.objects.exists()
    assert (sink.taken, "s3cret" in tried.text) == ([], False)
    assert "Held as you typed it until you save." in tried.text
    held = tried.context["holding"]
    ada.post("/settings/sending/servers/add/", {**typed, "password": "", "held": held})
    assert unseal(SendingServer.objects.get().secret) == "s3cret"


@pytest.mark.django_db(transaction=True)
def test_a_held_password_goes_nowhere_else(ada: Client, sink: Sink) -> None:
    typed = {**SERVER, "host": "127.0.0.1", "port": str(sink.port), "security": "none"}
    held = ada.post("/settings/sending/servers/test/", typed).context["holding"]

    moved = {**typed, "password": "", "held": held, "host": "evil.example"}
    tried = ada.post("/settings/sending/servers/test/", moved)
    kept = ada.post("/settings/sending/servers/add/", moved)

    assert (tried.status_code, kept.status_code) == (422, 422)
    assert not SendingServer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_kept_server_is_tried_as_it_is_typed_and_stays_as_it_is(
    ada: Client, sink: Sink
) -> None:
    own = a_server()
    typed = {
        **SERVER,
        "host": "127.0.0.1",
        "port": str(sink.port),
        "security": "none",
        "username": "",
        "password": "",
    }

    tried = ada.post(f"/settings/sending/servers/test/?server={own.pk}", typed)

    assert tried.context["trial"].has_passed
    assert f'action="/settings/sending/servers/{own.pk}/change/"' in tried.text
    own.refresh_from_db()
    assert (own.host, own.port) == ("127.0.0.1", 9)
    assert sink.taken == []


def test_a_host_that_is_none_is_told_before_anything_is_asked(ada: Client) -> None:
    tried = ada.post(
        "/settings/sending/servers/test/", {**SERVER, "host": "https://mx.example/"}
    )

    assert tried.status_code == 422
    assert tried.context["form"].errors["host"]
    assert not SendingServer.objects.exists()
