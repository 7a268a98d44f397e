"""Files lie in a folder or a bucket with the same guarantees, and move between them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from evenhand.channels import blobs
from evenhand.channels.actions import moving, sweeping, uploads
from evenhand.channels.models import Upload
from evenhand.channels.queries.files import missing_files
from evenhand.channels.stores.choice import NoSuchStore, store_named
from evenhand.channels.stores.folder import FolderStore
from evenhand.channels.stores.shape import Store, StoreDown
from tests import given

pytestmark = pytest.mark.django_db

PIECE = b"a piece of it " * 5000
LONG_AGO = 90 * 24 * 3600


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """A service that speaks S3 over HTTP on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty bucket, with its key in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    name = f"files-{time.monotonic_ns()}"
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    client.create_bucket(Bucket=name)
    return f"s3://{name}/desk?endpoint={s3_server}&region=us-east-1"


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Store:
    """The desk's store, empty: once a folder, once a bucket."""
    settings.MEDIA_ROOT = tmp_path / "blobs"
    settings.BLOBS = (
        request.getfixturevalue("bucket") if request.param == "s3" else "folder"
    )
    return blobs.store()


def grown_old(sha256: str) -> None:
    """Let a file of the folder lie there for a long time."""
    path = blobs.store().path_of(sha256)  # type: ignore[attr-defined]  # a FolderStore
    then = time.time() - LONG_AGO
    os.utime(path, (then, then))


def now() -> datetime:
    """The time that the files of a real store were written at."""
    return datetime.now(tz=UTC)


def an_upload(content: bytes = b"a label", name: str = "label.pdf") -> Upload:
    case = given.a_case()
    file = uploads.Arrived(name, len(content), blobs.keep(content), content[:16])
    return uploads.add(case=case, file=file, by=given.the("mei"), at=given.MONDAY)


def test_the_same_bytes_are_kept_once_under_their_hash(store: Store) -> None:
    first, second = blobs.keep(b"the same"), blobs.keep_pieces([b"the ", b"same"])

    assert first == second == hashlib.sha256(b"the same").hexdigest()
    assert [one.sha256 for one in store.kept()] == [first]
    assert blobs.read(first) == b"the same"


def test_a_large_file_passes_in_pieces_and_is_read_in_pieces(store: Store) -> None:
    sha256 = blobs.keep_pieces(PIECE for _ in range(40))

    with blobs.open_blob(sha256) as file:
        assert file.read(14) == b"a piece of it "
        file.seek(0)
        assert hashlib.sha256(file.read()).hexdigest() == sha256
    assert [one.size for one in store.kept()] == [40 * len(PIECE)]


def test_no_draft_is_left_whether_it_was_kept_or_given_up(store: Store) -> None:
    blobs.keep(b"kept")
    with blobs.Draft() as draft:
        draft.write(b"given up")

    assert list(blobs.drafts_folder().iterdir()) == []
    assert len(list(store.kept())) == 1


