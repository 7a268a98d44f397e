"""Why a file could not be read or written, in words for who named it."""

from __future__ import annotations

from pathlib import Path


def unreadable(path: Path | str, error: OSError | UnicodeDecodeError) -> str:
    """Return the file and the reason: `page.md: No such file or directory`.

    An error that names another file, such as the one to write, is told of that.
    """
    if isinstance(error, UnicodeDecodeError):
        return f"{path}: it is not text in UTF-8 (byte {error.start + 1})"
    return f"{error.filename or path}: {error.strerror or error}"
