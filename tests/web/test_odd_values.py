"""Whatever stands in a field or an address, the answer is a refusal, no fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from evenhand.staff.rules import Role
from tests.web.matrix import TABLE
from tests.web.visiting import signed_in
from tests.web.world import World

pytestmark = pytest.mark.django_db

DAYS = (
    "0001-01-01",  # before the calendar, east of Greenwich
    "9999-12-31",  # after it, west of Greenwich
    "0001-01-01T00:00:00+23:59_1",
)
ODD = (
    *DAYS,
    "a\0b",  # PostgreSQL keeps no NUL
    "1e999990",  # seven signs, a million digits
    "NaN",
    "-5",
    "9" * 30,  # no column holds it
    "9" * 5000,  # Python reads no number of so many digits
)
# What a database could take otherwise than SQLite does. What the others come to is told
# before a database is asked, and is tried on SQLite alone.
ODD_FOR_A_DATABASE = ("a\0b", "NaN", "9" * 30, "0001-01-01", "9999-12-31")
# What a page may send besides what the matrix needs to get through.
MORE = {
    "desk:send": "admit promise cc confirmed seen override_reason then_close",
    "desk:issue": "line policy",
    "decisions:findings": "source status-seal",
    "decisions:grant": "goodwill seen",
    "decisions:ask": "seen",
    "decisions:exception": "say",
    "promises:make": "amount currency due_time",
    "promises:move": "move-due_time back",
    "replies:check": "token admit seen promise",
    "replies:draft": "token mode",
    "replies:outline": "text",
    "channels:connect": (
        "name port username folders other_folder since team move_to silent_after held"
    ),
    "channels:edit_mailbox": "name port username folders since team silent_after held",
    "account_login": "login password next",
    "account_reset_password": "email",
    "account_change_password": "oldpassword password1 password2",
}
QUESTIONS = {
    "desk:inbox": "q after which selected",
    "desk:list": "q after",
    "desk:case": "q after",
    "promises:board": "after which",
    "promises:promise": "back",
    "decisions:policy": "version",
    "decisions:publish": "page",
    "channels:outbox": "after which",
    "channels:set_aside": "after",
    "channels:connect": "kind auth with",
    "channels:edit_mailbox": "kind auth",
    "channels:signed_in": "state code error",
    "insight:scorecard": "days first last team",
    "insight:paper": "days first last team",
    "decisions:differing": "before",
    "account_login": "next",
}


@pytest.fixture
def client(world: World) -> Client:
    """A member who reaches everything, so that no right stops a value half-way."""
    return signed_in(world.members[Role.ADMIN, "own"], world)


def faults(
    client: Client,
    method: str,
    url: str,
    fields: dict[str, object],
    *,
    values: tuple[str, ...] = ODD,
) -> Iterator[tuple[str, str, str]]:
    """Visit the address once for each field and odd value; yield what went wrong."""
    on_sqlite = connection.vendor == "sqlite"
    tried = [one for one in values if on_sqlite or one in ODD_FOR_A_DATABASE]
    for field in fields:
        for odd in tried:
            sent = {**fields, field: odd}
            with transaction.atomic():
                if method == "get":
                    answer = client.get(f"{url}?{urlencode({field: odd})}")
                else:
                    answer = client.post(url, sent)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                yield url, field, odd[:30]


def fields_of(name: str, world: World) -> dict[str, object]:
    more = dict.fromkeys(MORE.get(name, "").split(), "")
    return {**more, **TABLE[name].form(world)}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("name", ["promises:make", "promises:move"])
def test_no_day_breaks_at_the_ends_of_the_calendar_and_of_the_world(
    name: str, zone: str, world: World, client: Client
) -> None:
    world.case.team.time_zone = zone
    world.case.team.save()
    url = reverse(name, args=TABLE[name].args(world))

    form = fields_of(name, world)
    found = list(faults(client, "post", url, form, values=DAYS))

    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if row.post])
def test_no_form_breaks_by_what_is_written_in_a_field(
    name: str, world: World, client: Client
) -> None:
    url = reverse(name, args=TABLE[name].args(world))

    found = list(faults(client, "post", url, fields_of(name, world)))

    assert not found, "\n".join(map(str, found))


def test_no_page_breaks_by_what_is_asked_in_its_address(
    world: World, client: Client
) -> None:
    found = [
        fault
        for name, words in QUESTIONS.items()
        for fault in faults(
            client,
            "get",
            reverse(name, args=TABLE[name].args(world)),
            dict.fromkeys(words.split(), ""),
        )
    ]

    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    "address",
    [
        "/cases/%00/",
        f"/cases/{'9' * 30}/",
        f"/cases/{'9' * 5000}/",
        "/policies/a%00b/",
        f"/promises/{'9' * 30}/",
        f"/outbox/{'9' * 30}/",
        f"/mail/{'9' * 30}/raw/",
    ],
)
def test_an_address_that_names_nothing_is_not_found(
    address: str, client: Client
) -> None:
    assert client.get(address).status_code in {400, 404}
