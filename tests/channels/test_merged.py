"""Mail to cases that became one, and after they parted."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from evenhand.cases import queries
from evenhand.cases.models import Case, Message
from evenhand.channels import identity
from evenhand.channels.models import Delivery, Outgoing
from tests import given
from tests.given import MONDAY, minutes
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail
from tests.given_merges import LATER, merged, parted

pytestmark = pytest.mark.django_db


def two_threads() -> tuple[Case, Case]:
    """Two mails of one customer, with one Message-ID each, and a case of each."""
    dress = a_filed(raw_mail(message_id="dress@mail.example"))
    voucher = a_filed(
        raw_mail(
            subject="The voucher", text="And mine?", message_id="voucher@mail.example"
        )
    )
    return case_of(dress), case_of(voucher)


def a_reply(*, headers: str = "", to: str = "help@shop.example") -> Message:
    found = a_filed(
        raw_mail(subject="Re: it", text="Well?", headers=headers, to=to),
        at=LATER + minutes(5),
    )
    assert found.message is not None
    return found.message


def answers(mail_id: str) -> str:
    return f"In-Reply-To: <{mail_id}>\n"


def test_a_mail_that_answers_the_merged_one_lies_there_and_wakes_the_living() -> None:
    dress, voucher = two_threads()
    an_answer_sent(dress)
    merge = merged(voucher, into=dress)

    reply = a_reply(headers=answers("voucher@mail.example"))

    assert (reply.case, reply.joined_by) == (voucher, "message_id")
    dress.refresh_from_db()
    assert dress.waiting_since == MONDAY

    parted(merge, at=LATER + minutes(9))

    voucher.refresh_from_db()
    dress.refresh_from_db()
    assert voucher.moved_at == LATER + minutes(5)
    assert dress.moved_at == MONDAY
    assert dress.waiting_since is None


def test_the_token_of_the_merged_one_leads_to_it_and_so_to_the_living() -> None:
    dress, voucher = two_threads()
    merged(voucher, into=dress)

    reply = a_reply(
        to=identity.reply_to(
            voucher, author=identity.sender(voucher.team, identity=None)
        ).addr
    )

    assert (reply.case, reply.joined_by) == (voucher, "token")
    living = queries.case_for(given.the("mei"), dress.ref)
    assert reply in queries.thread(living)


def test_an_answer_to_what_we_wrote_while_they_were_one_stays_with_the_living() -> None:
    dress, voucher = two_threads()
    merge = merged(voucher, into=dress)
    sent = an_answer_sent(dress)

    reply = a_reply(
        headers=f"{answers(sent.mail_id)}References: <voucher@mail.example>\n"
    )
    parted(merge, at=LATER + minutes(9))

    reply.refresh_from_db()
    assert reply.case == dress


def test_an_answer_names_both_threads_so_that_programs_show_one() -> None:
    dress, voucher = two_threads()
    merged(voucher, into=dress)

    head = message_from_bytes(bytes(an_answer_sent(dress).raw))

    assert head["References"].split() == [
        "<dress@mail.example>",
        "<voucher@mail.example>",
    ]
    assert head["In-Reply-To"] == "<voucher@mail.example>"


def test_another_customers_thread_is_not_named_to_this_one() -> None:
    dress, _voucher = two_threads()
    other = case_of(
        a_filed(
            raw_mail(sender="Ola <ola@mail.example>", message_id="ola@mail.example")
        )
    )
    merged(other, into=dress)

    sent = an_answer_sent(dress)

    assert b"ola@mail.example" not in bytes(sent.raw)
    assert sent.recipients == ["eva@mail.example"]


def test_a_mail_to_both_departments_opens_nothing_more_where_they_are_one() -> None:
    given.a_team("Studio")
    both = "shop@shop.example, studio@shop.example"
    first = a_filed(raw_mail(to=both, message_id="both@mail.example"))
    shop, studio = Case.objects.order_by("pk")
    merged(studio, into=shop)
    living = queries.case_for(given.the("mei"), shop.ref)
    assert queries.thread(living) == [first.message]

    a_reply(headers=answers("both@mail.example"), to=both)

    assert Case.objects.count() == 2
    assert Message.objects.count() == 3
    assert Delivery.objects.filter(state="filed").count() == 2
    assert len(queries.thread(living)) == 2


def test_who_wrote_in_the_one_is_no_stranger_in_the_other() -> None:
    dress, _voucher = two_threads()
    other = case_of(a_filed(raw_mail(sender="Ola <ola@mail.example>")))
    merged(other, into=dress)

    found = a_filed(
        raw_mail(
            sender="Ola <ola@mail.example>",
            headers=answers("dress@mail.example"),
            text="Me too",
        ),
        at=LATER + minutes(5),
    )

    assert not found.placements.get().stranger


def test_nothing_is_sent_by_a_merge_or_its_end() -> None:
    dress, voucher = two_threads()

    parted(merged(voucher, into=dress), at=LATER + minutes(1))

    assert not Outgoing.objects.exists()
