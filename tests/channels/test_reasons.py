"""Why a mail came back, and what a report says of each person."""

from __future__ import annotations

import pytest

from evenhand.channels.mail.parse import parse
from evenhand.channels.mail.reasons import Reason, reason_of, status_in
from evenhand.channels.mail.reports import Report


def reported(words: str, machine: str = "") -> Report:
    """Parse a delivery report of these words, and of one group of machine fields."""
    parts = [f"--b\r\nContent-Type: text/plain\r\n\r\n{words}\r\n"]
    if machine:
        fields = f"Reporting-MTA: dns; a.example\r\n\r\n{machine}\r\n"
        parts.append(f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}")
    raw = (
        "From: MAILER-DAEMON@a.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
        f"\r\n{''.join(parts)}--b--\r\n"
    )
    found = parse(raw.encode()).report
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("status", "words", "reason"),
    [
        ("5.1.1", "", Reason.NO_SUCH_ADDRESS),
        ("5.0.0", "550 no such user", Reason.NO_SUCH_ADDRESS),
        ("", "Domain does not exist", Reason.NO_SUCH_HOST),
        ("5.4.4", "", Reason.NO_SUCH_HOST),
        ("5.7.1", "550 5.7.1 User unknown", Reason.REFUSED),
        (
            "5.1.8",
            "Domain of sender address a@b.example does not exist",
            Reason.REFUSED,
        ),
        ("5.1.1", "a has sent to too many recipients this hour", Reason.REFUSED),
        ("5.1.1", "552 mailbox is over quota", Reason.FULL),
        ("4.0.0", "returned Null MX", Reason.LATER),
        ("5.0.0", "X-Unix; 255", Reason.UNKNOWN),
    ],
)
def test_code_and_words_together_give_the_reason(
    status: str, words: str, reason: Reason
) -> None:
    assert reason_of(status=status, words=words) is reason


def test_user_unknown_after_the_data_proves_no_address_dead() -> None:
    talk = "550 User unknown (in reply to end of DATA command)"

    assert reason_of(status="5.0.0", words=talk, transcript=talk) is Reason.REFUSED


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("550 5.1.1 no such user", "5.1.1"),
        ("550 #5.1.0 Address rejected.", "5.1.0"),
        ("554 4.4.7 Message expired <421 4.4.2 timed out>", "4.4.2"),
        ("250 2.0.0 Ok", ""),
        ("550: User unknown", "5.0.0"),
        ("host 192.5.1.1 said hello", ""),
    ],
)
def test_the_most_telling_code_counts(words: str, status: str) -> None:
    assert status_in(words) == status


def test_the_refusing_server_knows_better_than_the_reporting_one() -> None:
    machine = (
        "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
        "Diagnostic-Code: smtp; 550 5.7.1 Fix reverse DNS"
    )

    (person,) = reported("It failed.", machine).recipients

    assert (person.status, person.reason) == ("5.7.1", Reason.REFUSED)


def test_words_stand_in_for_a_machine_part_that_is_silent() -> None:
    machine = "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.0.0"

    report = reported("a@b.example: 550 5.7.26 authentication failed", machine)

    assert [each.status for each in report.recipients] == ["5.7.26"]


def test_each_code_in_the_words_is_kept() -> None:
    report = reported(
        "full@b.example: 552 5.2.2 Mailbox full\r\n"
        "gone@b.example: 550 5.1.1 User unknown"
    )

    assert [(each.status, each.reason) for each in report.recipients] == [
        ("5.2.2", Reason.FULL),
        ("5.1.1", Reason.NO_SUCH_ADDRESS),
    ]
    assert report.dead_address


def test_the_copy_of_the_mail_itself_is_not_read() -> None:
    report = reported(
        "We could not deliver it.\r\n"
        "--- Below this line is a copy of the message.\r\n550 5.1.1 user unknown"
    )

    assert not report.dead_address
    assert [each.status for each in report.recipients] == [""]
