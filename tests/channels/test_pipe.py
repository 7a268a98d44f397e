"""`evenhand mail deliver` answers a mail server with the statuses that it understands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from evenhand.channels.actions import intake
from evenhand.channels.models import Delivery, DeliveryState
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.given_mail import raw_mail
from tests.serving.processes import SOURCE, environment

OURS = "help@shop.example"


def deliver(
    raw: bytes, *words: str, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run the command as a mail server does; return its status and what it said."""
    done = subprocess.run(  # noqa: S603 - our own program and words
        [sys.executable, "-m", "evenhand", "mail", "deliver", *words],
        input=raw,
        env=env or environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == b""
    return done.returncode, done.stderr.decode()


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_kept_byte_for_byte_with_its_envelope_and_again_changes_nothing() -> (
    None
):
    raw = raw_mail(text="退款 " + "x" * 2000).replace(b"\r\n", b"\n")
    words = ("--from=eva@mail.example", f"--to={OURS}", "--to=returns@shop.example")

    first, again = deliver(raw, *words), deliver(raw, *words)

    assert first == again == (0, "")
    delivery = Delivery.objects.get()
    assert bytes(delivery.raw) == raw
    assert delivery.source == "pipe"
    assert delivery.envelope_from == "eva@mail.example"
    assert delivery.envelope_to == [OURS, "returns@shop.example"]
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_sender_the_mail_itself_tells_it_and_an_mbox_mark_is_dropped() -> (
    None
):
    given.a_team()
    raw = raw_mail(text="Hello")

    status = deliver(b"From eva@mail.example Mon Nov 16 09:00:00 2026\n" + raw)

    assert status == (0, "")
    delivery = Delivery.objects.get()
    filed = intake.file(delivery_pk=delivery.pk, at=given.MONDAY)
    assert bytes(delivery.raw) == raw
    assert (delivery.source, delivery.envelope_to) == ("stdin", [])
    # an envelope sender that was empty would have made a delivery report of it
    assert filed.state == DeliveryState.FILED


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_for_good_is_returned_to_its_sender() -> None:
    env = environment(EVENHAND_MAIL_LARGEST="65536")

    strange = deliver(raw_mail(), "--to=victim@other.example")
    large = deliver(
        raw_mail(text="x" * 70_000), "--from=eva@mail.example", f"--to={OURS}", env=env
    )
    nothing = deliver(b"\n")

    assert strange[0] == 69
    assert strange[1].endswith(
        "victim@other.example: this desk takes mail for its own addresses only\n"
    )
    assert large[0] == 69
    assert large[1].endswith(" bytes, more than 65536\n")
    assert nothing == (65, "evenhand: there is no mail on standard input\n")
    assert not Delivery.objects.exists()
    assert [(entry.kind, entry.data["sender"]) for entry in Entry.objects.all()] == [
        ("mail.refused", "eva@mail.example")
    ]


def test_whatever_is_no_fault_of_the_mail_is_tried_again(tmp_path: Path) -> None:
    empty = {"PYTHONPATH": str(SOURCE), "EVENHAND_DATA_FOLDER": str(tmp_path)}
    nowhere = {**empty, "EVENHAND_DATABASE_URL": "sqlite:///nowhere/at/all.sqlite3"}
    wrong = {**empty, "EVENHAND_MAIL_LARGEST": "much"}

    no_tables = deliver(raw_mail(), env=empty)
    no_database = deliver(raw_mail(), env=nowhere)
    wrong_setting = deliver(raw_mail(), env=wrong)
    wrong_option = deliver(raw_mail(), "--too", OURS, env=empty)

    answers = (no_tables, no_database, wrong_setting, wrong_option)
    assert [status for status, _ in answers] == [75, 75, 75, 75]
    assert "no such table" in no_tables[1]
    assert "unable to open database file" in no_database[1]
    assert "EVENHAND_MAIL_LARGEST is 'much'" in wrong_setting[1]
    assert "unrecognized arguments: --too" in wrong_option[1]
