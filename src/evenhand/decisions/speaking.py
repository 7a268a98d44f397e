"""The language in which a command speaks of a page: what was asked for, or the page's."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_supported_language_variant

# The head's own line, found where the page itself cannot be read either.
_LINE = re.compile(r'^language[ \t]*=[ \t]*["\']([A-Za-z-]{2,35})["\']', re.MULTILINE)
_HEAD = 5_000  # characters; a head is shorter
ENGLISH = "en"


def add_language(parser: ArgumentParser) -> None:
    """Declare `--language`."""
    parser.add_argument(
        "--language",
        choices=[code for code, _name in settings.LANGUAGES],
        help="of what is told; that of the page if not said, as far as we speak it",
    )


def language_of(page: Path, asked: str | None) -> str:
    """Return the language to tell things of this page in; a code of the settings."""
    if asked:
        return asked
    try:
        with page.open(encoding="utf-8") as readable:
            named = _LINE.search(readable.read(_HEAD))
        return get_supported_language_variant(named[1]) if named else ENGLISH
    except (OSError, UnicodeDecodeError, LookupError):
        return ENGLISH
