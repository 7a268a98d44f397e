"""Mail from before recipients had states of their own gets them by the migration."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from evenhand.channels.actions import delivering
from evenhand.channels.models import Outgoing, Recipient
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of

pytestmark = pytest.mark.django_db
EVA, BO = "eva@mail.example", "bo@mail.example"
migration = import_module(
    "evenhand.channels.migrations.0011_recipients_of_earlier_mail"
)


def earlier(*, state: str, error: str = "", to: tuple[str, ...] = (EVA,)) -> Outgoing:
    """A mail as it lay there before: one state, one error, a list of addresses."""
    mail = an_answer_sent(case_of(a_filed()))
    mail.people.all().delete()
    sent_at = given.MONDAY if state == "sent" else None
    Outgoing.objects.filter(pk=mail.pk).update(
        state=state, error=error, recipients=list(to), sent_at=sent_at
    )
    return mail


def people(mail: Outgoing) -> list[tuple[str, str, str]]:
    found = mail.people.order_by("pk")
    return list(found.values_list("address", "kind", "state"))


def test_each_address_gets_what_the_mail_s_state_said_of_it() -> None:
    waits = earlier(state="queued", error="451 later")
    sent = earlier(state="sent", error=f"{BO}: 550 unknown", to=(EVA, BO))
    failed = earlier(state="failed", error="554 no thanks")
    bounced = earlier(state="failed", error="came back: eva@mail.example 5.1.1")

    migration.give_recipients(apps, None)

    assert people(waits) == [(EVA, "to", "waiting")]
    assert people(sent) == [(EVA, "to", "taken"), (BO, "cc", "refused")]
    assert people(failed) == [(EVA, "to", "failed")]
    assert people(bounced) == [(EVA, "to", "bounced")]
    assert failed.people.get().words == "554 no thanks"


def test_earlier_mail_that_waits_leaves_as_any_other() -> None:
    mail = earlier(state="queued")
    migration.give_recipients(apps, None)

    delivering.send(outgoing_pk=mail.pk, at=given.MONDAY)

    mail.refresh_from_db()
    assert (mail.state, people(mail)) == ("sent", [(EVA, "to", "taken")])


def test_an_address_that_stood_twice_gets_one_row() -> None:
    earlier(state="queued", to=(EVA, EVA))

    migration.give_recipients(apps, None)

    assert Recipient.objects.count() == 1
