"""What all tests share: the outside cases, or the reason why they are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
