"""What tests of every address share: one world, built once and put back after each."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.given import MONDAY, minutes
from tests.web.world import World, build

NOW = MONDAY + minutes(60)


@pytest.fixture(scope="module")
def built_world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[World]:
    """The world, in a transaction within which each test opens its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            built = build()
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: World, db: None) -> Iterator[World]:
    """The world as it was built, its objects too, an hour after it began."""
    with time_machine.travel(NOW, tick=False):
        yield deepcopy(built_world)
