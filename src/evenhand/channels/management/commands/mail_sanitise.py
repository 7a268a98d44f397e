"""`evenhand mail sanitise`: a JSON string a line in, the safe HTML as one out."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand

from evenhand.channels.mail.sanitise import safe_html

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sanitise HTML: one JSON string a line in, one JSON string a line out."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        for line in sys.stdin:
            self.stdout.write(json.dumps(_safe(line)))
            self.stdout.flush()


def _safe(line: str) -> str:
    """Return the safe HTML of a line; nothing at all where it cannot be made."""
    try:
        return safe_html(str(json.loads(line)))
    except Exception:
        # Whoever reads our lines waits for one answer to each of theirs.
        log.exception("could not sanitise a line of %d characters", len(line))
        return ""
