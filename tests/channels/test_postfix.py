"""A real Postfix hands mail over, as the how-to page says, and takes our answers."""

from __future__ import annotations

import re
import smtplib
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Delivery, OutgoingState, SendingServer
from evenhand.channels.tasks import send_outgoing
from tests import given
from tests.channels.postfix import SETTINGS, a_postfix
from tests.channels.sink import a_local_receiver, a_sink
from tests.channels.test_sending import an_answer, an_identity
from tests.channels.test_signing import a_signing_server, is_signed
from tests.given_mail import a_filed, an_answer_sent, case_of, raw_mail
from tests.serving.processes import environment, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to"
SETTING = re.compile(r"^ *(\w+) = ?(.*)$", re.MULTILINE)
BOTH = ["help+10042.abc@shop.example", "returns@shop.example"]


def bring(port: int, raw: bytes, *, sender: str = "eva@mail.example") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        assert client.sendmail(sender, BOTH, raw) == {}


def kept() -> list[tuple[str, str, list[str]]]:
    return [
        (one.source, one.envelope_from, sorted(one.envelope_to))
        for one in Delivery.objects.order_by("pk")
    ]


def test_what_the_page_tells_to_write_is_what_is_tested() -> None:
    page = (HOW_TO / "postfix.md").read_text(encoding="utf-8")
    _, _, after = page.partition("# /etc/postfix/main.cf\n")
    told = dict(SETTING.findall(after.partition("```")[0]))
    tested = dict(SETTING.findall(SETTINGS))

    assert told.keys() - tested.keys() == {"message_size_limit"}
    assert [
        told[name] for name in ("recipient_delimiter", "lmtp_line_length_limit")
    ] == [tested[name] for name in ("recipient_delimiter", "lmtp_line_length_limit")]


def test_postfix_hands_over_by_lmtp_for_all_recipients_at_once() -> None:
    raw = raw_mail(text="退款\n.\n..dots\n" + "x" * 5000)

    with a_sink() as world, a_local_receiver() as lmtp:
        to = f"lmtp:inet:127.0.0.1:{lmtp}"
        with a_postfix(to=to, world=world.port) as postfix:
            bring(postfix.port, raw)
            bring(postfix.port, raw_mail(text="a report"), sender="")
            until(lambda: Delivery.objects.count() == 2)
            until(lambda: postfix.log().count("status=sent (250 2.0.0 stored)") == 4)

    assert sorted(kept()) == [
        ("lmtp", "", sorted(BOTH)),
        ("lmtp", "eva@mail.example", sorted(BOTH)),
    ]
    delivery = Delivery.objects.get(envelope_from="eva@mail.example")
    assert bytes(delivery.raw).endswith(raw.partition(b"\r\n\r\n")[2])
    assert world.taken == []


def test_postfix_keeps_what_cannot_be_stored_now_and_brings_it_again() -> None:
    with a_sink() as world, a_local_receiver() as lmtp:
        to = f"lmtp:inet:127.0.0.1:{lmtp}"
        with a_postfix(to=to, world=world.port) as postfix:
            rename("channel_delivery", "channel_delivery_away")
            try:
                bring(postfix.port, raw_mail())
                until(lambda: "status=deferred" in postfix.log())
            finally:
                rename("channel_delivery_away", "channel_delivery")
            until(lambda: Delivery.objects.count() == 1)

    assert kept() == [("lmtp", "eva@mail.example", sorted(BOTH))]
    assert world.taken == []


def rename(old: str, new: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_postfix_returns_what_is_too_large_to_its_sender(settings: Settings) -> None:
    settings.MAIL_LARGEST = 70_000

    with a_sink() as world, a_local_receiver() as lmtp:
        to = f"lmtp:inet:127.0.0.1:{lmtp}"
        with a_postfix(to=to, world=world.port) as postfix:
            bring(postfix.port, raw_mail(text=("b" * 900 + "\n") * 100))
            until(lambda: bool(world.taken))

    report = message_from_bytes(world.taken[0].content)
    assert world.taken[0].rcpt_tos == ["eva@mail.example"]
    assert report.get_content_type() == "multipart/report"
    assert not Delivery.objects.exists()


def test_postfix_hands_over_by_the_pipe() -> None:
    calls: list[list[str]] = []

    def run(words: list[str], raw: bytes) -> tuple[int, str]:
        calls.append(words)
        if len(calls) == 1:
            return 75, "not yet"
        done = subprocess.run(  # noqa: S603 - our own program, words from Postfix
            [sys.executable, "-m", "evenhand", *words],
            input=raw,
            env=environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stderr.decode()

    with a_sink() as world, a_postfix(to="evenhand:", world=world.port, run=run) as mta:
        bring(mta.port, raw_mail(text="one"))
        until(lambda: Delivery.objects.count() == 1)
        bring(mta.port, raw_mail(text="a report"), sender="")
        until(lambda: Delivery.objects.count() == 2)
        until(lambda: mta.log().count("status=sent") == 4)

    to = [f"--to={address}" for address in BOTH]
    assert [sorted(words[3:]) for words in calls] == [sorted(to)] * 3
    assert [words[:3] for words in calls] == [
        ["mail", "deliver", "--from=eva@mail.example"],
        ["mail", "deliver", "--from=eva@mail.example"],
        ["mail", "deliver", "--from="],
    ]
    assert kept() == [
        ("pipe", "eva@mail.example", sorted(BOTH)),
        ("pipe", "", sorted(BOTH)),
    ]
    assert world.taken == []


def test_a_signed_answer_is_still_true_behind_postfix() -> None:
    case = case_of(a_filed(raw_mail()))

    with a_sink() as world, a_postfix(to="discard:", world=world.port) as postfix:
        server = a_signing_server()
        SendingServer.objects.update(port=postfix.port)
        an_identity(case.team, server=server, signatures={"": ".dots\n退款 below"})
        mail = an_answer(case)
        send_outgoing.call(outgoing_pk=mail.pk)
        until(lambda: bool(world.taken))

    came = world.taken[0].content
    assert came.startswith(b"Received:") or b"\r\nReceived:" in came
    assert is_signed(came, server)
    mail.refresh_from_db()
    assert mail.people.get().state == "taken"


def test_an_answer_leaves_through_postfix_with_its_id_and_its_way_back(
    settings: Settings,
) -> None:
    given.a_team()
    mail = an_answer_sent(case_of(a_filed(raw_mail())), text="退款 59.00")

    with a_sink() as world, a_postfix(to="discard:", world=world.port) as postfix:
        settings.MAIL_OUT = f"smtp://127.0.0.1:{postfix.port}"
        send_outgoing.call(outgoing_pk=mail.pk)
        until(lambda: bool(world.taken))

    mail.refresh_from_db()
    came = world.taken[0]
    read = parse(came.content)
    assert mail.state == OutgoingState.SENT
    assert came.rcpt_tos == ["eva@mail.example"]
    assert read.message_id == mail.mail_id
    assert read.text.strip() == "退款 59.00"
    assert [one.addr for one in read.reply_to] == [
        one.addr for one in parse(bytes(mail.raw)).reply_to
    ]
