"""Words out of text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341)."""

from __future__ import annotations

import re

ENRICHED = "text/enriched"
RICHTEXT = "text/richtext"
# commands are letters, digits and dashes, at most 60 of them (RFC 1896)
_COMMAND = re.compile(r"</?([A-Za-z0-9-]{1,60})>|<<")
_SILENT = re.compile(
    r"<(param|comment)>[^<]{0,10000}(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL
)
_BREAKS = re.compile(r"\n+")


def words_of(text: str, *, kind: str) -> str:
    """Return the words without their commands, line breaks as a reader shows them.

    One break is a blank and each further one a line's end; richtext has them as <nl>.
    """
    said = _BREAKS.sub(_fewer if kind == ENRICHED else " ", _SILENT.sub("", text))
    return _COMMAND.sub(_shown, said)


def _fewer(breaks: re.Match[str]) -> str:
    return "\n" * (len(breaks[0]) - 1) or " "


def _shown(command: re.Match[str]) -> str:
    name = (command[1] or "lt").lower()
    return {"lt": "<", "nl": "\n"}.get(name, "")
