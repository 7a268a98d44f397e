"""A mail that came back for nobody knows whom: somebody looks, and nobody is blamed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from evenhand.channels.actions import dead_letters
from evenhand.channels.models import OutgoingState
from tests import given
from tests.channels.sink import Sink, a_sink
from tests.channels.test_recipients import (
    BO,
    BOUNCED,
    EVA,
    KIM,
    TAKEN,
    a_mail_to,
    states,
    try_once,
)
from tests.given_mail import a_filed, report_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with a_sink() as sink:
        settings.MAIL_OUT = f"smtp://127.0.0.1:{sink.port}"
        yield sink


def test_a_report_that_names_none_of_several_has_somebody_look(sink: Sink) -> None:
    mail = try_once(a_mail_to(BO))

    a_filed(report_on(mail.mail_id).replace(b"rfc822; eva@", b"rfc822; e.novak@"))

    mail.refresh_from_db()
    assert states(mail) == {EVA: TAKEN, BO: TAKEN}
    assert (mail.state, mail.is_dead) == (OutgoingState.FAILED, True)
    assert mail.came_back.startswith("came back: e.novak@mail.example 5.1.1")
    with pytest.raises(dead_letters.NotFailed):
        dead_letters.send_again(outgoing=mail, by=given.the("marta"), at=given.MONDAY)


def test_who_corrects_an_address_says_for_whom_it_came_back(sink: Sink) -> None:
    mail = try_once(a_mail_to(BO))
    a_filed(report_on(mail.mail_id).replace(b"rfc822; eva@", b"rfc822; e.novak@"))

    dead_letters.correct_address(
        recipient=mail.people.get(address=BO),
        address=KIM,
        by=given.the("marta"),
        at=given.MONDAY,
    )

    mail = try_once(mail)
    assert states(mail) == {EVA: TAKEN, BO: BOUNCED, KIM: TAKEN}
    assert (mail.state, mail.came_back) == (OutgoingState.SENT, "")
    assert sink.taken[1].rcpt_tos == [KIM]
