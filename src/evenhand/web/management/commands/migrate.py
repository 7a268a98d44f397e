from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from evenhand.web.serve import readiness


class Command(migrate.Command):
    help = "Bring the database up to the program; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does, then make the table that counts login attempts."""
        readiness.database_answers()
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", database=options["database"], verbosity=0)
