"""A test that commits leaves its rows behind; here they are deleted, all at one go.

Django would truncate each table, empty or not, and then ask for every model whether its
permissions are still there: a tenth of a second a test, and a second under load. What
is Django's own and written by nobody here stays as it was migrated.
"""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import connection, transaction
from django.test import TransactionTestCase

STAYS = {"contenttypes.contenttype", "auth.permission"}


def instead_of_truncating() -> None:
    """Let Django's tests that commit end like this; once a process."""
    setattr(TransactionTestCase, "_fixture_teardown", lambda _: _delete())  # noqa: B010 - a private name, and no other way


def _delete() -> None:
    deletes = [f"DELETE FROM {table}" for table in _tables()]  # noqa: S608 - names of ours
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # as TRUNCATE does: who still writes is waited for
            cursor.execute(f"LOCK TABLE {', '.join(_tables())} IN EXCLUSIVE MODE")
            deletes = [f"DO $$ BEGIN {'; '.join(deletes)}; END $$"]
        for statement in deletes:
            cursor.execute(statement)


@cache
def _tables() -> tuple[str, ...]:
    return tuple(
        connection.ops.quote_name(model._meta.db_table)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in STAYS and not model._meta.proxy
    )
