"""Tell other processes at commit that rows were added (PostgreSQL only).

SQLite needs no trigger: its `PRAGMA data_version` changes with every commit of others.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CHANNEL = "evenhand"


def listen_on(table: str, editor: BaseDatabaseSchemaEditor) -> None:
    """Make inserts and updates of the table notify CHANNEL when they commit."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute(
        "CREATE OR REPLACE FUNCTION evenhand_notify() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME);"
        " RETURN NULL; END $$"
    )
    editor.execute(
        f"CREATE TRIGGER {table}_notify AFTER INSERT OR UPDATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION evenhand_notify()"
    )


def stop_listening_on(table: str, editor: BaseDatabaseSchemaEditor) -> None:
    """Undo `listen_on`."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {table}_notify ON {table}")


def ledger_forward(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    listen_on("ledger_entry", editor)


def ledger_backward(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    stop_listening_on("ledger_entry", editor)
