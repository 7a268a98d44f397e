"""A mail to two departments lies in a case of each, once, whatever copies arrive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.models.signals import post_save

from evenhand.cases.models import Case, Message
from evenhand.channels import identity
from evenhand.channels.actions import intake
from evenhand.channels.mail.thread import reply_address
from evenhand.channels.models import Delivery, DeliveryState, Placement
from evenhand.jobs.models import Job
from evenhand.staff.models import Team
from tests import given
from tests.channels.workers import together
from tests.given_mail import a_delivery, a_filed, an_answer_sent, case_of, raw_mail

pytestmark = pytest.mark.django_db
BOTH = "shop@shop.example, Studio <studio@shop.example>"


@pytest.fixture(autouse=True)
def two_departments() -> tuple[Team, Team]:
    return given.a_team("Shop"), given.a_team("Studio")


def teams_and_cases() -> list[tuple[str, int]]:
    """Team of each case, the oldest first, with how many messages lie in it."""
    return [
        (case.team.name, case.messages.count()) for case in Case.objects.order_by("pk")
    ]


def test_a_mail_to_two_departments_opens_a_case_in_each() -> None:
    delivery = a_filed(raw_mail(to=BOTH, message_id="both@mail.example"))

    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]
    assert [place.team.name for place in delivery.placements.order_by("pk")] == [
        "Shop",
        "Studio",
    ]
    assert {m.message_id for m in Message.objects.all()} == {"both@mail.example"}
    assert {m.joined_by for m in Message.objects.all()} == {"new"}
    assert len({case.customer_id for case in Case.objects.all()}) == 1


@pytest.mark.parametrize("field", ["Cc", "Delivered-To", "X-Original-To"])
def test_a_department_in_another_field_gets_it_too(field: str) -> None:
    a_filed(raw_mail(to="shop@shop.example", headers=f"{field}: studio@shop.example\n"))

    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]


def test_a_department_that_only_the_envelope_names_gets_it_too() -> None:
    delivery = a_delivery(
        raw_mail(to="shop@shop.example"),
        recipients=("shop@shop.example", "studio@shop.example"),
    )

    intake.file(delivery_pk=delivery.pk, at=given.MONDAY)

    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]


def test_the_desk_s_own_address_stands_for_the_first_team() -> None:
    a_filed(raw_mail(to="help@shop.example", headers="Cc: studio@shop.example\n"))

    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]


def test_the_same_word_at_another_domain_is_no_department() -> None:
    a_filed(raw_mail(to="shop@shop.example, studio@other.example"))

    assert teams_and_cases() == [("Shop", 1)]


def test_one_department_named_twice_has_one_case() -> None:
    a_filed(raw_mail(to="shop@shop.example, SHOP+x@shop.example"))

    assert teams_and_cases() == [("Shop", 1)]


def test_a_reply_to_one_department_joins_only_its_case() -> None:
    a_filed(raw_mail(to=BOTH, message_id="first@mail.example"))
    shop, studio = Case.objects.order_by("pk")
    sent = an_answer_sent(studio)
    address = identity.reply_to(
        studio, author=identity.sender(studio.team, identity=None)
    ).addr

    reply = a_filed(
        raw_mail(
            to=address,
            headers=f"In-Reply-To: <{sent.mail_id}>\n"
            f"References: <first@mail.example> <{sent.mail_id}>\n",
        )
    )

    assert case_of(reply) == studio
    assert (shop.messages.count(), studio.messages.count()) == (1, 3)


def test_a_further_mail_to_both_joins_the_case_of_each() -> None:
    a_filed(raw_mail(to=BOTH, message_id="first@mail.example"))

    a_filed(raw_mail(to=BOTH, headers="In-Reply-To: <first@mail.example>\n"))

    assert teams_and_cases() == [("Shop", 2), ("Studio", 2)]


def test_a_further_mail_to_one_of_them_joins_that_one() -> None:
    a_filed(raw_mail(to=BOTH, message_id="first@mail.example"))

    a_filed(
        raw_mail(
            to="studio@shop.example", headers="In-Reply-To: <first@mail.example>\n"
        )
    )

    assert teams_and_cases() == [("Shop", 1), ("Studio", 2)]


def test_a_reply_with_the_tokens_of_two_cases_joins_both() -> None:
    a_filed(raw_mail(to=BOTH))
    addresses = [
        reply_address(case.ref, base="help@shop.example", secret=identity.secret())
        for case in Case.objects.order_by("pk")
    ]

    a_filed(raw_mail(to=", ".join(addresses), subject="Re: both"))

    assert teams_and_cases() == [("Shop", 2), ("Studio", 2)]


def test_a_reply_that_copies_a_further_department_opens_its_case() -> None:
    case = case_of(a_filed(raw_mail(to="shop@shop.example")))
    sent = an_answer_sent(case)

    a_filed(
        raw_mail(
            to=identity.reply_to(
                case, author=identity.sender(case.team, identity=None)
            ).addr,
            headers=f"Cc: studio@shop.example\nIn-Reply-To: <{sent.mail_id}>\n",
        )
    )

    assert teams_and_cases() == [("Shop", 3), ("Studio", 1)]


def test_an_answer_to_the_old_address_of_a_case_that_moved_opens_nothing() -> None:
    case = case_of(a_filed(raw_mail(to="shop@shop.example")))
    sent = an_answer_sent(case)
    Case.objects.filter(pk=case.pk).update(team=given.a_team("Studio"))

    a_filed(
        raw_mail(to="shop@shop.example", headers=f"In-Reply-To: <{sent.mail_id}>\n")
    )

    assert teams_and_cases() == [("Studio", 3)]


def test_an_automatic_answer_to_both_joins_and_opens_nothing() -> None:
    case = case_of(a_filed(raw_mail(to="shop@shop.example")))
    sent = an_answer_sent(case)

    a_filed(
        raw_mail(
            to=BOTH,
            headers=f"In-Reply-To: <{sent.mail_id}>\nAuto-Submitted: auto-replied\n",
        )
    )

    assert teams_and_cases() == [("Shop", 3)]


def test_the_same_mail_again_changes_nothing() -> None:
    raw = raw_mail(to=BOTH, message_id="both@mail.example")
    first = a_filed(raw)

    copy = a_filed(b"Received: from mx2\r\n" + raw)

    assert copy.duplicate
    assert copy.message == first.message
    assert not copy.placements.exists()
    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]


def test_a_copy_whose_envelope_names_a_further_department_adds_its_place() -> None:
    raw = raw_mail(to="shop@shop.example", message_id="bcc@mail.example")
    first = a_filed(raw)

    copy = a_delivery(b"Received: x\r\n" + raw, recipients=("studio@shop.example",))
    again = a_delivery(b"Received: y\r\n" + raw, recipients=("studio@shop.example",))
    for each in (copy, again):
        intake.file(delivery_pk=each.pk, at=given.MONDAY)

    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]
    assert first.placements.count() == 2


def test_the_same_bytes_for_a_further_department_are_filed_for_it() -> None:
    raw = raw_mail(to="undisclosed-recipients:;")
    first = a_delivery(raw, recipients=("shop@shop.example",))
    intake.file(delivery_pk=first.pk, at=given.MONDAY)
    Job.objects.all().delete()

    a_delivery(raw, recipients=("studio@shop.example",))
    intake.file(delivery_pk=first.pk, at=given.MONDAY)
    a_delivery(raw, recipients=("studio@shop.example",))

    assert Delivery.objects.count() == 1
    assert Job.objects.count() == 1
    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]


def test_copies_handed_over_together_are_kept_once_for_all_they_name() -> None:
    raw = raw_mail(to="undisclosed-recipients:;")
    handed = [
        intake.Handed(raw, intake.Envelope("eva@mail.example", (each,)))
        for each in ("shop@shop.example", "studio@shop.example")
    ]

    intake.store_together(mails=handed, source="smtp", at=given.MONDAY)

    kept = Delivery.objects.get()
    assert kept.envelope_to == ["shop@shop.example", "studio@shop.example"]
    intake.file(delivery_pk=kept.pk, at=given.MONDAY)
    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]


def test_a_mail_from_one_of_our_addresses_to_others_makes_no_loop() -> None:
    delivery = a_filed(raw_mail(sender="studio@shop.example", to=BOTH))

    assert delivery.state == DeliveryState.SET_ASIDE
    assert not Case.objects.exists()
    assert not Placement.objects.exists()


class Killed(BaseException):
    """The worker ends here, as by kill -9: nothing after it runs."""


@contextmanager
def killed_after(writes: int) -> Iterator[None]:
    """End whoever writes so many rows, whatever the rows are."""
    left = [writes]

    def count(**_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    post_save.connect(count, weak=False)
    try:
        yield
    finally:
        post_save.disconnect(count)


def test_a_worker_killed_at_any_write_leaves_all_places_or_none() -> None:
    delivery = a_delivery(raw_mail(to=BOTH))
    kills = 0

    for writes in range(1, 100):
        try:
            with killed_after(writes):
                intake.file(delivery_pk=delivery.pk, at=given.MONDAY)
        except Killed:
            kills += 1
            assert not Case.objects.exists()
            assert not Placement.objects.exists()
        else:
            break

    assert kills > 8
    assert teams_and_cases() == [("Shop", 1), ("Studio", 1)]
    assert Placement.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_copies_for_two_departments_open_one_case_in_each() -> None:
    raw = raw_mail(to="shop@shop.example", message_id="copies@mail.example")
    copies = [
        a_delivery(b"Received: %d\r\n" % number + raw, recipients=(to,))
        for number, to in enumerate(
            ["shop@shop.example", "studio@shop.example", "studio@shop.example"]
        )
    ]

    together(*copies)

    assert sorted(teams_and_cases()) == [("Shop", 1), ("Studio", 1)]
    for copy in copies:
        copy.refresh_from_db()
    assert sorted(copy.duplicate for copy in copies) == [False, True, True]
    assert {copy.state for copy in copies} == {DeliveryState.FILED}


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_delivery_file_it_once() -> None:
    raw = raw_mail(to=BOTH).replace(b"Message-ID", b"X-Other-ID")
    delivery = a_delivery(raw)

    together(delivery, delivery)

    assert sorted(teams_and_cases()) == [("Shop", 1), ("Studio", 1)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_answers_to_the_same_two_cases_both_end() -> None:
    a_filed(raw_mail(to=BOTH, message_id="first@mail.example"))
    other_way = "studio@shop.example, shop@shop.example"
    answers = [
        a_delivery(raw_mail(to=to, headers="In-Reply-To: <first@mail.example>\n"))
        for to in (BOTH, other_way, BOTH, other_way)
    ]

    together(*answers)

    assert sorted(teams_and_cases()) == [("Shop", 5), ("Studio", 5)]
