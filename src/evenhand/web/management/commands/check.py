from __future__ import annotations

from typing import Any

from django.core.management.commands import check

from evenhand.web.serve import readiness


class Command(check.Command):
    help = "Check the settings, the database and its migrations; say what is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check as Django does, then that the desk could start."""
        super().handle(*args, **options)
        readiness.database_answers()
        readiness.migrations_are_applied()
        readiness.certificate_is_usable()
        self.stdout.write(
            "The settings are sound; the database answers and is up to date."
        )
