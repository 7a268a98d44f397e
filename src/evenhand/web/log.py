"""Lines of the log without the secrets that stand in addresses."""

from __future__ import annotations

import logging
import re

# A survey's link and a link for a new password: whoever has one has the right itself.
_SECRETS = re.compile(r"(/s/|/password/reset/key/)[^/\s\"']+")


class Discreet(logging.Formatter):
    """Write a line, its traceback too, with such links cut to what they are for."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRETS.sub(r"\1…", super().format(record))
