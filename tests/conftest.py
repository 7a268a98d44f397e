"""Both databases, no network but loopback, no clock left running."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Settings are read at import: give every run (and every worker of it) its own folder.
_folder = tempfile.TemporaryDirectory(prefix="evenhand-tests-")
os.environ["EVENHAND_DATA_FOLDER"] = _folder.name
os.environ.setdefault("EVENHAND_MAIL_OUT", "capture:")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than a few seconds")


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The outside cases beside the project; CI fails where they are missing."""
    if SHARED.is_dir():
        return SHARED
    reason = f"the outside cases are not at {SHARED}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    import pytest_socket

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()
