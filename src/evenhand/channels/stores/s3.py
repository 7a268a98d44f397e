"""Files in a bucket of an S3-compatible service, through django-storages.

The only module that imports it; `stores.choice` imports this one when it is needed.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from evenhand.channels.stores.shape import Stored, StoreDown

_HASH = re.compile(r"[0-9a-f]{64}")
ASIDE = "set-aside"
# a file larger than this is read through a temporary file, not through memory
IN_MEMORY = 2**20
# A page that waits for a store holds one of few threads.
_CONFIG = Config(
    connect_timeout=5, read_timeout=20, retries={"max_attempts": 3, "mode": "standard"}
)


class S3Store:
    """A bucket, and the prefix under which the desk's files lie in it.

    Credentials come from where the AWS tools look: the environment, a profile, the
    machine's role. An object is there whole or not at all, and once the service has
    answered it is durable.
    """

    def __init__(
        self, *, bucket: str, prefix: str = "", endpoint: str = "", region: str = ""
    ) -> None:
        self.name = f"s3://{bucket}/{prefix}".rstrip("/")
        self._storage = S3Storage(
            bucket_name=bucket,
            location=prefix,
            endpoint_url=endpoint or None,
            region_name=region or None,
            file_overwrite=True,
            gzip=False,
            max_memory_size=IN_MEMORY,
            # services other than Amazon's know buckets as folders, not as host names
            client_config=_CONFIG.merge(Config(s3={"addressing_style": "path"}))
            if endpoint
            else _CONFIG,
        )

    def take(self, sha256: str, path: Path) -> None:
        with path.open("rb") as file, _told():
            self._storage.save(_key(sha256), File(file))
        path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._opened(_key(sha256))
        except FileNotFoundError:
            return self._opened(f"{ASIDE}/{sha256}")

    def has(self, sha256: str) -> bool:
        with _told():
            return bool(self._storage.exists(_key(sha256)))

    def kept(self) -> Iterator[Stored]:
        return (
            one for folder, one in self._listed("") if folder == f"{one.sha256[:2]}/"
        )

    def aside(self) -> Iterator[Stored]:
        return (one for _, one in self._listed(f"{ASIDE}/"))

    def set_aside(self, sha256: str) -> None:
        self._move(_key(sha256), f"{ASIDE}/{sha256}")

    def take_back(self, sha256: str) -> None:
        self._move(f"{ASIDE}/{sha256}", _key(sha256))

    def drop(self, sha256: str) -> None:
        with _told():
            self._storage.delete(f"{ASIDE}/{sha256}")

    def _opened(self, key: str) -> BinaryIO:
        """Return the object as a file that can be sought in; large ones lie on disk."""
        spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller's to close
        try:
            with _told():
                self._object(key).download_fileobj(spool)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return cast(BinaryIO, spool)

    def _object(self, key: str) -> Any:
        return self._storage.bucket.Object(self._full(key))

    def _full(self, key: str) -> str:
        prefix = self._storage.location.strip("/")
        return f"{prefix}/{key}" if prefix else key

    def _listed(self, under: str) -> Iterator[tuple[str, Stored]]:
        """Return each object of ours with the folder it lies in, below the prefix."""
        root = self._full(under)
        with _told():
            for found in self._storage.bucket.objects.filter(Prefix=root):
                folder, _, name = found.key.removeprefix(root).rpartition("/")
                if _HASH.fullmatch(name):
                    yield (
                        f"{folder}/" if folder else "",
                        Stored(name, found.size, found.last_modified),
                    )

    def _move(self, source: str, target: str) -> None:
        bucket = self._storage.bucket.name
        with _told():
            self._object(target).copy_from(
                CopySource={"Bucket": bucket, "Key": self._full(source)}
            )
            self._object(source).delete()


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


@contextmanager
def _told() -> Iterator[None]:
    """Turn what boto3 raises into the store's own two errors."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in {"404", "NoSuchKey", "NotFound"}:
            raise FileNotFoundError(code) from error
        raise StoreDown(str(error)) from error
    except BotoCoreError as error:
        raise StoreDown(str(error)) from error
