"""`evenhand mail sanitise`: a JSON string a line in, the safe HTML as one out."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from evenhand.channels.mail.sanitise import safe_html


class Command(BaseCommand):
    help = "Sanitise HTML: one JSON string a line in, one JSON string a line out."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        for line in sys.stdin:
            self.stdout.write(json.dumps(safe_html(json.loads(line))))
            self.stdout.flush()
