"""What all tests share: the outside cases, or the reason why they are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from xdist.remote import Producer

from tests.together import Together

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The outside cases beside the project; CI fails where they are missing."""
    if SHARED.is_dir():
        return SHARED
    reason = f"the outside cases are not at {SHARED}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.hookimpl(optionalhook=True)  # pytest-xdist may be switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Hand the tests out as tests/together.py says, whatever --dist names."""
    return Together(config, log)
