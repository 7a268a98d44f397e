"""What all tests share: the migrated database, and the outside cases or why not."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck
from hypothesis import settings as trials
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer

from tests import emptied, migrated
from tests.together import Together

# How long an example takes says how busy the machine is, and nothing of the program.
trials.register_profile(
    "unhurried",
    trials.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
trials.load_profile("unhurried")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Who hands tests out to processes begins to migrate the database for all of them."""
    emptied.instead_of_truncating()
    if not getattr(config.option, "numprocesses", None):
        gc.disable()  # until all tests are read
    elif not migrated.is_begun():
        until_the_end = ExitStack()
        config.add_cleanup(until_the_end.close)
        until_the_end.enter_context(migrated.begun())


def pytest_collection_finish() -> None:
    """What was read stays to the end: looking for garbage there costs a tenth of a run.

    In what comes later it is looked for less often than Python would: a few of a hundred.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """A copy of what was migrated for the run, or a database migrated here."""
    with django_db_blocker.unblock():
        if migrated.is_begun():
            name = _copy()
            yield
            connection.close()
            if migrated.server():
                connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's
                migrated.drop(name)
            return
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        yield
        teardown_databases(made, verbosity=0)


def _copy() -> str:
    """Make this process's own copy, and let its connection lead there."""
    name = connection.settings_dict["TEST"]["NAME"]
    migrated.copied_to(name if migrated.server() else Path(name))
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    return str(name)


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
