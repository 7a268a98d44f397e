"""The commands and settings that keep files: a wrong word is told, nothing is lost."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from evenhand.channels import blobs
from evenhand.channels.actions import uploads
from evenhand.channels.models import FileScan, Upload
from evenhand.channels.stores.folder import FolderStore
from evenhand.web import file_settings
from evenhand.web.environment import Environment, WrongSetting
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_store(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "blobs"


def an_upload(content: bytes) -> Upload:
    file = uploads.Arrived("label.txt", len(content), blobs.keep(content), content)
    case = given.a_case()
    return uploads.add(case=case, file=file, by=given.the("mei"), at=given.MONDAY)


def run(*words: str) -> str:
    told = StringIO()
    call_command(*words, stdout=told, stderr=told)
    return told.getvalue()


def test_files_move_to_another_folder_and_are_left_in_the_old(tmp_path: Path) -> None:
    upload = an_upload(b"a label")
    there = tmp_path / "there"

    first = run("files_move", "--to", str(there))
    second = run("files_move", "--to", str(there))

    assert first.startswith("1 copied, 0 there already, 0 spoilt")
    assert second.startswith("0 copied, 1 there already, 0 spoilt")
    assert FolderStore(there).has(upload.sha256)
    assert blobs.has(upload.sha256)


def test_a_spoilt_file_is_named_and_not_moved(tmp_path: Path) -> None:
    upload = an_upload(b"a label")
    store = blobs.store()
    assert isinstance(store, FolderStore)
    store.path_of(upload.sha256).write_bytes(b"changed")
    told = StringIO()

    with pytest.raises(CommandError, match="spoilt files were not copied"):
        call_command(
            "files_move", "--to", str(tmp_path / "there"), stdout=told, stderr=told
        )

    assert f"{upload.sha256}: its bytes are not its hash" in told.getvalue()
    assert list(FolderStore(tmp_path / "there").kept()) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [("folder", "lie in .* already"), ("ftp://files", "neither a folder nor an s3:")],
)
def test_files_move_nowhere_else(words: str, why: str) -> None:
    an_upload(b"a label")

    with pytest.raises(CommandError, match=why):
        run("files_move", "--to", words)


def test_the_check_names_what_is_missing() -> None:
    whole, lost = an_upload(b"whole"), an_upload(b"lost")
    assert whole.pk != lost.pk
    blobs.store().set_aside(lost.sha256)
    blobs.store().drop(lost.sha256)
    told = StringIO()

    with pytest.raises(CommandError, match="1 files are missing"):
        call_command("files_check", stdout=told)

    assert told.getvalue() == f"{lost.sha256}\tlabel.txt\n"


def test_the_scan_needs_a_scanner_and_queues_each_file_once(settings: Settings) -> None:
    an_upload(b"a label")

    with pytest.raises(CommandError, match="EVENHAND_CLAMAV names no scanner"):
        run("files_scan")
    settings.CLAMAV = "127.0.0.1:1"

    assert run("files_scan").startswith("1 queued for the first time, 0 once more")
    assert run("files_scan").startswith("0 queued for the first time, 0 once more")
    assert FileScan.objects.count() == 1


@pytest.mark.parametrize("value", ["folder", "s3://shop-files/evenhand?region=eu"])
def test_a_store_that_can_be_used_is_taken(value: str) -> None:
    assert file_settings.blobs(Environment({"EVENHAND_BLOBS": value})) == value


@pytest.mark.parametrize(
    ("value", "why"),
    [("ftp://files", "begins with 'ftp'"), ("s3:///desk", "names no bucket")],
)
def test_a_wrong_store_stops_the_start(value: str, why: str) -> None:
    with pytest.raises(WrongSetting, match=why):
        file_settings.blobs(Environment({"EVENHAND_BLOBS": value}))


@pytest.mark.parametrize("value", ["", "/run/clamd.sock", "127.0.0.1:3310"])
def test_a_scanner_is_a_socket_or_an_address(value: str) -> None:
    assert file_settings.scanner(Environment({"EVENHAND_CLAMAV": value})) == value


def test_a_wrong_scanner_stops_the_start() -> None:
    with pytest.raises(WrongSetting, match="not host:port"):
        file_settings.scanner(Environment({"EVENHAND_CLAMAV": "clamd"}))
