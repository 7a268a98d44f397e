"""A virus scanner looks at every file; mail never waits for it, and what is found stays."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django.fixtures import Settings

from evenhand.cases.models import Attachment, Message
from evenhand.channels import blobs, clamd
from evenhand.channels.actions import scanning, uploads
from evenhand.channels.models import Delivery, FileScan, ScanState, Upload
from evenhand.jobs.models import Job
from evenhand.ledger.queries import of_matter
from evenhand.staff.models import Member
from tests import given
from tests.channels.scanner import EICAR, Scanner, a_scanner
from tests.given_mail import a_filed
from tests.serving.processes import free_port

pytestmark = pytest.mark.django_db

SOON = given.MONDAY + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _a_store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "blobs"


@pytest.fixture
def scanner(settings: Settings) -> Iterator[Scanner]:
    with a_scanner() as running:
        settings.CLAMAV = running.address
        yield running


@pytest.fixture
def nobody_listens(settings: Settings) -> None:
    settings.CLAMAV = f"127.0.0.1:{free_port()}"


def a_mail_with(content: bytes) -> Attachment:
    a_filed(
        b"From: eva@mail.example\r\nTo: help@shop.example\r\nSubject: File\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee it.\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\n"
        b"Content-Disposition: attachment; filename=file.bin\r\n\r\n"
        + content
        + b"\r\n--b--\r\n"
    )
    return Attachment.objects.get()


def scan(file: Attachment | Upload) -> FileScan:
    scanning.scan(sha256=file.sha256, at=SOON)
    return FileScan.objects.get(sha256=file.sha256)


def get(person: str, file: Attachment) -> tuple[int, bytes]:
    client = Client()
    client.force_login(given.the(person))
    answer = client.get(f"/attachments/{file.pk}/")
    if answer.streaming:
        return answer.status_code, b"".join(answer)
    return answer.status_code, b""


def page_of(person: str, file: Attachment) -> str:
    client = Client()
    client.force_login(given.the(person))
    return client.get(f"/cases/{file.message.case.ref}/").text


def test_without_a_scanner_nothing_is_asked_and_files_are_free() -> None:
    file = a_mail_with(b"harmless")

    assert FileScan.objects.count() == 0
    assert get("mei", file) == (200, b"harmless")


def test_a_filed_mail_has_its_files_scanned_by_a_job(scanner: Scanner) -> None:
    file = a_mail_with(b"harmless")

    assert Message.objects.count() == 1
    assert FileScan.objects.get().state == ScanState.UNSCANNED
    assert Job.objects.get(task__endswith="scan_file").arguments == {
        "sha256": file.sha256
    }
    assert get("mei", file) == (423, b"")
    assert scan(file).state == ScanState.CLEAN
    assert scanner.scanned == [b"harmless"]
    assert get("mei", file) == (200, b"harmless")


def test_an_infected_file_is_for_who_mends_mail_alone(scanner: Scanner) -> None:
    file = a_mail_with(EICAR)

    found = scan(file)

    assert (found.state, found.finding) == (ScanState.INFECTED, "Eicar-Test-Signature")
    assert get("mei", file) == (423, b"")
    assert get("ada", file) == (200, EICAR)
    page = page_of("mei", file)
    assert "Virus scanner: Eicar-Test-Signature" in page
    assert f"/attachments/{file.pk}/" not in page
    told = [
        one for one in of_matter(file.message.case.as_matter) if "infected" in one.kind
    ]
    assert [one.data for one in told] == [
        {"name": "file.bin", "found": "Eicar-Test-Signature"}
    ]
    assert "The virus scanner found Eicar-Test-Signature in file.bin" in page


def test_an_infected_file_stays_so_when_the_scanner_is_switched_off(
    scanner: Scanner, settings: Settings
) -> None:
    file = a_mail_with(EICAR)
    scan(file)

    settings.CLAMAV = ""

    assert get("mei", file) == (423, b"")


def test_a_scanner_that_is_down_holds_the_file_and_not_the_mail(
    nobody_listens: None, settings: Settings
) -> None:
    file = a_mail_with(b"harmless")

    assert Delivery.objects.get().state == "filed"
    assert scan(file).state == ScanState.UNSCANNED
    assert FileScan.objects.get().tries == 1
    assert get("mei", file) == (423, b"")
    assert "Waits for the virus scanner" in page_of("mei", file)
    with a_scanner() as running:
        settings.CLAMAV = running.address
        assert scanning.scan_waiting(at=given.MONDAY + timedelta(minutes=2)) == 1
    assert get("mei", file) == (200, b"harmless")


def test_a_round_stops_where_nobody_answers(nobody_listens: None) -> None:
    hashes = [blobs.keep(bytes([n])) for n in range(3)]
    scanning.ask(hashes=hashes, at=given.MONDAY)

    assert scanning.scan_waiting(at=SOON) == 0
    assert sorted(FileScan.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_a_file_that_the_scanner_cannot_read_is_held_and_tried_when_asked(
    scanner: Scanner,
) -> None:
    scanner.largest = 1000
    file = a_mail_with(b"large " * 50_000)

    found = scan(file)

    assert (found.state, found.finding) == (
        ScanState.FAILED,
        "INSTREAM size limit exceeded",
    )
    assert get("mei", file)[0] == 423
    assert get("ada", file)[0] == 200
    scanner.largest = 10_000_000
    assert scanning.scan_again(at=SOON) == 1
    assert scan(file).state == ScanState.CLEAN


def test_why_a_file_was_not_scanned_is_told_in_the_language_of_the_page(
    scanner: Scanner, settings: Settings, tmp_path: Path
) -> None:
    file = a_mail_with(b"harmless")
    settings.MEDIA_ROOT = tmp_path / "another"
    scan(file)
    Member.objects.filter(pk=given.the("mei").pk).update(language="th")

    page = page_of("mei", file)

    with override("th"):
        told = gettext("the file is not in the store")
    assert told != "the file is not in the store"
    assert told in page


def test_the_same_bytes_are_scanned_once(scanner: Scanner) -> None:
    sha256 = blobs.keep(b"the same")

    assert scanning.ask(hashes=[sha256], at=given.MONDAY) == 1
    assert scanning.ask(hashes=[sha256], at=given.MONDAY) == 0
    assert Job.objects.filter(task__endswith="scan_file").count() == 1


def test_a_file_of_before_the_scanner_is_handed_to_it_when_it_is_asked_for(
    settings: Settings,
) -> None:
    file = a_mail_with(b"harmless")
    with a_scanner() as running:
        settings.CLAMAV = running.address

        assert get("mei", file) == (423, b"")
        assert scan(file).state == ScanState.CLEAN
        assert get("mei", file) == (200, b"harmless")


def test_an_infected_file_of_ours_does_not_leave(scanner: Scanner) -> None:
    case, mei = given.a_case(), given.the("mei")
    file = uploads.Arrived("file.bin", len(EICAR), blobs.keep(EICAR), EICAR)
    upload = uploads.add(case=case, file=file, by=mei, at=given.MONDAY)
    scan(upload)

    with pytest.raises(uploads.FileInfected):
        uploads.take(case=case, keys=[upload.pk], by=mei)

    assert Upload.objects.count() == 1


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_a_scanner_that_cannot_be_reached_is_told_as_such(address: str) -> None:
    with pytest.raises(clamd.ScannerDown):
        clamd.scan(io.BytesIO(b"x"), scanner=address, timeout=1)
