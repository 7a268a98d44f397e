"""Mails from other projects' tests: each is read, filed or set aside, none is lost."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from evenhand.cases.models import Message
from evenhand.channels.actions import intake
from evenhand.channels.mail.html_text import html_to_text
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.quotes import newest_text
from evenhand.channels.mail.sanitise import safe_html
from evenhand.channels.models import Delivery, DeliveryState
from tests import given

pytestmark = pytest.mark.outside


def mails(folder: Path) -> list[Path]:
    return sorted(
        path for path in (folder / "mail" / "msg").rglob("*") if path.is_file()
    )


def json_lines(path: Path) -> list[Any]:
    """Read with "\\n" alone: the payloads hold other line separators."""
    return [json.loads(line) for line in path.read_text().split("\n") if line]


@pytest.mark.django_db
def test_every_mail_ends_in_a_case_or_in_the_tray_within_a_second(
    outside_data: Path,
) -> None:
    given.a_team()
    files = mails(outside_data)
    slowest = 0.0

    for path in files:
        delivery, _ = intake.store(
            raw=path.read_bytes(), source="file", at=given.MONDAY
        )
        began = time.process_time()
        intake.file(delivery_pk=delivery.pk, at=given.MONDAY)
        slowest = max(slowest, time.process_time() - began)

    states = list(Delivery.objects.values_list("state", "reason"))
    assert len(files) > 600
    assert {state for state, _ in states} <= {
        DeliveryState.FILED,
        DeliveryState.SET_ASIDE,
    }
    assert not [reason for _, reason in states if reason.startswith("a fault of ours")]
    assert len(states) == len({intake.key_of(path.read_bytes()) for path in files})
    assert Message.objects.count() > 200
    assert slowest < 1


def test_what_other_parsers_read_we_read_too(outside_data: Path) -> None:
    right: dict[str, list[bool]] = {}
    for case in json_lines(outside_data / "mail" / "expectations.jsonl"):
        if case["kind"] != "message":
            continue
        try:
            mail = parse((outside_data / "mail" / case["file"]).read_bytes())
        except Unreadable:
            pytest.fail(f"{case['id']} could not be read")
        got = {
            "from": mail.author.addr.lower(),
            "subject": " ".join(mail.subject.split()),
            "message_id": mail.message_id,
            "is_bounce": mail.automatic is not None
            and mail.automatic.kind == "delivery_report",
            "is_auto_reply": mail.automatic is not None
            and mail.automatic.kind == "auto_reply",
        }
        for key, value in got.items():
            if key in case["expect"]:
                wanted = case["expect"][key]
                if isinstance(wanted, str):
                    wanted = " ".join(wanted.strip("<>").split())
                    wanted = wanted.lower() if key == "from" else wanted
                right.setdefault(key, []).append(value == wanted)

    rates = {key: sum(found) / len(found) for key, found in right.items()}
    assert {key: rate for key, rate in rates.items() if rate < 0.95} == {}


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_newest_words_are_those_that_other_projects_expect(
    outside_data: Path,
) -> None:
    right = []
    for case in json_lines(outside_data / "mail" / "expectations.jsonl"):
        wanted = case["expect"]
        if case["kind"] == "message" or wanted.get("signature_policy") != "stripped":
            continue
        words = (outside_data / "mail" / case["file"]).read_text()
        if case["kind"] == "reply_html":
            words = html_to_text(words)
        got = squeezed(newest_text(words).text)
        right.append(
            squeezed(wanted.get("reply_text", got)) == got
            and all(squeezed(each) in got for each in wanted.get("reply_contains", ()))
            and not any(
                squeezed(each) in got for each in wanted.get("reply_excludes", ())
            )
        )

    assert len(right) >= 50
    assert sum(right) / len(right) >= 0.9


def test_no_hostile_fragment_stays_executable_or_loads_anything(
    outside_data: Path,
) -> None:
    lines = json_lines(outside_data / "mail" / "xss" / "vectors.jsonl")
    left = []
    for vector in lines:
        shown = safe_html(vector["payload"]).lower()
        if any(
            mark in shown for mark in ("<script", "<iframe", "<svg", "<style", "<form")
        ):
            left.append(vector["id"])

    assert len(lines) > 300
    assert left == []
