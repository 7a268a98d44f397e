"""What tests of mailboxes share: a Dovecot for all of them, a mailbox for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.channels.dovecot import Dovecot, a_dovecot

_numbers = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real Dovecot; who needs it is skipped where it is not installed."""
    with a_dovecot() as server:
        yield server


@pytest.fixture
def eva(dovecot: Dovecot) -> str:
    """A user of that Dovecot whom no other test writes to."""
    return dovecot.user(f"eva{next(_numbers)}")
