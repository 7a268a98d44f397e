from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from evenhand.web.serve import readiness
from evenhand.web.serve.pages import serve_pages


class Command(BaseCommand):
    help = "Serve pages and live updates on EVENHAND_WEB_LISTEN."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        readiness.database_answers()
        readiness.migrations_are_applied()
        readiness.let_go_of_the_database()
        readiness.port_is_free(settings.WEB_LISTEN, setting="EVENHAND_WEB_LISTEN")
        serve_pages(listen=settings.WEB_LISTEN, workers=settings.WEB_WORKERS)