def test_a_file_that_is_not_there_is_told_as_such(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.open_blob("0" * 64)
    assert not blobs.has("0" * 64)


def test_what_is_set_aside_is_still_read_and_can_be_taken_back(store: Store) -> None:
    sha256 = blobs.keep(b"an orphan")

    store.set_aside(sha256)

    assert (list(store.kept()), blobs.read(sha256)) == ([], b"an orphan")
    assert [one.sha256 for one in store.aside()] == [sha256]
    store.take_back(sha256)
    assert (list(store.aside()), store.has(sha256)) == ([], True)


def test_what_is_dropped_is_gone(store: Store) -> None:
    sha256 = blobs.keep(b"an orphan")
    store.set_aside(sha256)

    store.drop(sha256)

    with pytest.raises(FileNotFoundError):
        blobs.open_blob(sha256)


def test_a_service_that_does_not_answer_is_told_as_such(
    bucket: str, settings: Settings
) -> None:
    settings.BLOBS = bucket.replace("s3://files", "s3://nowhere")

    with pytest.raises(StoreDown):
        blobs.keep(b"nowhere to go")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("s3:///prefix", "names no bucket"),
        ("ftp://files", "neither a folder nor an s3: address"),
        ("", "neither a folder nor an s3: address"),
    ],
)
def test_what_names_no_store_is_refused(words: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(NoSuchStore, match=why):
        store_named(words, folder=tmp_path)


class TestSweeping:
    @pytest.fixture(autouse=True)
    def a_folder(self, settings: Settings, tmp_path: Path) -> None:
        settings.MEDIA_ROOT, settings.BLOBS = tmp_path / "blobs", "folder"

    def test_an_orphan_is_removed_in_the_second_night(self) -> None:
        orphan, named = blobs.keep(b"an orphan"), an_upload().sha256
        grown_old(orphan)
        grown_old(named)

        first = sweeping.sweep(at=now())
        second = sweeping.sweep(at=now() + timedelta(days=1, hours=1))

        assert (first.set_aside, first.removed) == (1, 0)
        assert (second.set_aside, second.removed) == (0, 1)
        assert not blobs.is_there(orphan)
        assert blobs.has(named)

    def test_a_young_file_is_left_alone(self) -> None:
        orphan = blobs.keep(b"just stored")

        swept = sweeping.sweep(at=now())

        assert swept == sweeping.Swept(0, 0, 0, 0)
        assert blobs.has(orphan)

    def test_an_orphan_that_a_row_names_in_the_meantime_is_taken_back(self) -> None:
        orphan = blobs.keep(b"a label")
        grown_old(orphan)
        sweeping.sweep(at=now())
        store = blobs.store()
        assert not store.has(orphan)

        an_upload(b"a label")
        store.set_aside(orphan)  # as if the sweep had come between storing and naming
        swept = sweeping.sweep(at=now() + timedelta(days=2))

        assert (swept.taken_back, swept.removed) == (1, 0)
        assert blobs.has(orphan)

    def test_drafts_of_a_process_that_died_are_removed(self) -> None:
        folder = blobs.drafts_folder()
        folder.mkdir(parents=True)
        (folder / "young").write_bytes(b"half")
        (folder / "old").write_bytes(b"half")
        then = time.time() - LONG_AGO
        os.utime(folder / "old", (then, then))

        swept = sweeping.sweep(at=now())

        assert swept.drafts == 1
        assert [one.name for one in folder.iterdir()] == ["young"]


def test_a_row_without_its_file_is_found(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.BLOBS = tmp_path / "blobs", "folder"
    whole, lost = an_upload(b"whole", "whole.txt"), an_upload(b"lost", "lost.txt")
    store = blobs.store()
    store.set_aside(lost.sha256)
    store.drop(lost.sha256)

    assert [row.pk for row in missing_files()] == [lost.pk]
    assert whole.pk != lost.pk


class TestMoving:
    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[FolderStore, FolderStore]:
        return FolderStore(tmp_path / "one"), FolderStore(tmp_path / "two")

    def put(self, store: Store, content: bytes, tmp_path: Path) -> str:
        draft = tmp_path / "draft"
        draft.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        store.take(sha256, draft)
        return sha256

    def test_every_file_is_copied_and_a_second_run_copies_nothing(
        self, folders: tuple[FolderStore, FolderStore], tmp_path: Path
    ) -> None:
        one, two = folders
        hashes = {self.put(one, bytes([n]) * 1000, tmp_path) for n in range(5)}

        first = list(moving.copy(source=one, target=two, drafts=tmp_path))
        second = list(moving.copy(source=one, target=two, drafts=tmp_path))

        assert {step.sha256 for step in first} == hashes
        assert {step.outcome for step in first} == {moving.Outcome.COPIED}
        assert {step.outcome for step in second} == {moving.Outcome.THERE}
        assert {each.sha256 for each in two.kept()} == hashes

    def test_a_file_whose_bytes_are_not_its_hash_is_not_copied(
        self, folders: tuple[FolderStore, FolderStore], tmp_path: Path
    ) -> None:
        one, two = folders
        sha256 = self.put(one, b"whole", tmp_path)
        one.path_of(sha256).write_bytes(b"spoilt")

        steps = list(moving.copy(source=one, target=two, drafts=tmp_path))

        assert [step.outcome for step in steps] == [moving.Outcome.SPOILT]
        assert list(two.kept()) == []

    def test_a_folder_moves_into_a_bucket_whole(
        self, bucket: str, tmp_path: Path
    ) -> None:
        one = FolderStore(tmp_path / "one")
        two = store_named(bucket, folder=tmp_path)
        sha256 = self.put(one, PIECE, tmp_path)

        steps = list(moving.copy(source=one, target=two, drafts=tmp_path))

        assert [step.outcome for step in steps] == [moving.Outcome.COPIED]
        with two.open(sha256) as file:
            assert file.read() == PIECE
