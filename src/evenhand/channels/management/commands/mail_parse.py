"""`evenhand mail parse`: `path TAB kind` a line in, the mail as a line of JSON out."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from evenhand.channels.mail.charsets import decode
from evenhand.channels.mail.describe import described, described_reply
from evenhand.channels.mail.html_text import html_to_text
from evenhand.channels.mail.limits import Unreadable
from evenhand.channels.mail.parse import parse

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Read mails: a line `path TAB kind` in (message, reply_text or reply_html), "
        "a line of JSON out."
    )
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        for line in sys.stdin:
            path, _, kind = line.rstrip("\n").partition("\t")
            self.stdout.write(json.dumps(_read(Path(path), kind)))
            self.stdout.flush()


def _read(path: Path, kind: str) -> dict[str, object]:
    try:
        raw = path.read_bytes()
        if kind == "reply_text":
            return described_reply(decode(raw))
        if kind == "reply_html":
            return described_reply(html_to_text(decode(raw)))
        return described(parse(raw))
    except (OSError, Unreadable) as error:
        return {"error": str(error)}
    except Exception as error:
        # Whoever reads our lines waits for one answer to each of theirs.
        log.exception("could not read %s", path)
        return {"error": f"{type(error).__name__}: {error}"}
