"""Whoever tries the demo reads what the desk wrote to its customers."""

from __future__ import annotations

import io

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from evenhand.channels.actions import outbox
from tests import given
from tests.given_mail import a_filed, an_answer_sent, case_of

pytestmark = pytest.mark.django_db


def read(reader: str) -> str:
    said = io.StringIO()
    call_command("demo_read_mail", reader=reader, stdout=said)
    return said.getvalue()


def test_the_last_mail_of_a_case_is_shown_as_its_customer_reads_it() -> None:
    case = case_of(a_filed())
    an_answer_sent(case, text="The first answer.")
    an_answer_sent(case, text="The second answer.")

    said = read("Eva@mail.example")

    assert "Subject: Re: The dress\n\nThe second answer." in said
    assert "The first answer." not in said


def test_a_link_for_a_new_password_is_not_shown() -> None:
    link = EmailMessage("New password", "a link", to=["mei@shop.example"])
    outbox.queue_plain(link, at=given.MONDAY)

    with pytest.raises(CommandError, match=r"has not written to mei@shop\.example"):
        read("mei@shop.example")


def test_a_desk_whose_mail_leaves_shows_none_of_it(settings: Settings) -> None:
    settings.MAIL_OUT = "smtp://127.0.0.1:25"
    an_answer_sent(case_of(a_filed()))

    with pytest.raises(CommandError, match="mail of this desk leaves"):
        read("eva@mail.example")
